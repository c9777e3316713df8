"""The requests of one trace, across APIs, in order."""
