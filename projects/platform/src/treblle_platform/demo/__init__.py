"""The account of `make demo`."""
