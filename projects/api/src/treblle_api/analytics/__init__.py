"""Numbers of a project's traffic: series and breakdowns, from roll-ups only."""
