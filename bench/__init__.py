"""Every figure the project states, measured: `make bench`, or `make bench ONLY=path`."""
