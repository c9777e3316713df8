"""What people say of an API customer."""

from treblle_models.models import Customer


def name_customer(*, customer: Customer, name: str) -> None:
    """Shown instead of the id that requests carry; an empty name is none."""
    customer.name = name
    customer.save(update_fields=["name", "updated_at"])
