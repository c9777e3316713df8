"""Ends with 0 when this container's process is ready.

usage: healthcheck.py PORT
"""

import sys
from urllib.request import urlopen

TIMEOUT_S = 5


def main(port: str) -> None:
    with urlopen(f"http://127.0.0.1:{int(port)}/readyz", timeout=TIMEOUT_S):
        pass


if __name__ == "__main__":
    main(sys.argv[1])
