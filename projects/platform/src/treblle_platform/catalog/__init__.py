"""The team's APIs, to be found and followed."""
