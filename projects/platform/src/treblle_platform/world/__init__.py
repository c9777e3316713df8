"""Countries: their names, and a map of the world that needs no script."""
