"""allauth's forms with labels in sentence case, as all of ours."""

from typing import Any

from allauth.account import forms

LABELS = {
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password (again)",
}


class _InSentenceCase:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LABELS.keys() & self.fields.keys():
            field = self.fields[name]
            field.label = field.widget.attrs["placeholder"] = LABELS[name]


class ChangePasswordForm(_InSentenceCase, forms.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class ResetPasswordKeyForm(_InSentenceCase, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass
