"""Where alerts of a project may go."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.cache import patch_cache_control
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import AlertChannel, AlertDelivery, Project

from treblle_api.access import caller, found
from treblle_api.alerts.channels import (
    AlertChannelChangeSerializer,
    AlertChannelInputSerializer,
    AlertChannelSerializer,
    CreatedAlertChannelSerializer,
)
from treblle_api.alerts.operations import send_test
from treblle_api.alerts.queries import deliveries_to
from treblle_api.alerts.serializers import ChannelDeliverySerializer
from treblle_api.audit import differences, record
from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.resource import Listing, Resource


class Channels(Listing):
    row_class = AlertChannelSerializer
    pagination_class = NewestFirst
    queryset = AlertChannel.objects.none()
    answers_hold_secrets = True

    def rows(self, filters: dict[str, Any]) -> QuerySet[AlertChannel]:
        return AlertChannel.objects.for_project(self.project())

    @operation("alerts_channels_list", "List alert channels", "Where alerts may go.")
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)

    @operation(
        "alerts_channels_create",
        "Create an alert channel",
        "The secret of a webhook is shown this once here.",
        takes=AlertChannelInputSerializer,
        gives={201: CreatedAlertChannelSerializer},
    )
    def post(self, request: Request, project_uuid: UUID) -> Response:
        project = self.writable_project()
        given = AlertChannelInputSerializer(data=request.data, context={"project": project})
        given.is_valid(raise_exception=True)
        channel = AlertChannel.make(project, **{"name": "", **given.validated_data})
        changes = {"channel": _in_words(channel)}
        record(request, "alert_channel.made", channel, project=project, changes=changes)
        shown = CreatedAlertChannelSerializer(channel).data
        response = Response(shown, status=status.HTTP_201_CREATED)
        patch_cache_control(response, no_store=True)
        return response


class OneChannel(Resource):
    row_class = AlertChannelSerializer

    @operation("alerts_channels_retrieve", "Show an alert channel", gives=AlertChannelSerializer)
    def get(self, request: Request, project_uuid: UUID, channel_uuid: UUID) -> Response:
        return self.row_shown(request, _channel(self.project(), channel_uuid))

    @operation(
        "alerts_channels_update",
        "Change an alert channel",
        "Its kind stays. What is switched off gets nothing.",
        takes=AlertChannelChangeSerializer,
        gives=AlertChannelSerializer,
    )
    def patch(self, request: Request, project_uuid: UUID, channel_uuid: UUID) -> Response:
        project = self.writable_project()
        channel = _channel(project, channel_uuid)
        given = AlertChannelChangeSerializer(
            channel, data=request.data, partial=True, context={"project": project}
        )
        given.is_valid(raise_exception=True)
        # Where it goes can be as good as a password: the log says only that it changed.
        changes = differences(channel, given.validated_data)
        if "target" in changes:
            changes["target"] = "changed"
        given.save()
        record(request, "alert_channel.changed", channel, project=project, changes=changes)
        return Response(AlertChannelSerializer(channel).data)

    @operation(
        "alerts_channels_delete",
        "Delete an alert channel",
        "With the log of what went there; rules stay.",
        takes=None,
        gives={204: None},
    )
    def delete(self, request: Request, project_uuid: UUID, channel_uuid: UUID) -> Response:
        project = self.writable_project()
        channel = _channel(project, channel_uuid)
        changes = {"channel": _in_words(channel)}
        record(request, "alert_channel.deleted", channel, project=project, changes=changes)
        channel.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChannelTest(Resource):
    @operation(
        "alerts_channels_test",
        "Try an alert channel out",
        "Sends a test there, also where the channel is switched off: at once, in the background, and"
        " only once. How it went is in the channel's deliveries a moment later.",
        takes=None,
        gives={202: ChannelDeliverySerializer},
    )
    def post(self, request: Request, project_uuid: UUID, channel_uuid: UUID) -> Response:
        channel = _channel(self.writable_project(), channel_uuid)
        delivery = send_test(channel, caller(request))
        shown = ChannelDeliverySerializer(delivery).data
        return Response(shown, status=status.HTTP_202_ACCEPTED)


class ChannelDeliveries(Listing):
    row_class = ChannelDeliverySerializer
    pagination_class = NewestFirst
    queryset = AlertDelivery.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[AlertDelivery]:
        return deliveries_to(_channel(self.project(), self.kwargs["channel_uuid"]))

    @operation(
        "alerts_channels_deliveries_list",
        "List deliveries to an alert channel",
        "What was sent there, tests too, and how that went.",
    )
    def get(self, request: Request, project_uuid: UUID, channel_uuid: UUID) -> Response:
        return self.listed(request)


def _channel(project: Project, uuid: UUID) -> AlertChannel:
    return found(AlertChannel.objects.for_project(project).filter(uuid=uuid))


def _in_words(channel: AlertChannel) -> str:
    shown = AlertChannelSerializer(channel).data
    return f"{channel.get_kind_display()}: {channel.name or shown['goes_to']}"
