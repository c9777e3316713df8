"""Figures of a process for Prometheus: counted cheaply, rendered only when somebody asks."""

from treblle_service.metrics.instruments import Counter, Gauge, Histogram

__all__ = ["Counter", "Gauge", "Histogram"]
