"""Threats in what clients send, and what is out of the usual."""
