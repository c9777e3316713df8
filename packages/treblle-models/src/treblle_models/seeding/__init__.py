"""Lifelike data in any amount, the same for the same seed: `manage.py seed`."""

from treblle_models.seeding.plan import Plan
from treblle_models.seeding.seeder import DetailsWriter, Progress, Seeder

__all__ = ["DetailsWriter", "Plan", "Progress", "Seeder"]
