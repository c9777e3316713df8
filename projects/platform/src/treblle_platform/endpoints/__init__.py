"""The operations of an API: how busy, how fast, how well they answer, and what people say of them."""
