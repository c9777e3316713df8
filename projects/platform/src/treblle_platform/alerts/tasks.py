"""Deliveries of alerts, and the counting for rules of saved searches."""

from typing import Any

from django.utils import timezone

from treblle_platform.celery import app


@app.task(name="treblle_platform.deliver_alert")
def deliver_alert(*, delivery: str, **_: Any) -> None:
    """One try; the ETL's beat hands on what is to be tried again."""
    from treblle_platform.alerts.delivering import deliver

    deliver(delivery, timezone.now())


@app.task(name="treblle_platform.count_searches")
def count_searches(**_: Any) -> None:
    from treblle_platform.alerts.searches import count_all

    count_all(timezone.now())
