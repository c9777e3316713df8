"""The account key that SDKs send, and the tokens of apps and scripts."""
