"""The statements that only SingleStore knows, read strictly.

From the pages "CREATE LINK", "CREATE PIPELINE", "Create a Parquet Pipeline", "START PIPELINE",
"STOP PIPELINE", "DROP PIPELINE", "DROP LINK", "AGGREGATOR SYNC AUTO_INCREMENT" of the manual.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^'\\]|\\.|'')*')
    | (?P<name>`(?:[^`]|``)+`)
    | (?P<variable>@[A-Za-z_][A-Za-z0-9_]*|@`[^`]+`)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>\d+)
    | (?P<sign><-|::|[-+*/=<>(),.])
    )""",
    re.VERBOSE | re.DOTALL,
)
VARIABLE: Final = re.compile(r"@[A-Za-z_]\w*")
ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Refused(Exception):
    """A statement that the server does not take, with the code a client gets."""

    SYNTAX = 1064

    def __init__(self, message: str, code: int = SYNTAX) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class CreateLink:
    name: str
    credentials: dict[str, str] = field(repr=False)
    config: dict[str, str]
    description: str
    if_not_exists: bool


@dataclass(frozen=True)
class CreatePipeline:
    name: str
    if_not_exists: bool
    link: str
    path: str
    skip_duplicates: bool
    table: str
    # From a column or a `@variable` to the field of the file.
    mapping: dict[str, str]
    # From a column to its expression over variables.
    settings: dict[str, str]


@dataclass(frozen=True)
class Control:
    """`START`, `STOP`, `DROP PIPELINE` and `DROP LINK`."""

    verb: str
    thing: str
    name: str
    conditional: bool


@dataclass(frozen=True)
class SyncAutoIncrement:
    database: str
    table: str


Statement = CreateLink | CreatePipeline | Control | SyncAutoIncrement


def parse(sql: str) -> Statement:
    """Raises `Refused` for what the manual's syntax does not allow."""
    tokens = Tokens(sql)
    if tokens.take("CREATE"):
        return _create(tokens)
    if tokens.take("AGGREGATOR"):
        return _sync(tokens)
    for verb in ("START", "STOP", "DROP"):
        if tokens.take(verb):
            return _control(tokens, verb)
    raise tokens.refused()


class Tokens:
    """The words of a statement, taken from the front."""

    def __init__(self, sql: str) -> None:
        self.sql, self._at = sql.strip().rstrip(";"), 0

    def _next(self) -> re.Match[str] | None:
        return TOKEN.match(self.sql, self._at)

    def take(self, *words: str) -> bool:
        """Take all of these words where they stand next; else nothing."""
        before = self._at
        for word in words:
            found = self._next()
            if not found or found.group().strip().upper() != word:
                self._at = before
                return False
            self._at = found.end()
        return True

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise self.refused()

    def one_of(self, *kinds: str) -> str:
        found = self._next()
        if not found or found.lastgroup not in kinds:
            raise self.refused()
        self._at = found.end()
        return found.group().strip()

    def name(self) -> str:
        return self.one_of("name", "word").strip("`").replace("``", "`")

    def string(self) -> str:
        return ESCAPED.sub(r"\1", self.one_of("string")[1:-1])

    def expression(self) -> str:
        """All up to a comma, a clause or the end, on this level of parentheses."""
        start, depth = self._at, 0
        while found := self._next():
            sign = found.group().strip()
            if not depth and (sign == "," or sign.upper() == "WHERE"):
                break
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if depth < 0:
                break
            self._at = found.end()
        expression = self.sql[start : self._at].strip()
        if depth or not expression:
            raise self.refused()
        return expression

    def end(self) -> None:
        if self.sql[self._at :].strip():
            raise self.refused()

    def refused(self) -> Refused:
        near = self.sql[self._at :].strip()[:60]
        return Refused(f"You have an error in your SQL syntax near '{near}'")


