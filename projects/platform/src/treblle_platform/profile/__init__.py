"""What a user says of themselves: name, time zone, theme, which mails; and their sessions."""
