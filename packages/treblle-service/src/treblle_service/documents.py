"""An uploaded file as an OpenAPI document, or why it is none: in words and with its place."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from treblle_service import swagger

MAX_BYTES = 5_000_000
# With aliases a small YAML file can stand for more than memory holds.
MAX_VALUES = 400_000
MAX_DEPTH = 100
MAX_ERRORS = 12
MAX_MESSAGE_CHARACTERS = 300


class NotADocument(ValueError):
    """`problems` says, line by line, what is wrong and where."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_document(data: bytes) -> dict[str, Any]:
    """An OpenAPI 3.0 or 3.1 document from JSON or YAML, Swagger 2.0 as OpenAPI 3.0. Raises
    `NotADocument`.
    """
    if len(data) > MAX_BYTES:
        raise NotADocument([f"The file has more than {MAX_BYTES // 1_000_000} MB."])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotADocument([f"The file is not UTF-8: byte {error.start:,} is none."]) from None
    if not text.strip():
        raise NotADocument(["The file is empty."])
    parsed = _json(text) if text.lstrip()[0] in "{[" else _yaml(text)
    document = _plain(parsed)
    if not isinstance(document, dict):
        raise NotADocument(
            ["A document is an object with `openapi` (or `swagger`), `info` and `paths`."]
        )
    _check_version(document)
    _check_references(document)
    _check(document)
    if "swagger" not in document:
        return document
    converted = swagger.to_openapi(document)
    _check(converted)
    return converted


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotADocument([f"Not valid JSON at {place}: {error.msg}."]) from None
    except RecursionError:
        raise NotADocument(["It is nested too deeply."]) from None


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=_loader())  # noqa: S506 (derived from SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise NotADocument([f"Not valid YAML{place}: {error.problem or error.context}."]) from None
    except yaml.YAMLError as error:
        raise NotADocument([f"Not valid YAML: {error}"]) from None
    except RecursionError:
        raise NotADocument(["It is nested too deeply."]) from None


def _loader() -> Any:
    """YAML's safe loader, but for dates: JSON has none, so they stay the text they are."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    dated = "tag:yaml.org,2002:timestamp"
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != dated]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader


def _plain(value: Any) -> Any:
    """The same as JSON has it: names are text, and nothing is shared or endless."""
    left = MAX_VALUES

    def copied(value: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0 or depth > MAX_DEPTH:
            raise NotADocument(["It holds too many values, or is nested too deeply."])
        if isinstance(value, dict):
            return {_name(key): copied(child, depth + 1) for key, child in value.items()}
        if isinstance(value, list):
            return [copied(child, depth + 1) for child in value]
        if value is None or isinstance(value, str | bool | int | float):
            return value
        raise NotADocument([f"A value is neither text nor number: {type(value).__name__}."])

    return copied(value, 0)


def _name(key: Any) -> str:
    """YAML reads the status in `200:` as a number."""
    return key if isinstance(key, str) else json.dumps(key, default=str)


def _check(document: dict[str, Any]) -> None:
    problems = list(islice(_problems(document), MAX_ERRORS + 1))
    if len(problems) > MAX_ERRORS:
        problems[MAX_ERRORS:] = ["… and more; mend these first."]
    if problems:
        raise NotADocument(problems)


def _check_version(document: Mapping[str, Any]) -> None:
    if "swagger" in document:
        if document["swagger"] != "2.0":
            raise NotADocument([f"`swagger` is {document['swagger']!r}; 2.0 is read."])
        return
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith(("3.0.", "3.1.")):
        named = "missing" if version is None else f"{version!r}"
        raise NotADocument([f"`openapi` is {named}; 3.0.x and 3.1.x are read."])


def _check_references(document: Mapping[str, Any]) -> None:
    """Nothing is fetched from elsewhere: what a document needs must be in it."""
    outside = sorted({ref for ref in _references(document) if not ref.startswith("#")})
    if outside:
        shown = [f"`$ref` leads out of the file: {ref[:120]}" for ref in outside[:MAX_ERRORS]]
        raise NotADocument([*shown, "Bundle all into one file first."])


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for child in value.values():
            yield from _references(child)
    elif isinstance(value, list):
        for child in value:
            yield from _references(child)


def _problems(document: dict[str, Any]) -> Iterator[str]:
    from openapi_spec_validator import (
        OpenAPIV2SpecValidator,
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
    )

    validators = {
        "2.0": OpenAPIV2SpecValidator,
        "3.0": OpenAPIV30SpecValidator,
        "3.1": OpenAPIV31SpecValidator,
    }
    validator = validators[str(document.get("swagger") or document["openapi"])[:3]]
    try:
        for error in validator(document).iter_errors():
            if "swagger" in document and error.instance == "file":
                # Swagger 2.0 allows it where an answer is a file; the validator does not know.
                continue
            place = " → ".join(str(step) for step in error.absolute_path)
            # Where jsonschema-rs is installed the validator uses it, and it adds lines of its own.
            message = str(error.message).partition("\n")[0]
            if len(message) > MAX_MESSAGE_CHARACTERS:
                message = f"{message[:MAX_MESSAGE_CHARACTERS]}…"
            yield f"{place}: {message}" if place else message
    except NotADocument:
        raise
    except Exception as error:
        # References that lead nowhere end the validator's walk with an error of their own.
        yield f"{type(error).__name__}: {str(error)[:MAX_MESSAGE_CHARACTERS]}"
