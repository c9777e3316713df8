"""The user's projects."""
