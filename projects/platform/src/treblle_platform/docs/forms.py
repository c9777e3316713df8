from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from treblle_service.documents import MAX_BYTES, NotADocument, read_document


class UploadForm(forms.Form):
    """A file or pasted text; `cleaned_data["content"]` is the document."""

    file = forms.FileField(
        label="File",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,.yaml,.yml"}),
        help_text=f"OpenAPI 3.0 or 3.1, or Swagger 2.0, as JSON or YAML, up to {MAX_BYTES // 1_000_000} MB.",
    )
    text = forms.CharField(
        label="Or paste it",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text") or ""
        if file is None and not text.strip():
            raise ValidationError("Pick a file, or paste a document.")
        try:
            data = file.read(MAX_BYTES + 1) if file is not None else text.encode()
            cleaned["content"] = read_document(data)
        except NotADocument as error:
            raise ValidationError(list(error.problems)) from None
        return cleaned
