"""Rules over the numbers of a project, what they found, and whom that was sent to."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.alert_rules import change_rule, close_alert, make_rule
from treblle_models.models import Alert, AlertDelivery, AlertRule, Project

from treblle_api.access import caller, found
from treblle_api.alerts.queries import alerts_of, deliveries_of, rules_of
from treblle_api.alerts.serializers import (
    AlertDeliverySerializer,
    AlertFilters,
    AlertRuleInputSerializer,
    AlertRuleSerializer,
    AlertSerializer,
)
from treblle_api.audit import record
from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.resource import Listing, Resource


class OpenedFirst(NewestFirst):
    sorts = ("opened_at",)


class Rules(Listing):
    row_class = AlertRuleSerializer
    pagination_class = NewestFirst
    queryset = AlertRule.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[AlertRule]:
        return rules_of(self.project())

    @operation("alerts_rules_list", "List alert rules")
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)

    @operation(
        "alerts_rules_create",
        "Create an alert rule",
        takes=AlertRuleInputSerializer,
        gives={201: AlertRuleSerializer},
    )
    def post(self, request: Request, project_uuid: UUID) -> Response:
        project, user = self.writable_project(), caller(request)
        context = {"project": project, "user": user}
        given = AlertRuleInputSerializer(data=request.data, context=context)
        given.is_valid(raise_exception=True)
        rule = make_rule(project, user, **given.validated_data)
        record(request, "alert_rule.made", rule, project=project, changes={"name": rule.name})
        return Response(_shown(project, rule), status=status.HTTP_201_CREATED)


class OneRule(Resource):
    row_class = AlertRuleSerializer

    @operation("alerts_rules_retrieve", "Show an alert rule", gives=AlertRuleSerializer)
    def get(self, request: Request, project_uuid: UUID, rule_uuid: UUID) -> Response:
        return self.row_shown(request, found(rules_of(self.project()).filter(uuid=rule_uuid)))

    @operation(
        "alerts_rules_update",
        "Change an alert rule",
        "What a rule that is switched off had open is closed.",
        takes=AlertRuleInputSerializer,
        gives=AlertRuleSerializer,
    )
    def patch(self, request: Request, project_uuid: UUID, rule_uuid: UUID) -> Response:
        project = self.writable_project()
        rule = found(rules_of(project).filter(uuid=rule_uuid))
        context = {"project": project, "user": caller(request)}
        given = AlertRuleInputSerializer(rule, data=request.data, partial=True, context=context)
        given.is_valid(raise_exception=True)
        change_rule(rule, **given.validated_data)
        record(request, "alert_rule.changed", rule, project=project, changes={"name": rule.name})
        return Response(_shown(project, rule))

    @operation("alerts_rules_delete", "Delete an alert rule", takes=None, gives={204: None})
    def delete(self, request: Request, project_uuid: UUID, rule_uuid: UUID) -> Response:
        project = self.writable_project()
        rule = found(rules_of(project).filter(uuid=rule_uuid))
        record(request, "alert_rule.deleted", rule, project=project, changes={"name": rule.name})
        rule.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Alerts(Listing):
    row_class = AlertSerializer
    filters = AlertFilters
    pagination_class = OpenedFirst
    queryset = Alert.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[Alert]:
        with_rules = bool(self.expansions(self.request))
        return alerts_of(self.project(), filters, with_rules=with_rules)

    @operation("alerts_list", "List alerts", "Rules that came true, the newest first.")
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)


class OneAlert(Resource):
    row_class = AlertSerializer

    @operation("alerts_retrieve", "Show an alert", gives=AlertSerializer)
    def get(self, request: Request, project_uuid: UUID, alert_uuid: UUID) -> Response:
        alerts = alerts_of(self.project(), {}, with_rules=True)
        return self.row_shown(request, found(alerts.filter(uuid=alert_uuid)))


class Closing(Resource):
    @operation(
        "alerts_close",
        "Close an alert",
        "By hand; one that is closed stays as it is.",
        takes=None,
        gives=AlertSerializer,
    )
    def post(self, request: Request, project_uuid: UUID, alert_uuid: UUID) -> Response:
        project = self.writable_project()
        alert = found(alerts_of(project, {}).filter(uuid=alert_uuid))
        close_alert(alert, timezone.now())
        alert.refresh_from_db()
        record(request, "alert.closed", alert, project=project)
        return Response(AlertSerializer(alert).data)


class Deliveries(Listing):
    row_class = AlertDeliverySerializer
    pagination_class = NewestFirst
    queryset = AlertDelivery.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[AlertDelivery]:
        alerts = Alert.objects.for_project(self.project())
        return deliveries_of(found(alerts.filter(uuid=self.kwargs["alert_uuid"])))

    @operation(
        "alerts_deliveries_list",
        "List deliveries of an alert",
        "Where it was sent, and how that went.",
    )
    def get(self, request: Request, project_uuid: UUID, alert_uuid: UUID) -> Response:
        return self.listed(request)


def _shown(project: Project, rule: AlertRule) -> Any:
    """As it stands in the database now."""
    return AlertRuleSerializer(rules_of(project).get(pk=rule.pk)).data
