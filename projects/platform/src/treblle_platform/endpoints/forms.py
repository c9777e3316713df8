from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from treblle_models.models import Endpoint

TEMPLATE_CHARACTERS = Endpoint._meta.get_field("template").max_length


class NameForm(forms.Form):
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=Endpoint._meta.get_field("name").max_length,
        help_text="Shown instead of method and path. Leave it empty to go back to those.",
    )
    template = forms.CharField(
        label="Names of its parameters",
        required=False,
        max_length=TEMPLATE_CHARACTERS,
        help_text="The same path with other names between the braces.",
    )

    @classmethod
    def of(cls, endpoint: Endpoint) -> "NameForm":
        form = cls(initial={"name": endpoint.name, "template": endpoint.template})
        if "{" not in endpoint.template:
            del form.fields["template"]
        return form

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name.isprintable():
            raise ValidationError("Only characters that can be seen, please.")
        return name


class MergeForm(forms.Form):
    """`other` is an endpoint of the project, by its uuid, or None; `template` is never empty."""

    into = forms.ChoiceField(label="Merge with", required=False)
    template = forms.CharField(
        label="Their path from now on",
        required=False,
        max_length=TEMPLATE_CHARACTERS,
        widget=forms.TextInput(attrs={"placeholder": "/users/{id}"}),
        help_text="Empty: that of the endpoint it is merged with.",
    )

    def __init__(self, others: list[Endpoint], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(other.uuid): other for other in others}
        choices = [
            (uuid, f"{other.method} {other.template}") for uuid, other in self.others.items()
        ]
        self.fields["into"].choices = [("", "Pick an endpoint"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["other"] = other = self.others.get(cleaned.get("into", ""))
        template = cleaned.get("template", "").strip()
        if not template and other is None:
            raise ValidationError("Pick the endpoint to merge it with, or write a path for it.")
        cleaned["template"] = template or (other.template if other else "")
        return cleaned
