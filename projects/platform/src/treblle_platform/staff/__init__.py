"""For those who run the system: how the pipeline is doing, dead letters, what was not forgotten, who sends how much."""
