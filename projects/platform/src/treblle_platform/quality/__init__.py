"""Scores over time, checks with why they matter and how to mend what fails."""
