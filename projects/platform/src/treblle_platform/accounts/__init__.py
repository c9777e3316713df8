"""Sign-up, login, passwords, email addresses: django-allauth with our own pages."""
