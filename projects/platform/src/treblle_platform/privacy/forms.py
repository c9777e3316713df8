from django import forms
from django.core.exceptions import ValidationError
from treblle_models.models import Customer


class CustomerForm(forms.Form):
    external_id = forms.CharField(
        label="The API customer's id",
        max_length=Customer._meta.get_field("external_id").max_length,
        help_text="As your API sends it, to the letter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ConfirmationForm(forms.Form):
    """Something must be typed that nobody types by mistake."""

    typed = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: object, wanted: str, label: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's form takes them
        self._wanted = wanted
        self.fields["typed"].label = label

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed.strip() != self._wanted.strip():
            raise ValidationError("That is not it.")
        return typed
