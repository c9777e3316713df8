"""What a single request wanted: attacks and who they come from. They lower no score."""

from treblle_service.check_catalog import references as ref
from treblle_service.check_catalog.entry import Check, Group, Severity, Stage, Threat


def _check(
    code: str, title: str, threat: Threat, reference: tuple[str, str], why: str, mend: str
) -> Check:
    return Check(
        code=code,
        title=title,
        group=Group.THREAT,
        stage=Stage.RUN_TIME,
        severity=Severity[threat.name],
        threat=threat,
        why=why,
        mend=mend,
        reference=reference[0],
        url=reference[1],
    )


_BLOCK = (
    "Look at what else this address and customer sent. Check input against a schema, and block"
    " who keeps trying."
)

CHECKS = (
    _check(
        "sql-injection",
        "SQL Injection",
        Threat.HIGH,
        ref.INJECTION,
        "Path, query or body hold what changes the meaning of a SQL statement.",
        _BLOCK + " Use bound parameters only.",
    ),
    _check(
        "script-injection",
        "Script Injection",
        Threat.HIGH,
        ref.INJECTION,
        "The input holds a script that would run in the browser of whoever sees it.",
        _BLOCK + " Escape on output.",
    ),
    _check(
        "path-traversal",
        "Path Traversal",
        Threat.HIGH,
        ref.INJECTION,
        "The input climbs out of its folder (`../`) or asks for a file of the system.",
        _BLOCK + " Open files by id, never by a name from outside.",
    ),
    _check(
        "command-injection",
        "Command or Template Injection",
        Threat.HIGH,
        ref.INJECTION,
        "The input holds a shell command, a lookup such as `${jndi:` or a template expression.",
        _BLOCK + " Never hand input to a shell or template.",
    ),
    _check(
        "nosql-injection",
        "NoSQL Injection",
        Threat.HIGH,
        ref.INJECTION,
        "The input holds operators of a document database, e.g. `$ne` or `$where`, as names.",
        _BLOCK + " Take scalars where scalars are meant.",
    ),
    _check(
        "ip-reputation",
        "IP Reputation",
        Threat.HIGH,
        ref.CONSUMPTION,
        "The address is on the list of bad addresses that the operator gave (BAD_ADDRESSES_PATH).",
        "Block the address at the edge, or take it off the list if it is known to be good.",
    ),
    _check(
        "accept-header",
        "Content-Type Specification",
        Threat.LOW,
        ref.rfc(9110, "12.5.1", "Accept"),
        "The client did not say what it can read (`Accept`), as scanners and scripts often do.",
        "Ask clients to send `Accept: application/json`.",
    ),
)
