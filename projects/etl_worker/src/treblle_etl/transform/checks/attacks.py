"""Input that looks like an attack."""

import re
from typing import Final

_SQL: Final = re.compile(
    r"['\"]\s{0,8}\)?\s{0,8}(?:or|and)\s{1,8}(?:['\"]?\w{1,32}['\"]?\s{0,8}(?:=|<|>|like\b)|true\b|not\b)"
    r"|\b(?:or|and)\s{1,8}(\d{1,9})\s{0,8}=\s{0,8}\1\b"
    r"|\bunion\s{1,8}(?:all\s{1,8}|distinct\s{1,8})?select\s{1,8}(?:null\b|\d|['*(@]|[\w.`]{1,64}\s{0,8}(?:[,(]|from\b))"
    r"|;\s{0,8}(?:drop\s{1,8}(?:table|database)|delete\s{1,8}from|insert\s{1,8}into"
    r"|update\s{1,8}\w{1,64}\s{1,8}set|alter\s{1,8}table|truncate\s{1,8}table"
    r"|exec(?:ute)?\s{1,8}(?:xp_|sp_)|shutdown\b)"
    r"|'\)?(?:\s{0,8};\s{0,8})?(?:--(?:[\s+-]|$)|/\*)"
    r"|\b(?:pg_)?sleep\s{0,4}\(\s{0,4}\d|\bbenchmark\s{0,4}\(\s{0,4}\d|\bwaitfor\s{1,8}delay\b"
    r"|\binformation_schema\.|\bxp_cmdshell\b|\binto\s{1,8}outfile\b",
    re.I,
)
_SCRIPT: Final = re.compile(
    r"<script[\s>/]|<(?:img|svg|body|iframe|input|video|audio|details|a)\b[^<>]{0,200}\bon[a-z]{4,20}\s{0,4}="
    r"|(?:href|src)\s{0,4}=\s{0,4}['\"]?\s{0,4}javascript:|^\s{0,8}javascript:[^ ]",
    re.I,
)
_TRAVERSAL: Final = re.compile(
    r"(?:\.\.[/\\]){2,}|\.\.[/\\](?:etc|windows|proc|var)[/\\]|/etc/(?:passwd|shadow|hosts)\b"
    r"|/proc/self/|\\windows\\win\.ini|\b(?:boot|win)\.ini\b",
    re.I,
)
_COMMAND: Final = re.compile(
    r"\$\{\s{0,4}(?:jndi|env|lower|upper|java|sys):"
    r"|(?:;|\||&&|`|\$\()\s{0,4}(?:cat\s{1,4}/|wget\s{1,4}http|curl\s{1,4}(?:-|http)|bash\s{1,4}-"
    r"|sh\s{1,4}-c|nc\s{1,4}-|whoami\b|rm\s{1,4}-rf|uname\s{1,4}-a|ping\s{1,4}-[cn]|id\s{0,4}(?:;|`|\)|$))"
    r"|(?:\{\{|\$\{|#\{|<%=)\s{0,4}\d{1,9}\s{0,4}\*\s{0,4}\d{1,9}\s{0,4}(?:\}\}?|%>)"
    r"|__class__\s{0,4}\.\s{0,4}__|\{\{\s{0,4}(?:config|self|request)\.",
    re.I,
)
NO_ATTACKS: Final[frozenset[str]] = frozenset()

_SQL_STATEMENTS: Final = (
    "drop", "delete", "insert", "update", "alter", "truncate", "exec", "shutdown",
)  # fmt: skip
_TEMPLATES: Final = ("${", "#{", "{{", "<%=", "__class__")
_SHELL: Final = (";", "|", "&&", "`", "$(")


def _may_be_sql(low: str) -> bool:
    if ("'" in low or '"' in low) and ("or" in low or "and" in low or "--" in low or "/*" in low):
        return True
    if "=" in low and ("or " in low or "and " in low):
        return True
    if ";" in low and any(word in low for word in _SQL_STATEMENTS):
        return True
    if "union" in low and "select" in low:
        return True
    return "sleep" in low or "benchmark" in low or "waitfor" in low or _is_internal(low)


def _is_internal(low: str) -> bool:
    return "information_schema" in low or "xp_" in low or "outfile" in low


def _may_be_script(low: str) -> bool:
    return ("<" in low and ("<script" in low or "on" in low)) or "javascript:" in low


def _may_be_traversal(low: str) -> bool:
    return "../" in low or "..\\" in low or "/etc/" in low or "/proc/" in low or ".ini" in low


def _may_be_command(low: str) -> bool:
    return any(mark in low for mark in _TEMPLATES) or any(mark in low for mark in _SHELL)


# A pattern is asked only where a text holds what it cannot do without: a search for a fixed text
# takes a hundredth of the time.
PATTERNS: Final = (
    ("sql-injection", _may_be_sql, _SQL),
    ("script-injection", _may_be_script, _SCRIPT),
    ("path-traversal", _may_be_traversal, _TRAVERSAL),
    ("command-injection", _may_be_command, _COMMAND),
)


# What no attack can do without: one of these characters, or one of the words.
_MARKS: Final = re.compile(r"""['"`<>$#{;|&=(\\]""")


def attacks_in(text: str) -> frozenset[str]:
    """The codes of the attacks that a text looks like. Linear in its length."""
    low = text.lower()
    if _MARKS.search(low) is None and not (
        "union" in low
        or "../" in low
        or "/etc/" in low
        or ".ini" in low
        or "/proc/" in low
        or "waitfor" in low
        or "_" in low
    ):
        return NO_ATTACKS
    found = [
        code
        for code, may_be, pattern in PATTERNS
        if may_be(low) and pattern.search(low) is not None
    ]
    return frozenset(found) if found else NO_ATTACKS
