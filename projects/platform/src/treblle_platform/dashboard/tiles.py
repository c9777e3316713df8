"""The numbers at the top of a dashboard, each with what became of it since the period before."""

from dataclasses import dataclass

from treblle_platform import figures as text
from treblle_platform.dashboard.queries import Dashboard
from treblle_platform.requests.links import RequestLinks

# Changes smaller than half a per cent are noise.
NOISE = 0.005


@dataclass(frozen=True)
class Tile:
    """`name` is for scripts and tests, `hint` the exact number, `tone` of the value itself."""

    name: str
    label: str
    value: str
    hint: str
    url: str
    delta: str
    verdict: str
    tone: str = ""


def tiles_of(figures: Dashboard, links: RequestLinks) -> list[Tile]:
    now, before = figures.total, figures.before
    errors = _delta(now.error_rate, before.error_rate, more_is_worse=True)
    slower = {
        name: _delta(getattr(now, name), getattr(before, name), more_is_worse=True)
        for name in ("p50_ms", "p95_ms", "p99_ms")
    }
    return [
        Tile(
            "requests",
            "Requests",
            text.count(now.requests),
            f"{now.requests:,}",
            links.to(),
            *_delta(now.requests, before.requests),
        ),
        Tile(
            "error-rate",
            "Error rate",
            text.percent(now.error_rate),
            f"{now.errors:,} of {now.requests:,}",
            links.to(status="4xx,5xx"),
            *errors,
        ),
        _errors(
            "client-errors",
            "Client errors 4xx",
            now.client_errors,
            before.client_errors,
            links.to(status="4xx"),
            "warn",
        ),
        _errors(
            "server-errors",
            "Server errors 5xx",
            now.server_errors,
            before.server_errors,
            links.to(status="5xx"),
            "bad",
        ),
        *(
            Tile(
                name,
                label,
                text.milliseconds(value := getattr(now, f"{name}_ms")),
                f"{share} of requests took no longer",
                links.to(min_ms=round(value or 0, 3), sort="load_time_ms"),
                *slower[f"{name}_ms"],
            )
            for name, label, share in (
                ("p50", "Load time p50", "Half"),
                ("p95", "p95", "95%"),
                ("p99", "p99", "99%"),
            )
        ),
        Tile(
            "size",
            "Responses",
            text.size(now.response_bytes),
            f"{text.size(now.average_response_bytes)} each, on average",
            links.to(sort="-response_size_bytes"),
            *_delta(now.response_bytes, before.response_bytes),
        ),
    ]


def _errors(name: str, label: str, now: int, before: int, url: str, tone: str) -> Tile:
    delta = _delta(now, before, more_is_worse=True)
    return Tile(name, label, text.count(now), f"{now:,}", url, *delta, tone if now else "")


def _delta(
    now: float | None, before: float | None, *, more_is_worse: bool | None = None
) -> tuple[str, str]:
    """What it reads, and whether that is `better` or `worse`, where it can be."""
    if not before or now is None:
        return "", ""
    change = now / before - 1
    if abs(change) < NOISE:
        return "±0%", ""
    read = (
        f"{'+' if change > 0 else '−'}{abs(change):.0%}" if change < 10 else f"×{now / before:.0f}"
    )
    if more_is_worse is None:
        return read, ""
    return read, "worse" if (change > 0) == more_is_worse else "better"
