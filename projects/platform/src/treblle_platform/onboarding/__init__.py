"""From a new project to its first request: keys in a snippet, and a page that waits for it."""
