"""The API for native apps and scripts, under `/v1/`."""
