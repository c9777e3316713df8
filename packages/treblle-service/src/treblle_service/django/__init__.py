"""What the Django deployables share: needs the `[django]` extra."""
