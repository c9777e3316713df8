"""Alerts of a project: rules, channels, what was delivered; deliveries themselves."""
