"""The list of requests, live, and one request in full."""
