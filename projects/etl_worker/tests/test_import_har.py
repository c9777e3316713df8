"""Recorded traffic becomes requests of a project, once."""

import base64
import json
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from treblle_etl import pipeline as pipelines
from treblle_etl.pipeline import Pipeline
from treblle_models.models import Project, Request

pytestmark = pytest.mark.django_db


def entry(path: str, **response: Any) -> dict[str, Any]:
    usual = {"status": 200, "headers": [], "content": {"size": 12, "text": '{"id": 1}'}}
    return {
        "startedDateTime": "2026-03-01T13:00:00.250+01:00",
        "time": 48.5,
        "request": {
            "method": "GET",
            "url": f"https://shop.example{path}?page=2",
            "headers": [{"name": "User-Agent", "value": "curl/8.1.2"}],
            "queryString": [{"name": "page", "value": "2"}],
        },
        "response": usual | response,
    }


@pytest.fixture
def run(project: Project, pipeline: Pipeline, settings: Any, tmp_path: Path) -> Any:
    settings.RAW_STORE_URL = f"file://{tmp_path}/raw"

    def command(text: str | bytes, custom_id: str = "") -> str:
        path, written = tmp_path / "traffic.har", StringIO()
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        words = (str(path), "--project", custom_id or project.custom_id)
        with patch.object(pipelines, "of_this_process", lambda: pipeline):
            call_command("import_har", *words, stdout=written, stderr=StringIO())
        return written.getvalue()

    return command


def test_entries_become_requests_at_the_time_they_were_recorded(run: Any) -> None:
    image = {"size": 3, "encoding": "base64", "text": base64.b64encode(b"\xff\xd8\xff").decode()}
    archive = {"log": {"entries": [entry("/users/7"), entry("/x.jpg", content=image, status=404)]}}
    assert run(json.dumps(archive)).startswith("2 requests imported, 0 were there already")
    found = Request.objects.get(path="/users/7")
    assert (found.method, found.host, found.status) == ("GET", "shop.example", 200)
    assert (found.load_time_ms, found.response_size_bytes, found.app) == (48.5, 12, "curl")
    assert found.received_at.isoformat() == "2026-03-01T12:00:00.250000+00:00"
    assert Request.objects.get(status=404).path == "/x.jpg"


def test_file_imported_twice_changes_nothing(run: Any) -> None:
    text = json.dumps({"log": {"entries": [entry("/a"), entry("/a"), entry("/b")]}})
    run(text)
    assert run(text).startswith("0 requests imported, 3 were there already")
    assert Request.objects.count() == 3


@pytest.mark.parametrize(
    "text", ["", "[]", '{"log": {}}', '{"log": {"entries": 7}}', '{"log": {"entries": [{}]}}']
)
def test_what_is_no_archive_is_said(run: Any, text: str) -> None:
    with pytest.raises(CommandError, match="HTTP archive"):
        run(text)
    assert not Request.objects.exists()


def test_unknown_project_is_said(run: Any) -> None:
    with pytest.raises(CommandError, match="no project"):
        run('{"log": {"entries": []}}', "nobody")
