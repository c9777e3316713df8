"""An account's quota, told to the intake at once; the ETL's beat does the same for all, each minute."""

import logging
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from treblle_models.models import User
from treblle_models.plans import allowance, plan_of, used_in_month
from treblle_service.quotas import CacheUnavailable, Quota, Quotas

logger = logging.getLogger(__name__)


def quota_of(user: User, now: datetime) -> Quota:
    return Quota.of(**asdict(allowance(plan_of(user), used_in_month(user, now.date()))))


def publish_quota(user: User, now: datetime) -> None:
    quota = quota_of(user, now)
    keys = {user.api_key: quota}
    if user.previous_api_key:
        keys[user.previous_api_key] = quota
    try:
        Quotas(settings.CACHES["default"]["LOCATION"]).publish(keys, now)
    except CacheUnavailable:
        logger.warning("the quota of an account is published with the next round")
