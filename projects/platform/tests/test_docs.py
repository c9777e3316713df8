"""Docs: read by whom, downloaded, uploaded with clear errors; what changed."""

import json

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from treblle_models.models import ApiChange, ApiDocument, EndpointCustomer
from treblle_service.documents import NotADocument, read_document

GOOD = """
openapi: 3.1.0
info: {title: Bookshop API, version: 2026-11-25}
paths:
  /books:
    get:
      responses:
        200: {description: All books}
"""


@pytest.fixture
def url(project):
    return f"/projects/{project.uuid}/docs/"


@pytest.fixture
def reference(project):
    return f"/docs/{project.uuid}/"


def test_private_docs_are_for_the_people_of_the_project(client, people, reference, document):
    assert client.get(reference)["Location"].startswith("/accounts/login/")
    client.force_login(people.stranger)
    assert client.get(reference).status_code == 404
    assert client.get(f"{reference}openapi.json").status_code == 404
    client.force_login(people.viewer)
    assert client.get(reference).status_code == 200


def test_public_docs_are_for_everyone_and_show_nothing_else(owner, url, reference, document):
    owner.post(f"{url}visibility/", {"public": "yes"})
    visitor = Client()
    page = visitor.get(reference).content.decode()
    assert "Bookshop API" in page
    assert "example.com" not in page
    assert "/projects/" not in page
    assert visitor.get(f"{reference}openapi.json").json() == document.content
    assert visitor.get(url).status_code == 302
    owner.post(f"{url}visibility/", {"public": "no"})
    assert visitor.get(reference).status_code == 302


def test_a_project_that_is_not_there_looks_like_private_docs(client, db):
    nowhere = "/docs/01a1e170-5d80-700a-bd48-3935ba0bd472/"
    assert client.get(nowhere)["Location"].startswith("/accounts/login/")


