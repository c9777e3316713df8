"""Raw objects and the wire formats of every SDK become typed events."""
