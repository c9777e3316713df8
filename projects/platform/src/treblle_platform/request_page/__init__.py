"""One request in full: what it was, what failed and how to mend it, and what people say of it."""
