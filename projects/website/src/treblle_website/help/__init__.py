"""The help: Markdown files of `docs/help`, shown and searched under /help/."""
