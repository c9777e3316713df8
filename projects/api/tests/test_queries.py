"""How often an operation asks the database: so often and no more, for few rows as for many."""

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from treblle_models.models import AccessToken

from projects.api.tests.crowd import add_rows
from projects.api.tests.operations import EXPECTED
from projects.api.tests.test_permissions import address, body_of, patterns

FEW, MANY = 2, 7
# A stream asks as long as it goes on.
LEFT_OUT = {("stream", "GET")}
OF_THE_INVITED = {("acceptance", "POST"), ("invitation", "DELETE")}
MORE = {("analytics", "GET"): "metric=requests&group=endpoint"}
# With everything that `expand` can show. Three of each are the token, the project, the rows.
QUERIES = {
    ("acceptance", "POST"): 4,
    ("account-erasure", "POST"): 2,
    ("alert", "GET"): 4,
    ("alert-channel", "DELETE"): 7,
    ("alert-channel", "GET"): 3,
    ("alert-channel", "PATCH"): 5,
    ("alert-channel-deliveries", "GET"): 4,
    ("alert-channel-test", "POST"): 4,
    ("alert-channels", "GET"): 3,
    ("alert-channels", "POST"): 7,
    ("alert-closing", "POST"): 7,
    ("alert-deliveries", "GET"): 4,
    ("alert-rule", "DELETE"): 10,
    ("alert-rule", "GET"): 4,
    ("alert-rule", "PATCH"): 9,
    ("alert-rules", "GET"): 4,
    ("alert-rules", "POST"): 7,
    ("alerts", "GET"): 4,
    ("analytics", "GET"): 5,
    ("anomalies", "GET"): 3,
    ("api-key", "GET"): 1,
    ("api-key-rotation", "POST"): 3,
    ("changes", "GET"): 4,
    ("check", "GET"): 5,
    ("check", "PATCH"): 11,
    ("checks", "GET"): 4,
    ("collection", "DELETE"): 5,
    ("collection", "GET"): 2,
    ("collection", "PATCH"): 3,
    ("collection-item", "DELETE"): 4,
    ("collection-items", "GET"): 3,
    ("collection-items", "POST"): 7,
    ("collections", "GET"): 2,
    ("collections", "POST"): 2,
    ("customer", "GET"): 3,
    ("customer", "PATCH"): 5,
    ("customers", "GET"): 3,
    ("device", "DELETE"): 3,
    ("device-test", "POST"): 2,
    ("devices", "GET"): 2,
    ("devices", "POST"): 3,
    ("document-json", "GET"): 3,
    ("document-yaml", "GET"): 3,
    ("documents", "GET"): 3,
    ("documents", "POST"): 7,
    ("endpoint", "GET"): 3,
    ("endpoint", "PATCH"): 5,
    ("endpoints", "GET"): 3,
    ("endpoints-merge", "POST"): 13,
    ("environments", "GET"): 3,
    ("invitation", "DELETE"): 4,
    ("invitations", "GET"): 2,
    ("logout", "POST"): 2,
    ("me", "GET"): 1,
    ("me", "PATCH"): 3,
    ("member", "DELETE"): 5,
    ("member", "GET"): 3,
    ("member", "PATCH"): 5,
    ("members", "GET"): 3,
    ("problem", "GET"): 3,
    ("problem", "PATCH"): 5,
    ("problems", "GET"): 3,
    ("project", "DELETE"): 4,
    ("project", "GET"): 3,
    ("project", "PATCH"): 4,
    ("project-invitation", "DELETE"): 5,
    ("project-invitations", "GET"): 3,
    ("project-invitations", "POST"): 7,
    ("project-keys", "GET"): 2,
    ("projects", "GET"): 2,
    ("projects", "POST"): 7,
    ("quality", "GET"): 4,
    ("request", "GET"): 3,
    ("requests", "GET"): 3,
    ("requests-export", "GET"): 3,
    ("security", "GET"): 4,
    ("session", "DELETE"): 4,
    ("sessions", "DELETE"): 3,
    ("sessions", "GET"): 2,
    ("token", "DELETE"): 4,
    ("token", "GET"): 2,
    ("tokens", "GET"): 2,
    ("tokens", "POST"): 3,
}


def queries(client, operation, rows):
    """Statements of one call, which is taken back; savepoints are those of the test."""
    name, method = operation
    path = f"{address(name, rows)}?{MORE.get(operation, '')}"
    if method == "GET" and (more := expandable(name)):
        path += f"&expand={','.join(more)}"
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        answer = client.ask(method, path, body_of(operation, rows))
        if answer.streaming:
            b"".join(answer)
        transaction.set_rollback(True)
    assert answer.status_code < 400 or name == "account-erasure", answer.content
    return [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]


def expandable(name):
    found = (each for each in patterns(get_resolver("treblle_api.urls")) if each.name == name)
    return getattr(next(found).callback.cls.row_class, "expandable", {})


def counted(world, as_user):
    """By operation, as somebody who may."""
    found = {}
    tokens = world.people.owner.access_tokens.order_by("-pk")
    rows = world.rows | {
        "token_uuid": tokens.filter(kind=AccessToken.Kind.PERSONAL)[0].uuid,
        "session_uuid": tokens.filter(kind=AccessToken.Kind.SESSION)[0].uuid,
    }
    clients = {name: as_user(getattr(world.people, name)) for name in ("owner", "invited")}
    for client in clients.values():
        client.get("/v1/me")  # that a token was used is noted once a minute
    for operation in sorted(set(EXPECTED) - LEFT_OUT):
        name = "invited" if operation in OF_THE_INVITED else "owner"
        # Some look-ups are made once a process.
        queries(clients[name], operation, rows)
        found[operation] = len(queries(clients[name], operation, rows))
    return found


def test_each_operation_asks_as_often_for_many_rows_as_for_few(world, as_user):
    counts = []
    for numbers in (range(FEW), range(FEW, MANY)):
        for number in numbers:
            add_rows(world, number)
        counts.append(counted(world, as_user))
    few, many = counts
    assert many == few
    assert few == QUERIES
