"""Keys of encrypted details are changed while everything runs, and the old one taken away."""

import pytest
from django.core.management import CommandError, call_command
from treblle_service.sealed_frames import DetailsKeys
from treblle_service.store import open_store

OLD, NEW = "old" * 12, "new" * 12
DETAILS = {"response": {"body": {"title": "Solaris"}}}


@pytest.fixture
def shown(project, owner, add_request, add_details, settings):
    """Whether the page of a request whose details OLD has encrypted shows its body."""
    settings.DETAILS_KEYS = DetailsKeys([OLD])
    found = add_request(**add_details(DETAILS))
    url = f"/projects/{project.uuid}/requests/{found.uuid}/"
    return lambda: "Solaris" in owner.get(url).content.decode()


def test_a_key_is_rotated_and_the_old_one_no_longer_needed(shown, settings, capsys):
    assert shown()
    settings.DETAILS_KEYS = DetailsKeys([NEW, OLD])
    assert shown()
    call_command("reseal_details")
    assert capsys.readouterr().out == "1 frames encrypted anew in 1 objects looked at\n"
    assert shown()
    settings.DETAILS_KEYS = DetailsKeys([NEW])
    assert shown()
    call_command("reseal_details")
    assert capsys.readouterr().out == "0 frames encrypted anew in 1 objects looked at\n"


def test_what_a_lost_key_has_encrypted_is_named_and_left_as_it_is(shown, settings):
    store = open_store(settings.DETAILS_STORE_URL)
    (key,) = store.keys()
    before = store.get(key)
    settings.DETAILS_KEYS = DetailsKeys([NEW])
    assert not shown()
    with pytest.raises(CommandError, match=key):
        call_command("reseal_details")
    assert store.get(key) == before


def test_without_a_key_there_is_nothing_to_do(settings):
    settings.DETAILS_KEYS = DetailsKeys()
    with pytest.raises(CommandError, match="DETAILS_KEYS is not set"):
        call_command("reseal_details")
