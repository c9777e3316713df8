"""The typed event that goes from room to room: as an SDK meant it, and as we understood it.

`msgspec.Struct` instead of dataclasses: they are made for each request, six times faster.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class SdkError(msgspec.Struct, frozen=True, gc=False):
    """An error the SDK reported with a request."""

    source: str
    type: str
    message: str
    file: str | None
    line: int | None


class Event(msgspec.Struct, frozen=True):
    """One request to a customer's API and its response, in one form whatever the SDK.

    Times are aware and in UTC, load times milliseconds, sizes bytes, header names lower case.
    """

    uuid: UUID
    api_key: str
    project_custom_id: str
    received_at: datetime
    requested_at: datetime
    # The SDK's own reading where it cannot be right; else None.
    claimed_requested_at: datetime | None

    method: str
    host: str
    path: str
    query: dict[str, Any]
    route: str | None
    ip: str
    user_agent: str
    request_headers: dict[str, Any]
    request_body: Any
    request_size_bytes: int | None

    status: int
    load_time_ms: float | None
    response_headers: dict[str, Any]
    response_body: Any
    response_size_bytes: int | None

    errors: tuple[SdkError, ...]
    sdk: str
    sdk_version: str
    server: dict[str, Any]
    language: dict[str, Any]

    # Of our own SDK only: what the application said, and what audits the way here.
    customer_id: str = ""
    environment: str = ""
    sdk_instance: str = ""
    # Numbered by the SDK's process from 1; `dropped` of these it lost so far, `discarded` it was
    # told not to send.
    seq: int | None = None
    dropped: int = 0
    discarded: int = 0
    # Of the URL: `http` or `https`; empty where the SDK gave none.
    scheme: str = ""
    # Of our own traces (W3C Trace Context), not of the customer's; empty where it is not traced.
    traceparent: str = ""


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """Why a line cannot become an event: a stable `reason` and a sentence for a person."""

    reason: str
    message: str
    event_id: UUID | None = None


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an address is, as far as the database knows; unknown is empty."""

    country: str = ""
    region: str = ""
    city: str = ""
    time_zone: str = ""
    # The autonomous system (RFC 6793) that announces the address, and who runs it.
    asn: int | None = None
    as_organization: str = ""
    # On the operator's list of bad addresses.
    is_bad: bool = False


class Client(msgspec.Struct, frozen=True, gc=False):
    """What made a request, by its user agent; unknown is empty."""

    os: str = ""
    device: str = ""
    app: str = ""
    app_version: str = ""
    # `person`, `bot` or `ai` as `Request.AgentKind` has them; empty: not known.
    agent_kind: str = ""


class Caller(msgspec.Struct, frozen=True, gc=False):
    """Who sent a request and on whose behalf, as headers, token or SDK say; masked."""

    customer_id: str = ""
    trace_id: str = ""
    # Flat: texts, numbers, booleans.
    metadata: dict[str, Any] = {}


class Checked(msgspec.Struct, frozen=True, gc=False):
    """What the checks say of a request; the codes are those of `treblle_service.check_catalog`."""

    # Of which requests the checks speak that were asked: see `transform/checks/populations.py`.
    populations: tuple[str, ...] = ()
    # `(code, what was found)`; the finding may be shown.
    failed: tuple[tuple[str, str], ...] = ()
    # Codes of rates that it adds to, such as 404s: no fault of one request.
    rates: tuple[str, ...] = ()
    # As `Request.ThreatLevel`.
    threat_level: int = 0
    # As `Request.regulations`: `gdpr,pci`.
    regulations: str = ""


class Failure(msgspec.Struct, frozen=True, gc=False):
    """What went wrong with a request: what groups it with others, and what is shown of it."""

    # As `Problem.Kind` has them.
    kind: str
    status: int
    error_type: str
    # As it was first seen, masked; and without what differs from one occurrence to the next.
    message: str
    normalised: str


class Understood(msgspec.Struct, frozen=True):
    """An event with all that was found out about it.

    `event` is as the SDK sent it, for what must see secrets to find them (checks, types): nothing
    of it may last, be shown or be logged. What does comes from `masked` and the fields after it.
    """

    event: Event
    # The same event with everything hidden that must be.
    masked: Event
    place: Place
    client: Client
    # None where the request belongs to no endpoint (a 404 that no route took).
    template: str | None
    template_from_framework: bool
    caller: Caller
    checked: Checked
    # None where nothing failed.
    failure: Failure | None
    # JSON in UTF-8: headers, bodies, query and errors after masking.
    details: bytes
