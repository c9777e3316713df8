from django import forms
from treblle_models.models import AccessToken

HOUR, DAY = 1, 24
GRACE_HOURS = (
    (0, "None: the old key stops now"),
    (HOUR, "1 hour"),
    (DAY, "24 hours"),
    (7 * DAY, "7 days"),
)
LIFE_DAYS = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "A year"), (0, "Never"))


class RotationForm(forms.Form):
    grace_hours = forms.TypedChoiceField(
        label="Grace time of the old key",
        choices=GRACE_HOURS,
        coerce=int,
        initial=DAY,
        help_text="So long both keys work: deploy the new one in between.",
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=AccessToken._meta.get_field("name").max_length,
        help_text="What will use it, e.g. “Nightly report”.",
    )
    scope = forms.ChoiceField(
        label="May", choices=AccessToken.Scope.choices, initial=AccessToken.Scope.READ
    )
    life_days = forms.TypedChoiceField(label="Expires", choices=LIFE_DAYS, coerce=int, initial=90)
