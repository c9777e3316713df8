from django import forms
from django.core.exceptions import ValidationError
from treblle_models.models import Project


class ProjectForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=Project._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"placeholder": "Bookshop API", "autofocus": True}),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise ValidationError("Only characters that can be seen, please.")
        return name
