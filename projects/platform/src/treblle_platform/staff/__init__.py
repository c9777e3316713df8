"""For those who run the system: how the pipeline is doing, dead letters, who sends how much."""
