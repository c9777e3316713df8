from django.urls import path

from treblle_platform.alerts import channel_views, views

app_name = "alerts"
urlpatterns = [
    path("", views.alerts, name="list"),
    path("rules/", views.rules, name="rules"),
    path("rules/new/", views.rule_new, name="rule_new"),
    path("rules/<uuid:rule_uuid>/", views.rule, name="rule"),
    path("rules/<uuid:rule_uuid>/delete/", views.rule_delete, name="rule_delete"),
    path("channels/", channel_views.channels, name="channels"),
    path("channels/new/<slug:kind>/", channel_views.channel_new, name="channel_new"),
    path("channels/<uuid:channel_uuid>/", channel_views.channel, name="channel"),
    path("channels/<uuid:channel_uuid>/test/", channel_views.channel_test, name="channel_test"),
    path(
        "channels/<uuid:channel_uuid>/delete/", channel_views.channel_delete, name="channel_delete"
    ),
    path("deliveries/", channel_views.deliveries, name="deliveries"),
    path("<uuid:alert_uuid>/close/", views.alert_close, name="close"),
]
