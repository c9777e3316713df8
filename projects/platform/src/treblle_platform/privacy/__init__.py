"""Export of all one's data, and erasing: an API customer, a project, an account."""
