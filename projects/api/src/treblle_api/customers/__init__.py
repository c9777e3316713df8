"""Whoever calls a project's API."""