def _create(tokens: Tokens) -> Statement:
    if tokens.take("LINK"):
        return _create_link(tokens)
    tokens.need("AGGREGATOR", "PIPELINE")
    return _create_pipeline(tokens)


def _create_link(tokens: Tokens) -> CreateLink:
    conditional = tokens.take("IF", "NOT", "EXISTS")
    name = tokens.name()
    tokens.need("AS", "S3")
    parts: dict[str, str] = {}
    for _ in range(2):
        for word in ("CREDENTIALS", "CONFIG"):
            if word not in parts and tokens.take(word):
                parts[word] = tokens.string()
    description = tokens.string() if tokens.take("DESCRIPTION") else ""
    tokens.end()
    if "CREDENTIALS" not in parts:
        raise tokens.refused()
    return CreateLink(
        name,
        _json(parts["CREDENTIALS"]),
        _json(parts.get("CONFIG", "{}")),
        description,
        conditional,
    )


def _json(text: str) -> dict[str, str]:
    try:
        return dict(json.loads(text))
    except ValueError:
        raise Refused("Invalid JSON in CREDENTIALS or CONFIG") from None


def _create_pipeline(tokens: Tokens) -> CreatePipeline:
    conditional = tokens.take("IF", "NOT", "EXISTS")
    name = tokens.name()
    tokens.need("AS", "LOAD", "DATA", "LINK")
    link, path = tokens.name(), tokens.string()
    skip = tokens.take("SKIP", "DUPLICATE", "KEY", "ERRORS")
    tokens.need("INTO", "TABLE")
    table = tokens.name()
    tokens.need("FORMAT", "PARQUET", "(")
    mapping = dict([_mapped(tokens)])
    while tokens.take(","):
        mapping |= dict([_mapped(tokens)])
    tokens.need(")")
    settings = _settings(tokens)
    tokens.end()
    _check(mapping, settings)
    return CreatePipeline(name, conditional, link, path, skip, table, mapping, settings)


def _mapped(tokens: Tokens) -> tuple[str, str]:
    goal = tokens.one_of("name", "word", "variable").replace("`", "")
    tokens.need("<-")
    return goal, tokens.name()


def _settings(tokens: Tokens) -> dict[str, str]:
    settings: dict[str, str] = {}
    more = tokens.take("SET")
    while more:
        column = tokens.name()
        tokens.need("=")
        settings[column] = tokens.expression()
        more = tokens.take(",")
    return settings


def _check(mapping: dict[str, str], settings: dict[str, str]) -> None:
    """Variables must come from the file, and a column has one source of its value."""
    used = set(variables(settings.values()))
    unknown = used - mapping.keys()
    if unknown:
        raise Refused(f"Unknown variable {', '.join(sorted(unknown))} in SET clause", 1193)
    twice = mapping.keys() & settings.keys()
    if twice:
        raise Refused(f"Column {', '.join(sorted(twice))} specified twice", 1110)


def variables(expressions: Iterable[str]) -> list[str]:
    """The `@names` in these expressions, in their order."""
    return [name for text in expressions for name in VARIABLE.findall(text)]


def _control(tokens: Tokens, verb: str) -> Control:
    thing = "PIPELINE" if tokens.take("PIPELINE") else "LINK"
    if thing == "LINK":
        if verb != "DROP":
            raise tokens.refused()
        tokens.need("LINK")
    conditions = {"START": "IF NOT RUNNING", "STOP": "IF RUNNING", "DROP": "IF EXISTS"}
    conditional = thing == "PIPELINE" and tokens.take(*conditions[verb].split())
    name = tokens.name()
    tokens.end()
    return Control(verb, thing, name, conditional)


def _sync(tokens: Tokens) -> SyncAutoIncrement:
    tokens.need("SYNC", "AUTO_INCREMENT", "ON")
    database = tokens.name()
    tokens.need(".")
    table = tokens.name()
    tokens.take("ALL")
    tokens.end()
    return SyncAutoIncrement(database, table)
