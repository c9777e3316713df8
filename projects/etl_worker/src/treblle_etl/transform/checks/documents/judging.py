"""All design-time checks on one document."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from treblle_etl.transform.checks.documents import protection, quality
from treblle_etl.transform.checks.documents.reading import (
    Design,
    Operation,
    Verdict,
    base_paths,
    read,
)

DOCUMENT_CHECKS: Final[Mapping[str, Callable[[Design], Verdict]]] = {
    **quality.DOCUMENT,
    **protection.DOCUMENT,
}
OPERATION_CHECKS: Final[Mapping[str, Callable[[Design, Operation], Verdict]]] = {
    **quality.OPERATIONS,
    **protection.OPERATIONS,
}


class DesignChecked(msgspec.Struct, frozen=True):
    """Findings by code, empty where a check passed; what does not apply is not there."""

    document: Mapping[str, str]
    # By method and path as documented.
    operations: Mapping[tuple[str, str], Mapping[str, str]]
    # Paths that may stand before those of the document.
    base_paths: list[str]
    deprecated: frozenset[tuple[str, str]]


def check_document(
    document: Any,
    *,
    observed: Mapping[str, float] | None = None,
    disabled: frozenset[str] = frozenset(),
) -> DesignChecked:
    """Check an OpenAPI document. `observed`: shares of requests that failed, by code of the
    run-time check. Never raises, whatever the JSON; looks at 2,000 operations at most.
    """
    design = read(document, observed or {})
    twice = _ids_used_twice(design)
    operations: dict[tuple[str, str], Mapping[str, str]] = {}
    for operation in design.operations:
        found = {
            code: verdict
            for code, check in OPERATION_CHECKS.items()
            if code not in disabled and (verdict := check(design, operation)) is not None
        }
        mine = operation.node.get("operationId")
        if "operation-id" in found and isinstance(mine, str) and mine in twice:
            found["operation-id"] = f"`{mine[:64]}` is used twice"
        operations[(operation.method, operation.path)] = found
    return DesignChecked(
        document={
            code: verdict
            for code, check in DOCUMENT_CHECKS.items()
            if code not in disabled and (verdict := check(design)) is not None
        },
        operations=operations,
        base_paths=base_paths(design.document),
        deprecated=frozenset(
            (o.method, o.path) for o in design.operations if o.node.get("deprecated") is True
        ),
    )


def _ids_used_twice(design: Design) -> frozenset[str]:
    ids = Counter(str(o.node.get("operationId")) for o in design.operations)
    return frozenset(mine for mine, number in ids.items() if number > 1)