def test_the_viewer_has_its_own_policy_and_the_pages_of_the_project_keep_theirs(
    owner, url, reference, document
):
    viewer = owner.get(reference)["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in viewer
    assert "worker-src 'self' blob:" in viewer
    assert "script-src 'self';" in f"{viewer};"
    assert "unsafe" not in owner.get(url)["Content-Security-Policy"]


def test_json_and_yaml_say_the_same(owner, reference, document):
    as_json = owner.get(f"{reference}openapi.json?download")
    as_yaml = owner.get(f"{reference}openapi.yaml?download")
    assert json.loads(as_json.content) == yaml.safe_load(as_yaml.content) == document.content
    assert as_json["Content-Disposition"] == 'attachment; filename="bookshop-api.json"'
    assert as_yaml["Content-Disposition"] == 'attachment; filename="bookshop-api.yaml"'


def test_a_version_that_was_can_still_be_read(owner, project, reference, document):
    ApiDocument.objects.create(
        project=project, source="traffic", version=2, content={"openapi": "3.1.0"}, digest="2" * 64
    )
    assert owner.get(f"{reference}openapi.json").json() == {"openapi": "3.1.0"}
    first = owner.get(f"{reference}openapi.json?source=traffic&version=1")
    assert first.json() == document.content
    assert owner.get(f"{reference}openapi.json?version=9").status_code == 404


def test_one_s_own_document_is_shown_first_and_the_etl_compares_it(
    owner, url, reference, document, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "treblle_platform.docs.operations.app.send_task",
        lambda name, **how: sent.append((name, how["kwargs"])),
    )
    file = SimpleUploadedFile("api.yaml", GOOD.encode())
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner.post(f"{url}upload/", {"file": file})
    assert answer["Location"] == url
    own = ApiDocument.objects.get(source="upload")
    assert own.content["paths"]["/books"]["get"]["responses"]["200"]
    assert own.content["info"]["version"] == "2026-11-25"
    assert owner.get(f"{reference}openapi.json").json() == own.content
    assert sent == [("treblle_etl.compare_document", {"document": str(own.uuid)})]


def test_the_same_again_makes_no_version(owner, url):
    for _ in range(2):
        answer = owner.post(f"{url}upload/", {"text": GOOD}, follow=True)
    assert "same as the newest version" in answer.content.decode()
    assert ApiDocument.objects.count() == 1
    owner.post(f"{url}upload/", {"text": GOOD.replace("All books", "Every book")})
    assert list(ApiDocument.objects.values_list("version", flat=True).order_by("version")) == [1, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("{", "Not valid JSON at line 1, column 2"),
        ("a: [1", "Not valid YAML at line"),
        ("- 1", "is an object with"),
        ("openapi: 3.1.0", "is a required property"),
        ("swagger: '1.2'", "2.0 is read"),
        ("openapi: 4.0.0", "`openapi` is '4.0.0'; 3.0.x and 3.1.x are read."),
        ("info: {}", "`openapi` is missing"),
        (
            GOOD.replace("description: All books", "summary: All"),
            "paths → /books → get → responses",
        ),
        (GOOD + "x: {$ref: 'https://elsewhere.example/a.json'}", "leads out of the file"),
        (GOOD + "x: {$ref: '../secret.yaml'}", "leads out of the file"),
        ("a: &a [x, x]\nb: &b [*a, *a]\n" * 1, "`openapi` is missing"),
        ("x: " + "[" * 120 + "]" * 120, "nested too deeply"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(text, said):
    with pytest.raises(NotADocument) as refused:
        read_document(text.encode())
    assert said in " ".join(refused.value.problems)


def test_aliases_cannot_stand_for_more_than_memory_holds():
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(NotADocument, match="too many values"):
        read_document("\n".join(lines).encode())


def test_a_file_that_is_no_text_or_too_large_is_refused():
    with pytest.raises(NotADocument, match="not UTF-8: byte 0"):
        read_document(b"\xff\xfe{}")
    with pytest.raises(NotADocument, match="more than 5 MB"):
        read_document(b" " * 5_000_001)


def test_the_form_shows_every_reason(owner, url):
    answer = owner.post(f"{url}upload/", {"text": "openapi: 3.1.0"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "info" in page
    assert "is a required property" in page
    assert "Pick a file" in owner.post(f"{url}upload/", {}).content.decode()


def test_the_drift_log_tells_breaking_from_harmless_and_traffic_from_promise(
    owner, project, url, document
):
    own = ApiDocument.objects.create(
        project=project, source="upload", version=1, content={}, digest="u" * 64
    )
    for words, breaking, of in (("a is gone", True, document), ("b is new", False, document),
                                ("c is not in it", False, own)):  # fmt: skip
        ApiChange.objects.create(
            project=project, document=of, code="x", is_breaking=breaking, description=words,
            detected_at=timezone.now(),
        )  # fmt: skip

    def shown(query=""):
        page = owner.get(f"{url}changes/?{query}").context["page"]
        return sorted(change.description for change in page.rows)

    assert shown() == ["a is gone", "b is new"]
    assert shown("breaking=breaking") == ["a is gone"]
    assert shown("q=new") == ["b is new"]
    assert shown("source=upload") == ["c is not in it"]
    assert "otherwise in 1 place." in owner.get(url).content.decode()


def test_a_change_says_how_many_customers_it_touches(owner, project, url, document, book, customer):
    now = timezone.now()
    ApiChange.objects.create(
        project=project, document=document, endpoint=book, code="x", description="a is gone",
        detected_at=now,
    )  # fmt: skip
    EndpointCustomer.objects.create(
        project=project, endpoint=book, customer=customer, requests=1, first_seen_at=now,
        last_seen_at=now,
    )  # fmt: skip
    words = f'endpoints/{book.uuid}/#callers">touches 1 customer</a>'
    assert words in owner.get(url).content.decode()
    assert words in owner.get(f"{url}changes/").content.decode()
