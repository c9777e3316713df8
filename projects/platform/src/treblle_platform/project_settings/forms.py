import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from treblle_models.models import Environment, Project

MAX_LINES = 200
MAX_LINE_LENGTH = 255
# As SDKs and people write field and header names.
FIELD_NAME = re.compile(r"[\w.$@-]+")
ROUTE = re.compile(r"((?:[A-Z]+ )?/[^\s?#]*)")


def _max_length(name: str) -> int | None:
    length: int | None = Project._meta.get_field(name).max_length  # type: ignore[union-attr]
    return length


class LinesField(forms.CharField):
    """One entry a line; cleans to a list without repetitions. `pattern` is what a line may be."""

    widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "mono"})

    def __init__(self, *, pattern: "re.Pattern[str]", wrong: str, **kwargs: Any) -> None:
        self._pattern, self._wrong = pattern, wrong
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        lines = [line.strip() for line in (value or "").splitlines()]
        entries = list(dict.fromkeys(line for line in lines if line))
        if len(entries) > MAX_LINES:
            raise ValidationError(f"At most {MAX_LINES} lines.")
        for entry in entries:
            if len(entry) > MAX_LINE_LENGTH or not self._pattern.fullmatch(entry):
                raise ValidationError(f"“{entry[:60]}”: {self._wrong}")
        return entries


class GeneralForm(forms.Form):
    name = forms.CharField(label="Name", max_length=_max_length("name"))
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What this API is for, in a sentence or two.",
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise ValidationError("Only characters that can be seen, please.")
        return name


class DataForm(forms.Form):
    """What is taken, masked and kept."""

    masked_names = LinesField(
        label="Also mask these names",
        pattern=FIELD_NAME,
        wrong="only letters, digits and . _ - $ @.",
        help_text="One a line, of fields at any depth and of headers. Passwords, tokens, cards and "
        "the like are masked anyway.",
    )
    masks_emails = forms.BooleanField(label="Mask email addresses too", required=False)
    excluded_routes = LinesField(
        label="Routes that are not taken in",
        pattern=ROUTE,
        wrong="a route begins with / and may have a method before it.",
        help_text="One a line, e.g. /health or GET /internal/*. A * stands for anything.",
    )
    sampling_percent = forms.FloatField(
        label="Share of requests that are kept, in percent",
        min_value=0.1,
        max_value=100,
        help_text="Errors are always kept.",
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    retention_days = forms.IntegerField(
        label="Days that requests are kept", required=False, min_value=1, max_value=3650
    )
    customer_header = forms.CharField(
        label="Header with the API customer's id",
        required=False,
        max_length=_max_length("customer_header"),
        help_text="Besides the headers that Treblle knows, e.g. X-Customer-Id.",
    )
    customer_claim = forms.CharField(
        label="Claim with the API customer's id",
        required=False,
        max_length=_max_length("customer_claim"),
        help_text="In the bearer token (JWT), e.g. sub.",
    )

    def __init__(self, *args: object, plan_days: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's form takes them
        self._plan_days = plan_days
        self.fields[
            "retention_days"
        ].help_text = f"Empty: as long as your plan allows, {plan_days} days."

    def clean_retention_days(self) -> int | None:
        days: int | None = self.cleaned_data["retention_days"]
        if days is not None and days > self._plan_days:
            raise ValidationError(f"Your plan keeps requests for up to {self._plan_days} days.")
        return days

    def clean_customer_header(self) -> str:
        return self._a_name("customer_header")

    def clean_customer_claim(self) -> str:
        return self._a_name("customer_claim")

    def _a_name(self, field: str) -> str:
        name: str = self.cleaned_data[field]
        if name and not FIELD_NAME.fullmatch(name):
            raise ValidationError("Only letters, digits and . _ - $ @.")
        return name


class EnvironmentForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=Environment._meta.get_field("name").max_length,
        help_text="As your SDK names it, e.g. staging.",
    )
