from django.urls import path

from treblle_api.alerts import channel_views, views
from treblle_api.projects.urls import PROJECT

RULES = f"{PROJECT}/alert-rules"
CHANNELS = f"{PROJECT}/alert-channels"
CHANNEL = f"{CHANNELS}/<any_case_uuid:channel_uuid>"
ALERTS = f"{PROJECT}/alerts"
ALERT = f"{ALERTS}/<any_case_uuid:alert_uuid>"

urlpatterns = [
    path(RULES, views.Rules.as_view(), name="alert-rules"),
    path(f"{RULES}/<any_case_uuid:rule_uuid>", views.OneRule.as_view(), name="alert-rule"),
    path(CHANNELS, channel_views.Channels.as_view(), name="alert-channels"),
    path(CHANNEL, channel_views.OneChannel.as_view(), name="alert-channel"),
    path(f"{CHANNEL}/test", channel_views.ChannelTest.as_view(), name="alert-channel-test"),
    path(
        f"{CHANNEL}/deliveries",
        channel_views.ChannelDeliveries.as_view(),
        name="alert-channel-deliveries",
    ),
    path(ALERTS, views.Alerts.as_view(), name="alerts"),
    path(ALERT, views.OneAlert.as_view(), name="alert"),
    path(f"{ALERT}/close", views.Closing.as_view(), name="alert-closing"),
    path(f"{ALERT}/deliveries", views.Deliveries.as_view(), name="alert-deliveries"),
]
