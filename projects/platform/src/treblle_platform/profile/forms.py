import zoneinfo
from functools import cache
from typing import ClassVar

from django import forms
from treblle_models.models import EmailPreference, User

from treblle_platform.front_end import THEMES


@cache
def time_zones() -> list[tuple[str, str]]:
    """IANA names as people read them, UTC first."""
    names = sorted(name for name in zoneinfo.available_timezones() if _is_a_place(name))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def _is_a_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/", "US/"))


class ProfileForm(forms.Form):
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=User._meta.get_field("name").max_length,
        help_text="As your team sees you, in comments and invitations.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zones, help_text="Times are shown in it."
    )
    theme = forms.ChoiceField(
        label="Appearance",
        required=False,
        choices=[("", "As the system has it"), *((theme, theme.title()) for theme in THEMES)],
    )


class MailForm(forms.Form):
    """A box for each kind of mail that can be left out."""

    HELP: ClassVar = {
        EmailPreference.Kind.ALERT: "Rules of your projects that came true, where they go to you.",
        EmailPreference.Kind.DIGEST: "On Monday morning: your APIs in the week before.",
        EmailPreference.Kind.MENTION: "When somebody writes your name under a request.",
        EmailPreference.Kind.LIMIT: "When your plan's requests run low or are used up.",
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's form takes them
        for kind in EmailPreference.Kind:
            self.fields[kind.value] = forms.BooleanField(
                label=kind.label, required=False, help_text=self.HELP[kind]
            )
