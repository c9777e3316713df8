"""Pure functions on one event: no Django, no I/O, no clock of their own; one module an insight."""
