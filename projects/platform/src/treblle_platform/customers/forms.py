from django import forms
from django.core.exceptions import ValidationError
from treblle_models.models import Customer


class NameForm(forms.Form):
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=Customer._meta.get_field("name").max_length,
        help_text="Shown instead of the id that requests carry.",
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name.isprintable():
            raise ValidationError("Only characters that can be seen, please.")
        return name
