"""Bytes of a body → the value that is reported, where it is JSON or a form."""

import codecs
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from treblle_sdk.masking import TOO_DEEP, Masker

Kind = Literal["json", "form"]

MAX_FORM_FIELDS: Final = 1000
_JSON_TYPE: Final = re.compile(r"\s*(?:application|text)/(?:[\w.-]+\+)?json\s*(?:;|$)", re.I)
_FORM_TYPE: Final = re.compile(r"\s*application/x-www-form-urlencoded\s*(?:;|$)", re.I)
# zlib's number for a gzip or a zlib header, whichever is there.
_ANY_HEADER: Final = zlib.MAX_WBITS | 32


@dataclass(frozen=True, slots=True)
class Body:
    """What is reported as a body, and why it could not be read where it claimed to be JSON."""

    value: Any = None
    problem: str = ""


@lru_cache(maxsize=1024)
def kind_of(content_type: str) -> Kind | None:
    """What a content type lets one read; None for what passes through unseen."""
    if _JSON_TYPE.match(content_type):
        return "json"
    return "form" if _FORM_TYPE.match(content_type) else None


def read_body(
    content: bytes, size_bytes: int, limit_bytes: int, kind: Kind, encoding: str, masker: Masker
) -> Body:
    """Decode, parse and mask. Never raises; a text in brackets says what was left out.

    `size_bytes` is what the body had, of which `content` is nothing where that was too long.
    """
    if size_bytes == 0:
        return Body()
    if size_bytes > limit_bytes:
        return Body(_too_long(size_bytes, limit_bytes))
    try:
        decoded = _decoded(content, encoding, limit_bytes)
    except _Unread as unread:
        return Body(str(unread))
    return _form(decoded, masker) if kind == "form" else _json(decoded, masker)


class _Unread(Exception):
    """The content cannot be had; the message stands in its place."""


def _too_long(size_bytes: int, limit_bytes: int) -> str:
    return f"[Treblle: {size_bytes} bytes, more than the limit of {limit_bytes}, left out]"


def _decoded(content: bytes, encoding: str, limit_bytes: int) -> bytes:
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return content
    if name not in {"gzip", "deflate", "x-gzip"}:
        raise _Unread(f"[Treblle: encoded with {name[:20]}, left out]")
    unpacker = zlib.decompressobj(_ANY_HEADER)
    try:
        unpacked = unpacker.decompress(content, limit_bytes + 1)
    except zlib.error:
        raise _Unread("[Treblle: encoded in a way that cannot be undone, left out]") from None
    if len(unpacked) > limit_bytes:
        raise _Unread(f"[Treblle: unpacked more than the limit of {limit_bytes}, left out]")
    return unpacked


def _json(content: bytes, masker: Masker) -> Body:
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode()
        return Body(masker.json_text(text)) if text.strip() else Body()
    except RecursionError:
        return Body(TOO_DEEP)
    except ValueError:
        return Body(problem="the body says it is JSON and is not")


def _form(content: bytes, masker: Masker) -> Body:
    """A form's fields; JSON that came under a form's content type, as curl sends it, as JSON."""
    text = content.decode("utf-8", "replace")
    if text.lstrip().startswith(("{", "[")) and not (found := _json(content, masker)).problem:
        return found
    return Body(fields(text, masker))


def fields(text: str, masker: Masker) -> dict[str, Any] | str:
    """`a=1&b=2` as a mapping, masked; a name that came often has a list."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        return f"[Treblle: more than {MAX_FORM_FIELDS} fields, left out]"
    values: dict[str, Any] = {}
    for name, value in pairs:
        shown = masker.text(name)
        masked = masker.named(name, value)
        if shown not in values:
            values[shown] = masked
        elif isinstance(values[shown], list):
            values[shown].append(masked)
        else:
            values[shown] = [values[shown], masked]
    return values
