"""Requests of a project as they are loaded: by server-sent events and by websocket."""
