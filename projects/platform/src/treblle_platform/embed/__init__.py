"""Live requests of one API customer in the pages of somebody else."""
