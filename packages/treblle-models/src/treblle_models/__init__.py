"""Treblle's database: the one definition of the schema, installed by every project that has one."""
