"""What goes wrong again and again, and what people do about it."""
