"""That the backend is imported changes nothing for the other databases of the process."""

import pytest
from treblle_models.models import Project, User
from treblle_models.singlestore.backend import base

pytestmark = pytest.mark.django_db


def test_json_is_compared_as_before() -> None:
    assert base.DatabaseWrapper.vendor == "singlestore"
    owner = User.objects.create_user("owner@shop.example", "x")
    project = Project.objects.create(user=owner, name="Shop", masked_names=["pin"])
    assert Project.objects.get(masked_names=["pin"]) == project
    assert Project.objects.get(masked_names__0="pin") == project
