"""`make demo`: the whole system with a sample API whose traffic it shows."""
