"""Scores of an API, and every check with how it stands."""
