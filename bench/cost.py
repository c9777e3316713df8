"""`python -m bench.cost`: what a million events cost in AWS (us-east-1, list prices).

What `make bench ONLY=load` measured is taken from its file; all else is supposed, and each line
says which. On S3 a put takes longer than on a disk, so that more events share an object than there.
Database, Valkey, load balancer and traffic out cost by the month, not by the event: left out.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.figures import FILE

MILLION: Final = 1_000_000
CORE_S: Final = "load.core_s_per_million"
RAW_OBJECTS: Final = "load.raw_objects_per_million"
DETAILS_OBJECTS: Final = "load.details_objects_per_million"
RAW_KB: Final = "load.raw_kb_per_event"
DETAILS_KB: Final = "load.details_kb_per_event"
# S3 sends the event of a raw object, the listener receives and removes it; it is read once.
SQS_CALLS_AN_OBJECT: Final = 3
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
    parser.add_argument("--busy", type=float, default=0.5, help="share of the time cores work")
    parser.add_argument("--raw-days", type=float, default=3, help="raw objects are kept")
    parser.add_argument("--days", type=float, default=30, help="details are kept")
    return parser.parse_args()


def read_figures(path: Path) -> dict[str, float]:
    """What `make bench` has kept, by name; nothing where it was not run."""
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return {figure["name"]: figure["value"] for figure in kept.get("figures", ())}


def costs(asked: argparse.Namespace, measured: Mapping[str, float]) -> Iterator[Line]:
    for name, needed, cost in (
        ("processors", (CORE_S,), processors),
        ("S3 requests", (RAW_OBJECTS, DETAILS_OBJECTS), store_requests),
        ("S3 storage", (RAW_KB, DETAILS_KB), storage),
        ("SQS", (RAW_OBJECTS,), queue),
    ):
        missing = [figure for figure in needed if figure not in measured]
        if missing:
            yield Line(name, None, f"not measured: {', '.join(missing)} (make bench ONLY=load)")
        else:
            yield Line(name, *cost(asked, *(measured[figure] for figure in needed)))


def processors(asked: argparse.Namespace, core_s: float) -> tuple[float, str]:
    """All parts of the machine that was measured, SQLite in the worker among them."""
    core_hours = core_s / asked.busy / HOUR_S
    dollars = core_hours * (CORE_HOUR.dollars + GB_A_CORE * GB_HOUR.dollars)
    return dollars, f"measured: {core_s:,.0f} core seconds; supposed: {asked.busy:.0%} busy"


def store_requests(asked: argparse.Namespace, raw: float, details: float) -> tuple[float, str]:
    dollars = (raw + details) * PUT.dollars + raw * GETS_AN_OBJECT * GET.dollars
    return dollars, f"measured: {raw:,.0f} raw objects, {details:,.0f} of details"


def storage(asked: argparse.Namespace, raw_kb: float, details_kb: float) -> tuple[float, str]:
    kb_months = (raw_kb * asked.raw_days + details_kb * asked.days) / DAYS_A_MONTH
    return MILLION * kb_months / 1e6 * GB_MONTH.dollars, (
        f"measured: {raw_kb:g} kB an event raw, {details_kb:g} kB of details; "
        f"chosen: kept {asked.raw_days:g} and {asked.days:g} days"
    )


def queue(asked: argparse.Namespace, raw: float) -> tuple[float, str]:
    return raw * SQS_CALLS_AN_OBJECT * SQS_CALL.dollars, f"measured: {raw:,.0f} raw objects"


if __name__ == "__main__":
    main()
