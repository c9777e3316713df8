"""How the API answered in the last seven days: rates, not single requests."""

from treblle_service.check_catalog import references as ref
from treblle_service.check_catalog.entry import Check, Group, Limits, Severity, Stage


def _check(
    code: str,
    title: str,
    severity: Severity,
    limits: tuple[float, float],
    reference: tuple[str, str],
    why: str,
    mend: str,
    is_rate: bool = True,
) -> Check:
    return Check(
        code=code,
        title=title,
        group=Group.RUN_TIME,
        stage=Stage.RUN_TIME,
        severity=severity,
        why=why,
        mend=mend,
        reference=reference[0],
        url=reference[1],
        limits=Limits(*limits),
        is_rate=is_rate,
    )


CHECKS = (
    _check(
        "load-time",
        "Load Time",
        Severity.MEDIUM,
        (0.05, 0.25),
        ref.LATENCY,
        "A request that takes longer than 500 ms is felt by whoever waits for it. It passes while"
        " at most 5 % of requests are slower (p95 ≤ 500 ms) and fails above 25 %.",
        "Look at the slowest requests of the endpoint: missing indexes, queries in loops, calls to"
        " other services one after the other. Cache what does not change, page what is long.",
        is_rate=False,
    ),
    _check(
        "response-size",
        "Response Size",
        Severity.MEDIUM,
        (0.05, 0.25),
        ref.CONSUMPTION,
        "Answers over 1 MB are slow on mobile networks and costly in memory on both sides.",
        "Page lists, let clients choose fields, and hand files out by a link.",
        is_rate=False,
    ),
    _check(
        "client-error-400",
        "Client Error 400",
        Severity.LOW,
        (0.02, 0.10),
        ref.rfc(9110, "15.5.1", "400 Bad Request"),
        "Many bad requests mean that clients misunderstand the API or that it changed under them.",
        "Say in the error what was wrong, and bring the documentation up to date.",
    ),
    _check(
        "client-error-401-403",
        "Client Error 401/403",
        Severity.MEDIUM,
        (0.05, 0.15),
        ref.AUTHENTICATION,
        "Many refused requests are expired tokens of honest clients, or someone trying doors.",
        "See which clients are refused. Let tokens be renewed before they expire; block and"
        " rate-limit those who guess.",
    ),
    _check(
        "client-error-404",
        "Client Error 404",
        Severity.LOW,
        (0.05, 0.20),
        ref.rfc(9110, "15.5.5", "404 Not Found"),
        "Clients often ask for what is not there: broken links, stale ids, or enumeration.",
        "Find the clients and ids behind them; answer 410 for what is gone for good.",
    ),
    _check(
        "client-error-4xx",
        "Client Errors 4xx",
        Severity.MEDIUM,
        (0.10, 0.30),
        ref.rfc(9110, "15.5", "Client Error 4xx"),
        "A large share of all requests fails by the client's fault, which costs both sides.",
        "Go through the statuses one by one: each says what clients get wrong.",
    ),
    _check(
        "client-error-429",
        "Client Error 429",
        Severity.LOW,
        (0.01, 0.05),
        ref.rfc(6585, "4", "429 Too Many Requests"),
        "Clients run into the rate limit again and again: the limit is too low, or they do not"
        " know it.",
        "Send the limit and `Retry-After` in headers, and look at who exceeds it.",
    ),
    _check(
        "server-error-500",
        "Server Error 500",
        Severity.HIGH,
        (0.001, 0.01),
        ref.rfc(9110, "15.6.1", "500 Internal Server Error"),
        "An unhandled error: the client cannot know what happened to its request.",
        "Open the problem behind it; handle what can be foreseen with a 4xx of its own.",
    ),
    _check(
        "server-error-502-504",
        "Server Errors 502–504",
        Severity.HIGH,
        (0.001, 0.01),
        ref.rfc(9110, "15.6.3", "502 Bad Gateway"),
        "Something between client and application was away or too slow.",
        "Look at deployments, time limits and the health of what the API depends on.",
    ),
    _check(
        "server-error-5xx",
        "Server Errors 5xx",
        Severity.HIGH,
        (0.002, 0.02),
        ref.rfc(9110, "15.6", "Server Error 5xx"),
        "Requests that were right fail by the server's fault.",
        "Sort by problem and mend the one that touches most customers first.",
    ),
    _check(
        "compression",
        "Compression",
        Severity.LOW,
        (0.05, 0.50),
        ref.rfc(9110, "8.4", "Content-Encoding"),
        "Text answers over 1,400 bytes went uncompressed to clients that accept compression;"
        " JSON shrinks to a fifth or less.",
        "Switch gzip, Brotli or Zstandard on in the server or proxy. Where only the proxy"
        " compresses, the application cannot see it: switch this check off.",
        is_rate=False,
    ),
    _check(
        "http2",
        "HTTP/2 Support",
        Severity.LOW,
        (0.50, 1.0),
        ref.rfc(9113, "1", "HTTP/2"),
        "Over HTTP/1.1 a client needs a connection for each request under way. What is seen is the"
        " protocol in which the application was spoken to.",
        "Switch HTTP/2 or HTTP/3 on in the load balancer or proxy that faces the clients.",
    ),
)
