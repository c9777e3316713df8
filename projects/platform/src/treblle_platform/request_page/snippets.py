"""A request as code that sends it again: cURL, HTTPie, Python, JavaScript, a pytest test.

What was masked is sent as it stands; the snippet says so. Hop-by-hop headers, and those that the
client of each language sets by itself, are left out.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from treblle_models.har import body_text, url_of
from treblle_models.models import Request

from treblle_platform.request_page.presentation import is_masked

LEFT_OUT: Final = frozenset(
    (
        *("host", "content-length", "connection", "accept-encoding", "transfer-encoding"),
        *("keep-alive", "te", "trailer", "upgrade", "proxy-connection"),
    )
)
MASKED_NOTE: Final = "Values with stars were masked: put yours in."


@dataclass(frozen=True)
class Sent:
    """What is to be sent again."""

    method: str
    url: str
    path: str
    headers: dict[str, str]
    body: Any
    status: int
    has_masks: bool

    @property
    def text(self) -> str:
        return body_text(self.body)

    @property
    def is_json(self) -> bool:
        return isinstance(self.body, dict | list)


@dataclass(frozen=True)
class Snippet:
    name: str
    label: str
    text: str


def snippets_of(request: Request, details: Mapping[str, Any] | None) -> list[Snippet]:
    sent = _sent(request, details)
    return [Snippet(name, label, write(sent)) for name, label, write in WRITERS]


def _sent(request: Request, details: Mapping[str, Any] | None) -> Sent:
    side = (details or {}).get("request")
    side = side if isinstance(side, dict) else {}
    headers = side.get("headers")
    pairs = headers.items() if isinstance(headers, dict) else ()
    kept = {
        str(name): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in pairs
        if str(name).lower() not in LEFT_OUT
    }
    query = side.get("query")
    tail = f"?{urlencode(query, doseq=True)}" if isinstance(query, dict) and query else ""
    body = side.get("body")
    masks = any(map(is_masked, kept.values())) or '"**' in body_text(body)
    return Sent(
        method=request.method,
        url=f"{url_of(request)}{tail}",
        path=f"{request.path}{tail}",
        headers=kept,
        body=None if body in ("", {}, []) else body,
        status=request.status,
        has_masks=masks,
    )


def _curl(sent: Sent) -> str:
    lines = [f"curl -X {sent.method} {shlex.quote(sent.url)}"]
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in sent.headers.items()]
    if sent.body is not None:
        lines.append(f"--data-raw {shlex.quote(sent.text)}")
    return _noted(sent, "#") + " \\\n  ".join(lines)


def _httpie(sent: Sent) -> str:
    lead = f"printf %s {shlex.quote(sent.text)} | " if sent.body is not None else ""
    lines = [f"{lead}http {sent.method} {shlex.quote(sent.url)}"]
    lines += [shlex.quote(f"{name}:{value}") for name, value in sent.headers.items()]
    return _noted(sent, "#") + " \\\n  ".join(lines)


def _python(sent: Sent) -> str:
    lines = ["import requests", "", "response = requests.request("]
    lines += [f"    {argument}," for argument in (_literal(sent.method), _literal(sent.url))]
    lines += _python_arguments(sent, 4)
    return _noted(sent, "#") + "\n".join(
        [*lines, ")", "print(response.status_code, response.text)"]
    )


def _pytest(sent: Sent) -> str:
    name = re.sub(r"[\W_]+", "_", f"{sent.method}_{sent.path.partition('?')[0]}".lower()).strip("_")
    base = sent.url.removesuffix(sent.path)
    lines = [
        "import requests",
        "",
        f"BASE_URL = {_literal(base)}",
        "",
        "",
        f"def test_{name}_answers_{sent.status}():",
        "    response = requests.request(",
        f"        {_literal(sent.method)},",
        f"        BASE_URL + {_literal(sent.path)},",
        *_python_arguments(sent, 8),
        "        timeout=10,",
        "    )",
        f"    assert response.status_code == {sent.status}, response.text",
    ]
    return _noted(sent, "#") + "\n".join(lines) + "\n"


def _python_arguments(sent: Sent, indent: int) -> list[str]:
    blank = " " * indent
    lines = []
    if sent.headers:
        pairs = [f"{blank}    {_literal(n)}: {_literal(v)}," for n, v in sent.headers.items()]
        lines += [f"{blank}headers={{", *pairs, f"{blank}}},"]
    if sent.is_json:
        lines.append(f"{blank}json={sent.body!r},")
    elif sent.body is not None:
        lines.append(f"{blank}data={_literal(sent.text)},")
    return lines


def _javascript(sent: Sent) -> str:
    options: dict[str, Any] = {"method": sent.method}
    if sent.headers:
        options["headers"] = sent.headers
    text = json.dumps(options, indent=2, ensure_ascii=False)
    if sent.body is not None:
        body = json.dumps(sent.body, indent=2, ensure_ascii=False).replace("\n", "\n  ")
        body = f"JSON.stringify({body})" if sent.is_json else body
        text = f'{text.removesuffix(chr(10) + "}")},\n  "body": {body}\n}}'
    return (
        _noted(sent, "//")
        + f"const response = await fetch({json.dumps(sent.url, ensure_ascii=False)}, {text});\n"
        + "console.log(response.status, await response.text());"
    )


def _literal(text: str) -> str:
    """A Python string in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _noted(sent: Sent, sign: str) -> str:
    return f"{sign} {MASKED_NOTE}\n" if sent.has_masks else ""


WRITERS: Final[tuple[tuple[str, str, Callable[[Sent], str]], ...]] = (
    ("curl", "cURL", _curl),
    ("httpie", "HTTPie", _httpie),
    ("python", "Python", _python),
    ("javascript", "JavaScript", _javascript),
    ("pytest", "pytest", _pytest),
)
