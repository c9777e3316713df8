"""A project's numbers over time, from roll-ups."""
