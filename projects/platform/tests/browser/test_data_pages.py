"""Data that leaves: export of all one's own, erasure of an API customer with its receipt."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect
from treblle_models.models import Customer, Erasure, Forgetting, Request
from treblle_platform.privacy import tasks

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough password"


def download(page, press):
    with page.expect_download() as coming:
        press()
    return Path(coming.value.path()).read_bytes()


def test_all_ones_data_is_ordered_and_fetched_as_a_zip(
    page_on_each_screen, owner_with_password, login, platform_url, project, add_request, work
):
    page = page_on_each_screen
    login(owner_with_password)
    found = add_request(path="/mine")
    page.goto(f"{platform_url}/account/data/")
    page.get_by_role("button", name="Export everything").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Your data is being gathered.")).to_be_visible()
    work()
    page.reload()
    expect(page.get_by_text("1 request,")).to_be_visible()
    fetched = download(page, page.get_by_role("link", name="Download").click)
    with zipfile.ZipFile(io.BytesIO(fetched)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(texts["account.json"])["user"]["email"] == owner_with_password.email
    [lines] = [text for name, text in texts.items() if name.endswith(".ndjson")]
    assert json.loads(lines)["uuid"] == str(found.uuid)


def test_a_customer_is_erased_and_the_receipt_handed_out(
    page_on_each_screen, platform_url, project, customer, add_request, work
):
    page = page_on_each_screen
    add_request(path="/theirs", customer=customer)
    stays = add_request(path="/of-others")
    page.goto(f"{platform_url}/projects/{project.uuid}/settings/erase/")
    page.get_by_label("The API customer's id").fill(customer.external_id)
    page.get_by_role("button", name="Erase this customer").click()
    expect(page.get_by_role("heading", name="Receipt of an erasure")).to_be_visible()
    expect(page.get_by_text("This takes a minute or two")).to_be_visible()
    # Raw objects are searched by the ETL, which then asks the platform to go on.
    tasks.erase.delay(erasure=str(Erasure.objects.get().uuid))
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("row", name="Rows of requests 1")).to_be_visible()
    expect(page.get_by_text("Erased, still forgetting")).to_be_visible()
    receipt = json.loads(download(page, page.get_by_role("link", name="Download as JSON").click))
    assert receipt["rows"]["requests"] == 1
    assert receipt["learned_words_forgotten_at"] is None
    # As the ETL says once it is done with the words that it learned.
    Forgetting.objects.update(progress="done")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    page.goto(f"{platform_url}/projects/{project.uuid}/customers/")
    expect(page.get_by_text(customer.external_id)).to_have_count(0)
    assert not Customer.objects.exists()
    assert Request.objects.get() == stays


def test_a_project_and_then_the_account_go_once_their_names_are_typed(
    page_on_each_screen, owner_with_password, login, platform_url, project, assert_accessible
):
    page = page_on_each_screen
    screen = page.viewport_size
    login(owner_with_password)
    page.goto(f"{platform_url}/projects/{project.uuid}/settings/erase/")
    page.get_by_role("link", name="Delete project").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name=f"Delete {project.name}")).to_be_visible()
    here = page.url
    assert_accessible(here, f"{platform_url}/account/data/delete/")
    page.set_viewport_size(screen)
    page.goto(here)
    page.get_by_label("Type the project's name").fill(project.name)
    page.get_by_role("button", name="Delete the project").click()
    expect(page.get_by_text(f"{project.name} is deleted.")).to_be_visible()
    expect(page.get_by_role("link", name=project.name)).to_have_count(0)
    page.goto(f"{platform_url}/account/data/delete/")
    page.get_by_label("Type your email address").fill(owner_with_password.email)
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    page.goto(f"{platform_url}/projects/")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
