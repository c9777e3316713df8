"""Traffic of path lists in the style of many public APIs, with known truth.

The lists are in `tests/api_specs/invented`, and in `held_out` further ones with values of other
words, whose failures have been looked at, too: methods and a path a line, `{name:integer}` where the
form of a value is told. Values are those of `tests/api_specs/tools/api_traffic.py`, drawn from
each parameter's pool evenly or by Zipf's law.
"""

import random
import re
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from typing import Any, Final

from bench.figures import ROOT

LISTS: Final = ROOT / "tests" / "api_specs" / "invented"
HELD_OUT: Final = ROOT / "tests" / "api_specs" / "held_out"
TOOL: Final = ROOT / "tests" / "api_specs" / "tools" / "api_traffic.py"
STATUSES: Final = ((200, 201, 204, 400, 401, 404, 500), (70, 8, 4, 5, 3, 8, 2))
SKEW: Final = 1.1  # the exponent of Zipf's law
_PARAMETER: Final = re.compile(r"\{(\w+)(?::([^}]+))?\}")

Request = dict[str, Any]


def names() -> list[str]:
    return sorted(path.stem for path in LISTS.glob("*.txt"))


def held_out_names() -> list[str]:
    return sorted(path.stem for path in HELD_OUT.glob("*.txt"))


def traffic(name: str, requests: int, seed: int, *, skewed: bool) -> list[Request]:
    """As the tool makes it from a document: popular operations, a pool of values a parameter."""
    dice = random.Random(seed)
    operations = _operations(name)
    dice.shuffle(operations)
    weights = [1 / (place + 1) ** 0.9 for place in range(len(operations))]
    tool = _tool(other_words=name in held_out_names())
    pools: dict[tuple[str, str], tuple[list[str], list[float] | None]] = {}

    def filled(match: re.Match[str]) -> str:
        key = (match.string[: match.start()], match[1])
        if key not in pools:
            size = tool["pool_size"](dice)
            pool = [tool["value"](dice, match[1], _schema(match[2])) for _ in range(size)]
            shares = [1 / (rank + 1) ** SKEW for rank in range(size)] if skewed else None
            pools[key] = pool, list(accumulate(shares)) if shares else None
        pool, up_to = pools[key]
        return str(dice.choices(pool, cum_weights=up_to)[0])

    made = []
    for method, template in dice.choices(operations, weights, k=requests):
        path = _PARAMETER.sub(filled, template)
        status = dice.choices(*STATUSES)[0]
        truth = f"{method} {template}"
        made.append({"method": method, "path": path, "status": status, "truth": truth})
    return made


def _operations(name: str) -> list[tuple[str, str]]:
    folder = HELD_OUT if name in held_out_names() else LISTS
    lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if line)
    return [(method, path) for methods, path in pairs for method in methods.split(",")]


def _schema(form: str | None) -> dict[str, Any]:
    if form is None:
        return {}
    if "|" in form:
        return {"enum": form.split("|")}
    return {"type": "integer"} if form == "integer" else {"format": form}


@cache
def _tool(*, other_words: bool) -> dict[str, Callable[..., Any]]:
    """The tool's functions; its last line runs it."""
    source = TOOL.read_text(encoding="utf-8").removesuffix("\nmain()\n")
    found: dict[str, Any] = {"__name__": "api_traffic"}
    exec(compile(source, str(TOOL), "exec"), found)
    if other_words:
        found["WORDS"] = (HELD_OUT / "words").read_text(encoding="utf-8").split()
    return found
