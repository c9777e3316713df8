"""Numbers of a project's traffic: one address for series and breakdowns."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from treblle_api.analytics.queries import answer, question_of
from treblle_api.analytics.serializers import AnalyticsFilters, AnalyticsSerializer
from treblle_api.document.operations import operation
from treblle_api.parameters import asked
from treblle_api.resource import Resource


class Analytics(Resource):
    row_class = AnalyticsSerializer
    filters = AnalyticsFilters

    @operation(
        "analytics_retrieve",
        "Ask for numbers",
        "One metric over a range: as one value or as a series by `interval`, of the whole project"
        " or broken down by `group`. A range begins where the bucket of its start does.",
        gives=AnalyticsSerializer,
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        project = self.project()
        question = question_of(asked(request, AnalyticsFilters))
        return self.row_shown(request, answer(project, question))
