"""Requests worth keeping, gathered by a user."""
