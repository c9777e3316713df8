"""Setting a project up: keys in each snippet, and a test request that reaches the intake."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


@pytest.fixture
def intake(settings):
    """Takes what is posted to it; answers with `status`."""

    taken = []

    class Handler(BaseHTTPRequestHandler):
        status = 202

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.append((self.headers["x-api-key"], json.loads(body)))
            self.send_response(Handler.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.INTAKE_URL = f"http://127.0.0.1:{server.server_port}"
    Handler.taken = taken
    yield Handler
    server.shutdown()
    server.server_close()


def test_a_test_request_is_sent_as_an_sdk_would(owner, people, project, intake):
    page = owner.post(f"/projects/{project.uuid}/setup/test/", follow=True).content.decode()
    [(key, payload)] = intake.taken
    assert key == payload["api_key"] == people.owner.api_key
    assert payload["project_id"] == project.custom_id
    assert payload["data"]["response"]["code"] == 200
    assert "on its way" in page


def test_an_intake_that_refuses_or_is_away_is_told(owner, project, intake, settings):
    intake.status = 503
    url = f"/projects/{project.uuid}/setup/test/"
    assert "The intake answered 503" in owner.post(url, follow=True).content.decode()
    settings.INTAKE_URL = "http://127.0.0.1:9"
    assert "does not answer" in owner.post(url, follow=True).content.decode()


def test_each_snippet_has_ones_own_keys(owner, people, project, settings):
    settings.INTAKE_URL = "http://intake.test"
    page = owner.get(f"/projects/{project.uuid}/setup/").content.decode()
    assert f"http://{people.owner.api_key}@intake.test/{project.custom_id}" in page
    assert page.count(project.custom_id) >= 5


def test_the_framework_that_was_picked_is_kept(owner, project):
    url = f"/projects/{project.uuid}/setup/"
    owner.post(f"{url}framework/", {"framework": "flask"})
    project.refresh_from_db()
    assert project.framework == "flask"
    assert re.search(r'value="flask"[^>]* checked', owner.get(url).content.decode())
    assert owner.post(f"{url}framework/", {"framework": "cobol"}).status_code == 400
    project.refresh_from_db()
    assert project.framework == "flask"
