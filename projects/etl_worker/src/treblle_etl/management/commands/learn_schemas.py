"""`manage.py learn_schemas`: sample responses in, their JSON Schemas out."""

import json
import sys
from argparse import ArgumentParser, FileType
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from treblle_etl.transform.schemas import Schema, habits_of, json_schema, learn


class Command(BaseCommand):
    help = (
        'Learn the schemas of an API from JSON lines {"operation", "status", "body"} and write'
        ' {"GET /x/{y}": {"200": JSON Schema 2020-12}}. Needs no environment and no database.'
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        source = FileType("r", encoding="utf-8")
        parser.add_argument("samples", nargs="?", type=source, default=sys.stdin)

    def handle(self, *args: Any, **options: Any) -> None:
        schemas = learned(options["samples"])
        habits = habits_of(
            schema.root for by_status in schemas.values() for schema in by_status.values()
        )
        described = {
            operation: {status: json_schema(schema, habits) for status, schema in found.items()}
            for operation, found in schemas.items()
        }
        self.stdout.write(json.dumps(described))


def learned(lines: Iterable[str]) -> dict[str, dict[str, Schema]]:
    schemas: dict[str, dict[str, Schema]] = defaultdict(lambda: defaultdict(Schema))
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                sample = json.loads(line)
                schema = schemas[sample["operation"]][str(sample["status"])]
                learn(schema, sample["body"])
            except (ValueError, TypeError, KeyError) as error:
                raise CommandError(
                    f"line {number} is not a sample {{operation, status, body}}: {error}"
                ) from error
    return schemas
