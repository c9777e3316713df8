"""Stand-ins for what cannot run here: a SingleStore without its licence, an export of Amazon RDS."""
