"""Rules of saved searches: the platform, which knows the filters, counts; what follows is here."""

from django.utils import timezone
from treblle_models.models import AlertRule

from treblle_etl.alerts.evaluation import settle as settle_rule
from treblle_etl.alerts.observation import Observation


def settle(uuid: str, value: int) -> None:
    related = ("project", "endpoint", "environment", "saved_search")
    rule = AlertRule.objects.select_related(*related).filter(uuid=uuid, is_enabled=True).first()
    if rule is None or rule.saved_search is None:
        return
    now = timezone.now()
    AlertRule.objects.filter(pk=rule.pk).update(evaluated_at=now)
    page = f"requests/?{rule.saved_search.query}"
    settle_rule(rule, Observation(float(value), value, page=page), now)
