"""A user's projects: the list, and making one."""
