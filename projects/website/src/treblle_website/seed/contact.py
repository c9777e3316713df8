"""The words and fields of the contact page."""

TITLE = "Contact"
SLUG = "contact"
DESCRIPTION = (
    "Write to the people who make Treblle: questions before you start, help, a weakness found."
)
INTRODUCTION = (
    "Questions before you start, something that does not work, a weakness you found: people read this "
    "and answer by mail."
)
SUBJECT = "A message from the website"
# (label, kind, required)
FIELDS = [
    ("Your name", "singleline", True),
    ("Email", "email", True),
    ("Company", "singleline", False),
    ("Message", "multiline", True),
]
