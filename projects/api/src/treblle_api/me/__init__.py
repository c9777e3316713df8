"""The user: profile, account key, and the end of the account."""
