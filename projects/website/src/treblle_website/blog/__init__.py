"""The blog: written in Ghost, shown under /blog/ through its Content API."""
