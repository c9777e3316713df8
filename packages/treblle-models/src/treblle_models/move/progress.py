"""How far a thing is, as people read it in a terminal."""

from typing import Final

WIDTH: Final = 24
UNITS: Final = ("B", "kB", "MB", "GB", "TB")
STEP: Final = 1000


def bar(done: int, total: int) -> str:
    """`███████·····  58 %`; full where there is nothing to do."""
    share = min(1.0, done / total) if total else 1.0
    filled = int(share * WIDTH)
    return f"{'█' * filled}{'·' * (WIDTH - filled)} {int(share * 100):>3} %"


def size(number: float) -> str:
    """Bytes with a unit: `1.2 GB`."""
    for unit in UNITS:
        if number < STEP or unit == UNITS[-1]:
            break
        number /= STEP
    return f"{number:.1f} {unit}" if unit != "B" else f"{int(number)} B"


def counted(number: int, thing: str) -> str:
    """`1 table`, `12,000 rows`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
