"""The OpenAPI documents of a project, and what changed from one to the next."""
