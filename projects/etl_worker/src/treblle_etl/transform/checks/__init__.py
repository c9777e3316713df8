"""Best practices: what each request, and each OpenAPI document, does well and badly.

Small pure functions, one a check; what they are called and why they matter is in
`treblle_service.check_catalog`, under the same codes.
"""

from treblle_etl.transform.checks.judging import check_request

__all__ = ["check_request"]
