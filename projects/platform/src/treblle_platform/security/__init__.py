"""Threats in requests, attacks and other anomalies, and the checks of security that fail."""
