"""The document against the running API: what schemathesis makes up, and a client made from it."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from projects.api.tests.operations import EXPECTED, PUBLIC

LOGIN = [each for each in PUBLIC if each[1] == "POST"]
KEPT = Path(__file__).parents[1] / "openapi.yaml"
SEED_EXAMPLES = 3
# A stream has no end: its answers are held against the document in `test_stream.py`.
LEFT_OUT = ("stream_retrieve",)
CHECKED = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
PREDICTABLE = how(
    max_examples=SEED_EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _one_connection(db):
    """A server closes its connection to the database now and then; here it is the test's own."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def schema(world, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    return schemathesis.openapi.from_wsgi("/v1/openapi.json", get_wsgi_application())


@pytest.mark.parametrize(
    ("person", "scope"), [("owner", "write"), ("viewer", "read"), ("stranger", "write")]
)
def test_every_answer_is_as_described_whatever_is_sent(person, scope, world, schema, as_user):
    token = as_user(getattr(world.people, person), scope).token
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    rows = {name: str(value) for name, value in world.rows.items()}
    tried = set()

    def tries(operation):
        @PREDICTABLE
        @given(case=operation.as_strategy())
        def one(case):
            known = {name: rows[name] for name in case.path_parameters or {} if name in rows}
            case.path_parameters = {**(case.path_parameters or {}), **known}
            # What it leaves out is not there, though it is required otherwise.
            case.query.pop("fields", None)
            with transaction.atomic():
                answer = case.call(headers=headers)
                transaction.set_rollback(True)
            case.validate_response(answer, checks=CHECKED)

        return one

    for result in schema.get_all_operations():
        operation = result.ok()
        name = operation.definition.raw["operationId"]
        if name not in LEFT_OUT:
            tries(operation)()
            tried.add(name)
    assert len(tried) == len(EXPECTED) + len(LOGIN) - len(LEFT_OUT)


@pytest.fixture
def client_package(tmp_path):
    """A Python client, made from the document in git as somebody outside would."""
    config = tmp_path / "config.yaml"
    config.write_text(
        "post_hooks: []\npackage_name_override: treblle_client\n"
        "content_type_overrides: {application/yaml: text/plain}\n"
    )
    made = tmp_path / "treblle_client"
    command = [
        *(Path(sys.executable).parent / "openapi-python-client", "generate", "--meta", "none"),
        *("--path", KEPT, "--output-path", made, "--config", config),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert "WARNING" not in done.stdout, done.stdout
    spec = importlib.util.spec_from_file_location(
        "treblle_client", made / "__init__.py", submodule_search_locations=[str(made)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["treblle_client"] = package
    spec.loader.exec_module(package)
    yield package
    for name in [each for each in sys.modules if each.partition(".")[0] == "treblle_client"]:
        del sys.modules[name]


def test_a_client_made_from_the_document_makes_a_journey(
    client_package, world, password, make_request
):
    from treblle_client.api.auth import auth_login
    from treblle_client.api.problems import problems_update
    from treblle_client.api.projects import projects_list
    from treblle_client.api.requests import requests_list, requests_retrieve
    from treblle_client.models import Login, PatchedProblemInput, ProblemState

    transport = httpx.WSGITransport(app=get_wsgi_application())
    reached = {"base_url": "http://testserver", "httpx_args": {"transport": transport}}
    owner = world.people.owner
    session = auth_login.sync(
        client=client_package.Client(**reached), body=Login(email=owner.email, password=password)
    )
    client = client_package.AuthenticatedClient(token=session.token, **reached)
    [project] = projects_list.sync(client=client).results
    assert project.uuid == world.project.uuid
    page = requests_list.sync(project.uuid, client=client, page_size=1)
    request = requests_retrieve.sync(project.uuid, page.results[0].uuid, client=client)
    assert request.uuid == world.rows["request_uuid"]
    change = PatchedProblemInput(state=ProblemState.RESOLVED)
    changed = problems_update.sync(
        project.uuid, world.rows["problem_uuid"], client=client, body=change
    )
    assert changed.state == ProblemState.RESOLVED


def test_the_made_client_brings_a_document_and_fetches_it(client_package, world, as_user):
    from treblle_client.api.documents import (
        documents_retrieve_json,
        documents_retrieve_yaml,
        documents_upload,
    )
    from treblle_client.models import DocumentSource
    from treblle_client.models import DocumentsRetrieveJsonSource as OfJson
    from treblle_client.models import DocumentsRetrieveYamlSource as OfYaml
    from treblle_client.models import DocumentsUploadJsonBody as Body

    transport = httpx.WSGITransport(app=get_wsgi_application())
    client = client_package.AuthenticatedClient(
        base_url="http://testserver",
        httpx_args={"transport": transport},
        token=as_user(world.people.member).token,
    )
    content = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {}}
    made = documents_upload.sync(world.project.uuid, client=client, body=Body.from_dict(content))
    assert (made.source, made.version) == (DocumentSource.UPLOAD, 1)
    place = world.project.uuid
    as_json = documents_retrieve_json.sync(place, client=client, source=OfJson.UPLOAD)
    assert as_json.to_dict() == content
    as_yaml = documents_retrieve_yaml.sync(place, client=client, source=OfYaml.UPLOAD)
    assert yaml.safe_load(as_yaml) == content
