"""The websocket that brings requests to open pages as they are loaded."""
