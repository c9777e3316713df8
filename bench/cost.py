"""`python -m bench.cost`: what a million events cost in AWS, from the figures measured here.

Prices are list prices of us-east-1 (aws.amazon.com/fargate/pricing, /s3/pricing, /sqs/pricing), to
be looked up anew; database, Valkey, load balancer and traffic cost by the month, not by the event.
"""

import argparse
import json
import sys
from pathlib import Path

from bench.figures import FILE

# US dollars: a processor-hour with its 2 GB on Fargate; a thousand puts and gets; a GB-month; SQS.
CORE_HOUR = 0.04048 + 2 * 0.004445
PUTS_1000, GETS_1000, GB_MONTH, SQS_MILLION = 0.005, 0.0004, 0.023, 0.40
MILLION = 1_000_000
# S3 sends the event of an object, the listener receives and removes it.
SQS_CALLS_AN_OBJECT = 3
RATE = "load.rate_held_per_s"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--figures", type=Path, default=FILE, help="bench.json of a quiet machine")
    parser.add_argument("--cores", type=int, default=2, help="of the machine that was measured")
    parser.add_argument("--busy", type=float, default=0.5, help="share of the time cores work")
    parser.add_argument("--events-per-object", type=float, default=20)
    parser.add_argument("--kb", type=float, default=1.0, help="kept of an event, compressed")
    parser.add_argument("--days", type=float, default=30, help="details are kept")
    asked = parser.parse_args()
    try:
        figures = {
            it["name"]: it["value"] for it in json.loads(asked.figures.read_text())["figures"]
        }
    except OSError as error:
        sys.exit(f"{asked.figures}: {error.strerror}: run make bench first")
    if RATE not in figures:
        sys.exit(f"{asked.figures} has no {RATE}: run make bench ONLY=load first")
    objects = MILLION / asked.events_per_object
    lines = {
        # All parts on that machine, its database too: what is paid for by the month is in it.
        "processors": MILLION * asked.cores / figures[RATE] / asked.busy / 3600 * CORE_HOUR,
        "S3 requests": objects * (2 * PUTS_1000 + GETS_1000) / 1000,
        "S3 storage": MILLION * asked.kb / 1e6 * asked.days / 30 * GB_MONTH,
        "SQS": objects * SQS_CALLS_AN_OBJECT / MILLION * SQS_MILLION,
    }
    for name, dollars in lines.items():
        print(f"{name:12} {dollars:8.3f} USD")
    print(
        f"{'a million':12} {sum(lines.values()):8.3f} USD, at {figures[RATE]:.0f} events/s measured"
    )


if __name__ == "__main__":
    main()
