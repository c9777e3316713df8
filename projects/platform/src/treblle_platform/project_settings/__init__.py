"""What holds for a project: masking, retention, sampling, environments, its audit log."""
