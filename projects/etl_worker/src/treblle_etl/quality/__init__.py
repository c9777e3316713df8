"""How good an API is, worked out from what the loader counted: scores, inventory, anomalies."""
