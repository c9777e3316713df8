"""`manage.py try_checks`: the checks on recorded requests, and how often they are wrong."""

import json
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from treblle_service.check_catalog import CATALOG, Group

from treblle_etl.event import Checked, Event, Place, Rejected
from treblle_etl.extract.wire import event_from
from treblle_etl.transform.checks import check_request
from treblle_etl.transform.paths import Templates
from treblle_etl.transform.template import template_of

ROUNDS = 50
NOTHING_LEARNED = Templates()


class Command(BaseCommand):
    help = (
        "Run all checks on recorded requests: files of JSON lines {name, payload, expected}, payload"
        " as SDKs send it, expected being the codes of what is truly wrong with it. Prints false"
        " alarms and misses by check, and what one request costs. Needs no database."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="files of JSON lines")
        parser.add_argument("--all", action="store_true", help="also checks that were always right")

    def handle(self, *args: Any, **options: Any) -> None:
        right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
        events: list[Event] = []
        faultless = alarmed = 0
        for name, event, expected in _recorded(options["files"]):
            events.append(event)
            found = set(_codes(_checked(event)))
            right.update(found & expected)
            wrong.update(found - expected)
            missed.update(expected - found)
            faultless += not expected
            alarmed += not expected and bool(found)
            for code in sorted(found ^ expected):
                what = "false alarm" if code in found else "missed"
                self.stdout.write(f"{what:12} {code:26} {name}")
        self._table(right, wrong, missed, options["all"])
        findings = right.total() + wrong.total()
        self.stdout.write(
            f"\n{len(events)} requests, {faultless} of them without fault: {alarmed} of these raised"
            f" an alarm. {wrong.total()} of {findings} findings were false alarms,"
            f" {missed.total()} of {right.total() + missed.total()} faults were missed."
        )
        self.stdout.write(f"{_cost_us(events):.1f} µs of processor time a request")

    def _table(
        self, right: Counter[str], wrong: Counter[str], missed: Counter[str], shows_all: bool
    ) -> None:
        self.stdout.write(f"\n{'check':28}{'group':14}{'right':>7}{'false':>7}{'missed':>8}")
        for group in Group:
            for code, check in CATALOG.items():
                counts = (right[code], wrong[code], missed[code])
                if check.group is group and (any(counts[1:]) or (shows_all and any(counts))):
                    self.stdout.write(
                        f"{code:28}{group.label:14}{counts[0]:7}{counts[1]:7}{counts[2]:8}"
                    )
        for name, (found, false, not_found) in _by_group(right, wrong, missed).items():
            rate = f"{false / (found + false):9.1%} false" if found + false else ""
            self.stdout.write(f"{name:42}{found:7}{false:7}{not_found:8}{rate}")


def _by_group(*counters: Counter[str]) -> dict[str, list[int]]:
    """Of each group that found or missed anything, and of all, the sum of each counter."""
    groups = {
        group.label: [
            sum(n for c, n in each.items() if CATALOG[c].group is group) for each in counters
        ]
        for group in Group
    }
    all_of = {"All": [each.total() for each in counters]}
    return {name: counts for name, counts in (groups | all_of).items() if any(counts)}


def _recorded(paths: list[Path]) -> Iterator[tuple[str, Event, set[str]]]:
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from None
        for number, line in enumerate(lines, 1):
            try:
                recorded = json.loads(line)
                name, payload = recorded["name"], recorded["payload"]
                expected = set(recorded.get("expected", ()))
            except (ValueError, KeyError, TypeError) as error:
                raise CommandError(f"{path}, line {number}: {error!r}") from None
            unknown = sorted(expected - CATALOG.keys())
            if unknown:
                raise CommandError(f"{path}, line {number}: there is no check {unknown[0]}")
            event = event_from(payload, uuid=uuid4(), api_key="", received_at=datetime.now(UTC))
            if isinstance(event, Rejected):
                raise CommandError(f"{path}, line {number}: {event.message}")
            yield name, event, expected


def _checked(event: Event) -> Checked:
    template, _ = template_of(event.method, event.path, event.route, event.status, NOTHING_LEARNED)
    return check_request(event, template=template, place=Place())


def _codes(checked: Checked) -> list[str]:
    return [*(code for code, _ in checked.failed), *checked.rates]


def _cost_us(events: list[Event]) -> float:
    if not events:
        return 0.0
    begun = time.process_time()
    for _ in range(ROUNDS):
        for event in events:
            _checked(event)
    return (time.process_time() - begun) / (ROUNDS * len(events)) * 1e6
