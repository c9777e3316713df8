"""What a scraper reads: this process's figures in the text format of Prometheus."""

import hmac
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from treblle_service.metrics import catalog
from treblle_service.metrics.instruments import Counter, Histogram, Instrument

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def render() -> bytes:
    """Everything counted so far, and what the process itself takes (memory, processor, files)."""
    from prometheus_client import ProcessCollector, generate_latest
    from prometheus_client.registry import CollectorRegistry

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Figures())
    return generate_latest(registry)


def is_allowed(authorization: str, token: str) -> bool:
    """Whether an `Authorization` header carries the token; without a token nobody may."""
    wanted = f"Bearer {token}".encode()
    return bool(token) and hmac.compare_digest(authorization.encode(), wanted)


class _Figures:
    def collect(self) -> Iterator[Any]:
        for instrument in catalog.instruments():
            family = _family(instrument)
            if family.samples:
                yield family


def _family(instrument: Instrument) -> Any:
    from prometheus_client.metrics_core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
    )

    name, help, labels = instrument.name, instrument.help, instrument.labels
    if isinstance(instrument, Histogram):
        bounds = [*(str(bound) for bound in instrument.bounds), "+Inf"]
        spread = HistogramMetricFamily(name, help, labels=labels)
        for values, (counts, total) in list(instrument.values.items()):
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            spread.add_metric(values, buckets, total)
        return spread
    kind = CounterMetricFamily if isinstance(instrument, Counter) else GaugeMetricFamily
    family = kind(name, help, labels=labels)
    for values, value in list(instrument.values.items()):
        family.add_metric(values, value)
    return family
