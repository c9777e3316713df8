"""Scores and checks as they go out."""

from typing import Any

from rest_framework import serializers
from treblle_models.models import ApiDocument, Stage

from treblle_api.parameters import Parameters
from treblle_api.quality.choices import (
    GRADE_CHOICES,
    GROUP_CHOICES,
    OUTCOME_CHOICES,
    SEVERITY_CHOICES,
)


class ScoreSerializer(serializers.Serializer[Any]):
    """The newest score of one stage."""

    stage = serializers.ChoiceField(Stage.choices, help_text="What was looked at.")
    value = serializers.FloatField(help_text="From 0 to 100.")
    grade = serializers.ChoiceField(GRADE_CHOICES)
    groups = serializers.DictField(
        child=serializers.FloatField(), help_text="The score of each group of checks."
    )
    at = serializers.DateTimeField(help_text="The day (UTC) it is of.")


class ScoreDaySerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    run_time = serializers.FloatField(allow_null=True)
    design_time = serializers.FloatField(allow_null=True)


class VersionScoreSerializer(serializers.Serializer[Any]):
    """The score of one version of the OpenAPI document."""

    document_uuid = serializers.UUIDField()
    source = serializers.ChoiceField(  # type: ignore[assignment]  # `source` is a field here
        ApiDocument.Source.choices
    )
    version = serializers.IntegerField(help_text="Counted from 1 by source.")
    value = serializers.FloatField(help_text="From 0 to 100.")
    grade = serializers.ChoiceField(GRADE_CHOICES)
    groups = serializers.DictField(
        child=serializers.FloatField(), help_text="The score of each group of checks."
    )
    at = serializers.DateTimeField(help_text="When it was given.")


class QualitySerializer(serializers.Serializer[Any]):
    scores = ScoreSerializer(many=True)
    days = ScoreDaySerializer(many=True, help_text="Scores of the last 90 days that have any.")
    versions = VersionScoreSerializer(
        many=True,
        help_text="Every version that was scored, several a day where there were, up to 50; the"
        " newest first.",
    )


class CheckSerializer(serializers.Serializer[Any]):
    """A check of the catalogue, and how it stands."""

    code = serializers.CharField()
    title = serializers.CharField()
    group = serializers.ChoiceField(GROUP_CHOICES)
    stage = serializers.ChoiceField(Stage.choices)
    severity = serializers.ChoiceField(SEVERITY_CHOICES)
    outcome = serializers.ChoiceField(OUTCOME_CHOICES)
    failing_endpoints = serializers.IntegerField(help_text="On which it fails or warns.")
    evidence = serializers.CharField(help_text="What was found; empty where nothing was.")
    since = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField(help_text="Why it matters.")
    mend = serializers.CharField(help_text="How to mend it.")
    reference = serializers.CharField(help_text="The standard it comes from.")
    url = serializers.CharField()


class CheckEndpointSerializer(serializers.Serializer[Any]):
    """How a check stands on one endpoint."""

    endpoint_uuid = serializers.UUIDField()
    method = serializers.CharField()
    template = serializers.CharField()
    outcome = serializers.ChoiceField(OUTCOME_CHOICES)
    evidence = serializers.CharField()
    request_uuid = serializers.UUIDField(
        allow_null=True, help_text="The request that showed it last."
    )
    since = serializers.DateTimeField()


class CheckDetailSerializer(CheckSerializer):
    endpoints = CheckEndpointSerializer(
        many=True, help_text="Up to 100; those that fail come first."
    )


class CheckListSerializer(serializers.Serializer[Any]):
    """All checks at once: the catalogue is short."""

    results = CheckSerializer(many=True)


class CheckInputSerializer(serializers.Serializer[None]):
    is_enabled = serializers.BooleanField(
        help_text="One that is off is neither shown as failed nor part of a score."
    )


class CheckFilters(Parameters):
    outcome = serializers.ChoiceField(OUTCOME_CHOICES, required=False)
    group = serializers.ChoiceField(GROUP_CHOICES, required=False)
    stage = serializers.ChoiceField(Stage.choices, required=False)
