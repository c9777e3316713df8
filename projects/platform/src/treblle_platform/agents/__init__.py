"""Traffic by people, bots and AI agents."""
