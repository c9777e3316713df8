from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from treblle_models.models import Embed

MAX_ORIGINS = 20


class EmbedForm(forms.Form):
    """`cleaned_data["origins"]` is a list, each as browsers send it in `Origin`."""

    name = forms.CharField(
        label="Name",
        max_length=Embed._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"placeholder": "Customer portal"}),
    )
    origins = forms.CharField(
        label="Origins",
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://portal.example.com"}),
        help_text="Of the pages that may show it, one a line: scheme and host, no path.",
    )

    @classmethod
    def of(cls, embed: Embed) -> "EmbedForm":
        return cls(initial={"name": embed.name, "origins": "\n".join(embed.allowed_origins)})

    def clean_origins(self) -> list[str]:
        lines = self.cleaned_data["origins"].split()
        origins = list(dict.fromkeys(origin_of(line) for line in lines))
        if len(origins) > MAX_ORIGINS:
            raise ValidationError(f"No more than {MAX_ORIGINS} origins, please.")
        return origins


def origin_of(text: str) -> str:
    """The origin as browsers write it (RFC 6454, section 6.2). Raises `ValidationError`."""
    try:
        parts = urlsplit(text.lower())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValidationError(f"{text} is no origin.") from None
    is_local = host in ("localhost", "127.0.0.1")
    if parts.scheme not in ("http", "https") or not host or "*" in host or parts.username:
        raise ValidationError(f"{text} is no origin; they look like https://portal.example.com")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValidationError(f"{text} has a path; only scheme and host are wanted.")
    if parts.scheme == "http" and not is_local:
        raise ValidationError(f"{text} is not encrypted; only localhost may be http.")
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")
