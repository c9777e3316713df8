"""Sign-up, login, passwords, e-mail addresses: django-allauth with our own pages."""
