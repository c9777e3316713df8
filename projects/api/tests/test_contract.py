"""The document against the running API: what schemathesis makes up, and a client made from it."""

import importlib.util
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import requests
import schemathesis
import yaml
from django.db import connection
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from projects.api.tests.operations import EXPECTED, PUBLIC
from projects.api.tests.test_process import environment, serving

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = [each for each in PUBLIC if each[1] == "POST"]
KEPT = Path(__file__).parents[1] / "openapi.yaml"
# Where it is seen it has no end: those answers are held against the document in `test_stream.py`.
STREAM = "stream_retrieve"
# What is read is not yet changed, and what is changed not yet deleted.
ORDER = ("get", "post", "patch", "put", "delete")
CHECKED = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
# What is sent makes less of a difference for who may not.
EXAMPLES = {None: 1, "stranger": 2, "viewer": 3, "owner": 3}
PREDICTABLE = how(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def served(django_db_setup, valkey_url, tmp_path_factory):
    """The address of the API as it is deployed: a process of its own, on the tests' database."""
    folder = tmp_path_factory.mktemp("served")
    own = environment(
        folder,
        INSECURE_HTTP="1",
        DATABASE_URL=f"sqlite:///{connection.settings_dict['NAME']}",
        BROKER_URL=f"{valkey_url}/8",
        CACHE_URL=f"{valkey_url}/9",
        CHANNEL_URL=f"{valkey_url}/10",
        API_REQUESTS_PER_MINUTE="0",
        LOGIN_LIMIT_PER_ADDRESS="1000000",
    )
    with serving(own, folder / "log") as address:
        yield address


@pytest.fixture(scope="module")
def described(served):
    """The operations of the document as it is served, those that delete last."""
    schema = schemathesis.openapi.from_url(f"{served}/v1/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    return sorted(operations, key=lambda operation: ORDER.index(operation.method))


@pytest.fixture
def session():
    """An HTTP client that sends no token unless it is told to."""
    with requests.Session() as session:
        session.headers["Accept-Encoding"] = "identity"
        yield session


@pytest.mark.parametrize(
    ("person", "scope"),
    [(None, None), ("viewer", "read"), ("stranger", "write"), ("owner", "write")],
)
def test_every_answer_is_as_described_whatever_is_sent(
    person, scope, described, session, world, as_user
):
    rows = {name: str(value) for name, value in world.rows.items()}

    def tries(operation):
        @how(PREDICTABLE, max_examples=EXAMPLES[person])
        @given(case=operation.as_strategy())
        def one(case):
            known = {name: rows[name] for name in case.path_parameters or {} if name in rows}
            case.path_parameters = {**(case.path_parameters or {}), **known}
            # What it leaves out is not there, though it is required otherwise.
            case.query.pop("fields", None)
            case.headers.pop("Authorization", None)
            case.validate_response(case.call(session=session), checks=CHECKED)

        return one

    tried = set()
    for operation in described:
        name = operation.definition.raw["operationId"]
        if name == STREAM and person in ("viewer", "owner"):
            continue
        if person is not None:
            # A new one each: some operations end the token they are asked with.
            token = as_user(getattr(world.people, person), scope).token
            session.headers["Authorization"] = f"Bearer {token}"
        tries(operation)()
        tried.add(name)
    left_out = {STREAM} if person in ("viewer", "owner") else set()
    assert len(tried) == len(EXPECTED) + len(LOGIN) - len(left_out)


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


@pytest.fixture
def as_deployed(settings):
    """Passwords are hashed as the served API reads them, not fast."""
    settings.PASSWORD_HASHERS = import_module("treblle_api.settings").PASSWORD_HASHERS


def test_a_client_made_from_the_document_makes_a_journey(
    client_package, served, as_deployed, world, password
):
    from treblle_client.api.auth import auth_login
    from treblle_client.api.problems import problems_update
    from treblle_client.api.projects import projects_list
    from treblle_client.api.requests import requests_list, requests_retrieve
    from treblle_client.models import Login, PatchedProblemInput, ProblemState

    owner = world.people.owner
    with client_package.Client(base_url=served) as client:
        login = Login(email=owner.email, password=password)
        token = auth_login.sync(client=client, body=login).token
    with client_package.AuthenticatedClient(base_url=served, token=token) as client:
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


def test_the_made_client_brings_a_document_and_fetches_it(client_package, served, world, as_user):
    from treblle_client.api.documents import (
        documents_retrieve_json,
        documents_retrieve_yaml,
        documents_upload,
    )
    from treblle_client.models import DocumentSource
    from treblle_client.models import DocumentsRetrieveJsonSource as OfJson
    from treblle_client.models import DocumentsRetrieveYamlSource as OfYaml
    from treblle_client.models import DocumentsUploadJsonBody as Body

    content = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {}}
    place, token = world.project.uuid, as_user(world.people.member).token
    with client_package.AuthenticatedClient(base_url=served, token=token) as client:
        made = documents_upload.sync(place, client=client, body=Body.from_dict(content))
        assert (made.source, made.version) == (DocumentSource.UPLOAD, 1)
        as_json = documents_retrieve_json.sync(place, client=client, source=OfJson.UPLOAD)
        assert as_json.to_dict() == content
        as_yaml = documents_retrieve_yaml.sync(place, client=client, source=OfYaml.UPLOAD)
        assert yaml.safe_load(as_yaml) == content
