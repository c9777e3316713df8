"""A page for staff that shows what pages are built of, each piece with its markup."""
