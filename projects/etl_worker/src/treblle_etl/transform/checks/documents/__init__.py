"""Design-time checks: what an OpenAPI document says, and what of it traffic shows."""

from treblle_etl.transform.checks.documents.judging import DesignChecked, check_document

__all__ = ["DesignChecked", "check_document"]
