"""Documents from traffic: what endpoints take and answer, as OpenAPI 3.1, and how that drifts.

`observe` an `Exchange` in an `Operation`, `merged` two, `document` all of them; `changes` tells
what changed between two states, `rebased` what the next comparison starts from.
"""

from treblle_etl.transform.documents.changes import Change, Kind
from treblle_etl.transform.documents.drift import changes, rebased
from treblle_etl.transform.documents.exchange import Exchange
from treblle_etl.transform.documents.merging import merged
from treblle_etl.transform.documents.openapi import About, as_json, as_yaml, document
from treblle_etl.transform.documents.operation import Operation, from_bytes, observe, to_bytes

__all__ = [
    "About",
    "Change",
    "Exchange",
    "Kind",
    "Operation",
    "as_json",
    "as_yaml",
    "changes",
    "document",
    "from_bytes",
    "merged",
    "observe",
    "rebased",
    "to_bytes",
]
