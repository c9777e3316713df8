"""Forms of rules and channels. What a rule needs follows from its metric."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from treblle_models.models import (
    AlertChannel,
    AlertRule,
    Endpoint,
    Environment,
    Project,
    SavedSearch,
    User,
)
from treblle_service.django import outbound

from treblle_platform.profile.forms import time_zones

Metric = AlertRule.Metric
WINDOWS = ((5, "5 minutes"), (15, "15 minutes"), (60, "An hour"), (360, "6 hours"), (1440, "A day"))
# Environments are counted by the hour.
LEAST_OF_ENVIRONMENTS = 60
# What the threshold is in, for people; metrics that are not here have none.
UNITS = {
    Metric.ERROR_RATE: "percent of requests",
    Metric.P95: "milliseconds",
    Metric.SPIKE: "times as many as usual",
    Metric.DROP: "percent of what is usual",
    Metric.SCORE: "points of 100",
    Metric.SEARCH: "requests",
}
IN_PERCENT = frozenset({Metric.ERROR_RATE, Metric.DROP})
STARTING_THRESHOLDS = {
    Metric.ERROR_RATE: 5,
    Metric.P95: 1000,
    Metric.SPIKE: 3,
    Metric.DROP: 30,
    Metric.SCORE: 70,
    Metric.SEARCH: 0,
}
WITHOUT_SCOPE = frozenset({Metric.SCORE, Metric.SEARCH, Metric.NEW_ENDPOINT})


class RuleForm(forms.Form):
    name = forms.CharField(label="Name", max_length=AlertRule._meta.get_field("name").max_length)
    threshold = forms.FloatField(label="Limit", min_value=0)
    window_minutes = forms.TypedChoiceField(label="Within", choices=WINDOWS, coerce=int, initial=5)
    min_requests = forms.IntegerField(
        label="At least so many requests",
        min_value=0,
        max_value=1_000_000,
        initial=20,
        help_text="Fewer than this in the window say nothing.",
    )
    endpoint = forms.ModelChoiceField(
        label="Endpoint",
        queryset=Endpoint.objects.none(),
        required=False,
        to_field_name="uuid",
        empty_label="All",
    )
    environment = forms.ModelChoiceField(
        label="Environment",
        queryset=Environment.objects.none(),
        required=False,
        to_field_name="uuid",
        empty_label="All",
    )
    saved_search = forms.ModelChoiceField(
        label="Saved search",
        queryset=SavedSearch.objects.none(),
        to_field_name="uuid",
        empty_label=None,
    )
    channels = forms.ModelMultipleChoiceField(
        label="Send to",
        queryset=AlertChannel.objects.none(),
        required=False,
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_from = forms.TimeField(
        label="Quiet from", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    quiet_until = forms.TimeField(
        label="Quiet until", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    time_zone = forms.ChoiceField(label="In the time zone", choices=time_zones)
    is_enabled = forms.BooleanField(label="On", required=False, initial=True)

    def __init__(
        self, *args: Any, project: Project, user: User, metric: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.metric = Metric(metric)
        self._choose_rows(project, user)
        for name in self._unfit():
            del self.fields[name]
        if "threshold" in self.fields:
            self.fields["threshold"].help_text = f"In {UNITS[self.metric]}."
            self.fields["threshold"].widget.attrs["step"] = "any"

    def _choose_rows(self, project: Project, user: User) -> None:
        rows: dict[str, Any] = {
            "endpoint": project.endpoints.filter(merged_into=None).order_by("template", "method"),
            "environment": project.environments.order_by("name"),
            "saved_search": SavedSearch.objects.filter(project=project)
            .filter(Q(user=user) | Q(is_shared=True))
            .order_by("name"),
            "channels": project.alert_channels.order_by("kind", "name", "target"),
        }
        for name, queryset in rows.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]  # of the model fields
        self.fields["channels"].label_from_instance = channel_in_words  # type: ignore[attr-defined]

    def _unfit(self) -> set[str]:
        """Fields that mean nothing for the metric."""
        unfit = set()
        if self.metric not in UNITS:
            unfit |= {"threshold", "min_requests"}
        if self.metric in (Metric.SCORE, Metric.SEARCH):
            unfit.add("min_requests")
        if self.metric == Metric.SCORE:
            unfit.add("window_minutes")
        if self.metric != Metric.SEARCH:
            unfit.add("saved_search")
        if self.metric in WITHOUT_SCOPE:
            unfit |= {"endpoint", "environment"}
        if self.metric in (Metric.BREAKING_CHANGE, Metric.NEW_PROBLEM):
            unfit.add("environment")
        return unfit

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("environment"):
            if cleaned.get("endpoint"):
                self.add_error("environment", "Choose an endpoint or an environment, not both.")
            elif cleaned.get("window_minutes", 0) < LEAST_OF_ENVIRONMENTS:
                self.add_error("window_minutes", "Environments are counted by the hour.")
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_until", "Quiet hours need a beginning and an end.")
        return cleaned

    def fields_of_rule(self) -> dict[str, Any]:
        """Columns of the rule; the channels apart."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "channels"}
        threshold = fields.get("threshold")
        if threshold is not None and self.metric in IN_PERCENT:
            fields["threshold"] = threshold / 100
        return fields


class ChannelForm(forms.Form):
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=AlertChannel._meta.get_field("name").max_length,
        help_text="To tell it from others.",
    )
    target = forms.CharField(max_length=AlertChannel._meta.get_field("target").max_length)

    def __init__(self, *args: Any, project: Project, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind, self._project = AlertChannel.Kind(kind), project
        target = self.fields["target"]
        if self._kind == AlertChannel.Kind.EMAIL:
            choices = [(email, email) for email in project.addresses()]
            self.fields["target"] = forms.ChoiceField(
                label="Address", choices=choices, help_text="Of somebody in the team."
            )
        elif self._kind == AlertChannel.Kind.PUSH:
            # It goes to the devices of the team, which their apps have registered.
            del self.fields["target"]
        elif self._kind == AlertChannel.Kind.SLACK:
            target.label = "Webhook URL of Slack"
            target.help_text = "From your Slack app's Incoming Webhooks."
            target.widget.attrs["placeholder"] = "https://hooks.slack.com/services/…"
        else:
            target.label = "URL"
            target.help_text = "Takes a POST with JSON, signed as Standard Webhooks has it."
            target.widget.attrs["placeholder"] = "https://example.com/treblle"

    def clean_target(self) -> str:
        target: str = self.cleaned_data["target"].strip()
        if self._kind == AlertChannel.Kind.EMAIL:
            return target
        if problem := outbound.problem_of(target, AlertChannel.HOSTS.get(self._kind, "")):
            raise ValidationError(problem)
        return target


def channel_in_words(channel: AlertChannel) -> str:
    """Without what of a Slack URL is a secret."""
    label = AlertChannel.Kind(channel.kind).label
    return f"{label}: {channel.name or shown_target(channel)}"


def shown_target(channel: AlertChannel) -> str:
    return "devices of the team" if channel.kind == AlertChannel.Kind.PUSH else channel.goes_to
