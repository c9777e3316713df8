from django import forms
from treblle_models.models import ProjectMember


class InvitationForm(forms.Form):
    email = forms.EmailField(label="Email", max_length=254)
    role = forms.ChoiceField(
        label="Role", choices=ProjectMember.Role.choices, initial=ProjectMember.Role.MEMBER
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=ProjectMember.Role.choices)
