"""Devices of a user that take push messages."""
