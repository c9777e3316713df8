"""Mail to customers: queued by pages, sent by the worker."""
