"""The schema of a JSON body, learned from bodies: merged on line, bounded, sure of what it says.

`learn` a body into a `Schema`, `merge` two, `json_schema` describes one as JSON Schema 2020-12.
"""

from treblle_etl.transform.schemas.describing import json_schema
from treblle_etl.transform.schemas.evidence import Habits, habits_of
from treblle_etl.transform.schemas.learning import learn, merge
from treblle_etl.transform.schemas.state import Mark, Schema, from_bytes, to_bytes

__all__ = [
    "Habits",
    "Mark",
    "Schema",
    "from_bytes",
    "habits_of",
    "json_schema",
    "learn",
    "merge",
    "to_bytes",
]
