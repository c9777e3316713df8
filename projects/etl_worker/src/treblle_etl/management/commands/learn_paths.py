"""`manage.py learn_paths`: endpoint templates of requests read as JSON lines."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from treblle_etl.transform.paths import Learner


class Command(BaseCommand):
    help = (
        'Read requests from standard input, a JSON object a line ({"method", "path", "status"}),'
        " and write every line in order with `template`, as it stands once all are read; null"
        " where the request belongs to no endpoint. Needs no environment and no database."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        requests = list(_requests(sys.stdin))
        learner = Learner()
        for request in requests:
            learner.observe(request["method"], request["path"], request.get("status"))
        learner.learn()
        for request in requests:
            request["template"] = learner.template_of(request["method"], request["path"])
            self.stdout.write(json.dumps(request))


def _requests(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            request = json.loads(line)
        except ValueError as error:
            raise CommandError(f"line {number} is not JSON: {error}") from error
        if not _is_request(request):
            raise CommandError(f"line {number} is no object with a text `method` and `path`")
        yield request


def _is_request(request: Any) -> bool:
    return (
        isinstance(request, dict)
        and isinstance(request.get("method"), str)
        and isinstance(request.get("path"), str)
        and isinstance(request.get("status"), int | None)
    )
