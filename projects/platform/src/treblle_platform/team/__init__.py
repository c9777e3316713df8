"""Who is in a project: invitations by mail, roles."""
