"""Rules over the numbers of a project, what they found, and whom that was sent to."""
