from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from treblle_models.models import Project

MAX_TAGS, MAX_TAG_CHARACTERS = 20, 32


class EntryForm(forms.Form):
    """What the catalog says of an API; tags are separated by commas."""

    description = forms.CharField(
        label="What it does",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    category = forms.CharField(
        label="Category",
        required=False,
        max_length=Project._meta.get_field("category").max_length,
        widget=forms.TextInput(attrs={"placeholder": "Payments", "list": "categories"}),
        help_text="One word or two, the same for APIs of one kind.",
    )
    tags = forms.CharField(
        label="Tags",
        required=False,
        max_length=MAX_TAGS * (MAX_TAG_CHARACTERS + 2),
        widget=forms.TextInput(attrs={"placeholder": "public, mobile"}),
        help_text="Separated by commas.",
    )

    @classmethod
    def of(cls, project: Project) -> "EntryForm":
        tags = ", ".join(tag for tag in project.tags if isinstance(tag, str))
        initial = {"description": project.description, "category": project.category, "tags": tags}
        return cls(initial=initial)

    def clean_tags(self) -> list[str]:
        found = [" ".join(part.split()) for part in self.cleaned_data["tags"].split(",")]
        tags = list(dict.fromkeys(tag for tag in found if tag))
        if len(tags) > MAX_TAGS:
            raise ValidationError(f"No more than {MAX_TAGS} tags, please.")
        if any(len(tag) > MAX_TAG_CHARACTERS or not tag.isprintable() for tag in tags):
            raise ValidationError(f"A tag has at most {MAX_TAG_CHARACTERS} characters.")
        return tags

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["category"] = " ".join(cleaned.get("category", "").split())
        return cleaned
