from django import forms
from treblle_models.models import Collection


class CollectionForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=Collection._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"placeholder": "Failed payments"}),
    )
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
