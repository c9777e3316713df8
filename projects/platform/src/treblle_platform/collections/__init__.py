"""Requests worth keeping, gathered under a name."""
