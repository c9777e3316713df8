"""The list of requests and one request's page, as a browser without script gets them."""

import re
from datetime import timedelta

from django.utils import timezone
from treblle_platform.request_page.tree import MAX_VALUES, tree

ROW = re.compile(r'<tr data-request-uuid="([0-9a-f-]{36})" data-received-at="([^"]+)">')
NIL = "00000000-0000-0000-0000-000000000000"


def rows(answer):
    """The uuids in the list; the nil one is the template for the script."""
    return [uuid for uuid, _ in ROW.findall(answer.content.decode()) if uuid != NIL]


def older(answer):
    found = re.search(r'id="older" href="([^"]+)"(?! hidden)', answer.content.decode())
    return found and found[1]


def test_the_list_shows_what_matters_of_a_request(owner, project, book, add_request):
    add_request(endpoint=book, city="Zagreb", country="HR", device="iPhone", os="iOS", status=404)
    page = owner.get(f"/projects/{project.uuid}/requests/").content.decode()
    row = page.split('<tbody id="requests">')[1].split("</tbody>")[0]
    for shown in ("GET", "404", "/books/7", "/books/{id}", "12.5 ms", "1.23 kB", "Zagreb, HR"):
        assert shown in row
    assert "iPhone, iOS" in row
    assert 'class="status s4"' in row


def test_the_newest_come_first_and_of_equals_the_larger_uuid(owner, project, add_request):
    now = timezone.now()
    late = add_request(now)
    twins = [add_request(now - timedelta(seconds=1)) for _ in range(2)]
    twins.sort(key=lambda request: request.uuid, reverse=True)
    answer = owner.get(f"/projects/{project.uuid}/requests/")
    assert rows(answer) == [str(request.uuid) for request in (late, *twins)]


def test_older_pages_neither_repeat_nor_leave_out_while_more_come_in(owner, project, add_request):
    now = timezone.now()
    # Three at each moment, so that a page ends in the middle of equals.
    known = [str(add_request(now - timedelta(seconds=n // 3)).uuid) for n in range(130)]
    url = f"/projects/{project.uuid}/requests/"
    answer = owner.get(url)
    seen = rows(answer)
    while older(answer):
        add_request(now + timedelta(seconds=1))
        answer = owner.get(url + older(answer))
        seen += rows(answer)
    assert len(seen) == len(known)
    assert set(seen) == set(known)


def test_an_older_page_stands_still_and_leads_back(owner, project, add_request):
    for n in range(51):
        add_request(timezone.now() - timedelta(seconds=n))
    url = f"/projects/{project.uuid}/requests/"
    page = owner.get(url + older(owner.get(url))).content.decode()
    assert "data-since" not in page
    assert "Back to the newest" in page


def test_a_cursor_that_was_tampered_with_is_not_found(owner, project):
    for wrong in ("x", "2026-01-01T00:00:00_x", "2026-01-01T00:00:00_" + NIL):
        answer = owner.get(f"/projects/{project.uuid}/requests/", {"cursor": wrong})
        assert answer.status_code == 404


def test_an_empty_list_says_what_to_do(owner, project):
    page = owner.get(f"/projects/{project.uuid}/requests/").content.decode()
    assert "Nothing has come in yet" in page
    assert f"/projects/{project.uuid}/setup/" in page


def test_one_request_shows_headers_bodies_and_errors(owner, project, add_request, add_details):
    found = add_request(
        status=500,
        **add_details(
            {
                "request": {
                    "query": {"page": "2"},
                    "headers": {"accept": "text/html", "authorization": "Bearer ****"},
                    "body": {"title": "Solaris", "password": "********"},
                },
                "response": {"headers": {"server": "gunicorn"}, "body": [{"ok": False}]},
                "errors": [{"type": "KeyError", "message": "isbn", "file": "a.py", "line": 81}],
                "server": {"timezone": "UTC"},
                "language": {"name": "python"},
            }
        ),
    )
    page = owner.get(f"/projects/{project.uuid}/requests/{found.uuid}/").content.decode()
    for shown in ("Solaris", "gunicorn", "KeyError", "a.py, line 81", "text/html", "false"):
        assert shown in page
    assert '<span class="masked" title="Masked">********</span>' in page
    assert '<span class="masked" title="Masked">Bearer ****</span>' in page


def test_what_a_customers_client_sent_cannot_become_markup(
    owner, project, add_request, add_details
):
    evil = "<script>alert(1)</script>"
    side = {"headers": {evil: evil}, "body": {evil: [evil]}, "query": {"q": evil}}
    details = {"request": side, "response": {"body": evil}, "errors": [{"message": evil}]}
    found = add_request(path=f"/{evil}", city=evil[:60], **add_details(details))
    for url in ("", f"{found.uuid}/"):
        page = owner.get(f"/projects/{project.uuid}/requests/{url}").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_details_of_any_shape_are_shown(owner, project, add_request, add_details):
    for details in ({}, {"request": 1, "response": {"headers": [], "body": 0}, "errors": "x"}):
        found = add_request(**add_details(details))
        answer = owner.get(f"/projects/{project.uuid}/requests/{found.uuid}/")
        assert answer.status_code == 200


def test_details_that_retention_removed_are_said_to_be_gone(
    owner, project, add_request, add_details, settings, tmp_path
):
    found = add_request(**add_details({"request": {}}))
    settings.DETAILS_STORE_URL = f"file://{tmp_path}/emptied"
    page = owner.get(f"/projects/{project.uuid}/requests/{found.uuid}/").content.decode()
    assert "Headers and bodies are gone" in page
    assert "12.5 ms" in page


def test_a_store_that_does_not_answer_leaves_the_rest_of_the_page(
    owner, project, add_request, add_details, settings, tmp_path
):
    found = add_request(**add_details({"request": {}}))
    (tmp_path / "file").write_text("a store whose root is no folder")
    settings.DETAILS_STORE_URL = f"file://{tmp_path}/file"
    answer = owner.get(f"/projects/{project.uuid}/requests/{found.uuid}/")
    assert answer.status_code == 200
    assert "cannot be read right now" in answer.content.decode()


def test_a_clock_that_was_wrong_is_told(owner, project, add_request):
    found = add_request(claimed_requested_at=timezone.now() - timedelta(days=3650))
    page = owner.get(f"/projects/{project.uuid}/requests/{found.uuid}/").content.decode()
    assert "clock said" in page


def test_a_huge_body_stays_a_page():
    html = tree([{"n": n} for n in range(50_000)])
    assert html.count("<details") <= MAX_VALUES
    assert "more not shown" in html
    assert "more characters" in tree("x" * 1_000_000)
    assert len(tree("x" * 1_000_000)) < 30_000
