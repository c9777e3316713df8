"""A small bookshop with an API, watched by Treblle."""
