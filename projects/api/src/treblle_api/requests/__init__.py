"""Requests made to a project's API."""
