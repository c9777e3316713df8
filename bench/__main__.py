"""`python -m bench [group …]`: measure, print a table, keep the figures."""

import argparse
import importlib

from bench import figures

# In the order they run. Each is a module with `measure() -> list[Figure]`.
GROUPS = (
    *("path", "models", "move", "paths", "schema", "transform", "intake", "sdk"),
    *("etl", "load", "query", "live", "pages", "api", "website"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("groups", nargs="*", help=f"which of {', '.join(GROUPS)} (all)")
    chosen = parser.parse_args().groups or GROUPS
    unknown = set(chosen) - set(GROUPS)
    if unknown:
        parser.error(f"there is no group {', '.join(sorted(unknown))}: {', '.join(GROUPS)}")
    measured: list[figures.Figure] = []
    for group in chosen:
        print(f"measuring {group} …", flush=True)
        found = importlib.import_module(f"bench.{group}").measure()
        figures.keep(found)
        measured += found
    figures.show(measured)
    print(f"\nkept in {figures.FILE.relative_to(figures.ROOT)}")


if __name__ == "__main__":
    main()
