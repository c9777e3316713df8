"""`python -m bench.cost`: what a million events cost in AWS (us-east-1, list prices).

What `make bench` measured is taken from its file; all else is supposed, and each line says which.
Database, Valkey, load balancer and traffic out cost by the month, not by the event: left out.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.figures import FILE

MILLION: Final = 1_000_000
RATE: Final = "load.rate_held_per_s"
# S3 sends the event of an object, the listener receives and removes it.
SQS_CALLS_AN_OBJECT: Final = 3
# A raw object and one of details; the raw one is read once.
PUTS_AN_OBJECT: Final = 2
GETS_AN_OBJECT: Final = 1
# Of memory a Fargate task has to each processor, at least.
GB_A_CORE: Final = 2
HOUR_S: Final = 3600
DAYS_A_MONTH: Final = 30


@dataclass(frozen=True)
class Price:
    """US dollars for `of`; `source` is AWS's own page, `as_of` when it was last seen quoted."""

    dollars: float
    of: str
    source: str
    as_of: str


CORE_HOUR: Final = Price(
    0.04048, "vCPU-hour, Linux/x86", "aws.amazon.com/fargate/pricing", "2026-04"
)
GB_HOUR: Final = Price(0.004445, "GB-hour, Linux/x86", "aws.amazon.com/fargate/pricing", "2026-04")
PUT: Final = Price(0.005 / 1000, "PUT, S3 Standard", "aws.amazon.com/s3/pricing", "2024-02")
GET: Final = Price(0.0004 / 1000, "GET, S3 Standard", "aws.amazon.com/s3/pricing", "2024-02")
GB_MONTH: Final = Price(0.023, "GB-month, S3 Standard", "aws.amazon.com/s3/pricing", "2024-02")
SQS_CALL: Final = Price(
    0.40 / MILLION, "request, standard queue", "aws.amazon.com/sqs/pricing", "2026-06"
)
PRICES: Final = (CORE_HOUR, GB_HOUR, PUT, GET, GB_MONTH, SQS_CALL)


@dataclass(frozen=True)
class Line:
    """One cost of a million events, and what its numbers rest on; None: not known."""

    name: str
    dollars: float | None
    rests_on: str


def main() -> None:
    asked = read_arguments()
    measured = read_figures(asked.figures)
    lines = list(costs(asked, measured))
    for line in lines:
        shown = "      –" if line.dollars is None else f"{line.dollars:7.3f}"
        print(f"{line.name:12} {shown} USD  {line.rests_on}")
    known = [line.dollars for line in lines if line.dollars is not None]
    without = [line.name for line in lines if line.dollars is None]
    rest = f"without {', '.join(without)}" if without else "besides what costs by the month"
    print(f"{'a million':12} {sum(known):7.3f} USD  {rest}")
    print("\nprices, us-east-1:")
    for price in PRICES:
        dollars = f"{price.dollars:.7f}".rstrip("0")
        print(f"  {dollars:>10} USD a {price.of}: {price.source}, as of {price.as_of}")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--figures", type=Path, default=FILE, help="bench.json of a quiet machine")
    parser.add_argument("--cores", type=int, help="of the machine measured, where it is not said")
    parser.add_argument("--busy", type=float, default=0.5, help="share of the time cores work")
    parser.add_argument("--events-per-object", type=float, default=20)
    parser.add_argument("--kb", type=float, default=1.0, help="kept of an event, compressed")
    parser.add_argument("--days", type=float, default=30, help="details are kept")
    return parser.parse_args()


def read_figures(path: Path) -> dict[str, Any]:
    """What `make bench` has kept; nothing where it was not run."""
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return kept


def costs(asked: argparse.Namespace, measured: dict[str, Any]) -> Iterator[Line]:
    yield processors(asked, measured)
    objects = MILLION / asked.events_per_object
    together = f"supposed: {asked.events_per_object:g} events an object"
    requests = PUTS_AN_OBJECT * PUT.dollars + GETS_AN_OBJECT * GET.dollars
    yield Line("S3 requests", objects * requests, together)
    gb_months = MILLION * asked.kb / 1e6 * asked.days / DAYS_A_MONTH
    kept = f"supposed: {asked.kb:g} kB an event, kept {asked.days:g} days"
    yield Line("S3 storage", gb_months * GB_MONTH.dollars, kept)
    yield Line("SQS", objects * SQS_CALLS_AN_OBJECT * SQS_CALL.dollars, together)


def processors(asked: argparse.Namespace, measured: dict[str, Any]) -> Line:
    """All parts on the machine that was measured, its database too: more than Fargate runs."""
    found = [it for it in measured.get("figures", ()) if it["name"] == RATE]
    cores = asked.cores or measured.get("machine", {}).get("cores")
    if not found or not cores:
        return Line("processors", None, f"not measured: {RATE} (make bench ONLY=load)")
    rate, at = found[0]["value"], found[0].get("measured_at", "an unknown time")
    core_hours = MILLION * cores / rate / asked.busy / HOUR_S
    rests_on = (
        f"measured: {rate:,.0f} events/s on {cores} cores, {at}; supposed: {asked.busy:.0%} busy"
    )
    return Line(
        "processors", core_hours * (CORE_HOUR.dollars + GB_A_CORE * GB_HOUR.dollars), rests_on
    )


if __name__ == "__main__":
    main()
