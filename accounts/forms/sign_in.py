"""Forms of the sign-in: those of allauth, in French and in the design system."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm as BaseGenerateForm
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth import password_validation
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts import services

EMAIL_LABEL = _("Adresse électronique")
EMAIL_HELP = _("Format attendu : prenom.nom@organisme.fr")
NEW_PASSWORD_HELP = lazy(
    lambda: " ".join(password_validation.password_validators_help_texts()), str
)()
CODE_ERROR = _("Saisissez le code affiché par l’application.")


class FrenchLabels(forms.Form):
    """Common to all: no placeholder, French labels, no password longer than it can be.

    It stands after `DsfrBaseForm` among the bases: that one reads the labels when it is made.
    """

    labels: dict[str, Any] = {}
    helps: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            if isinstance(field.widget, forms.PasswordInput):
                # Django hashes up to this many characters: a longer one only costs time.
                field.max_length = 4096
                field.validators.append(forms.CharField(max_length=4096).validators[0])


class LoginForm(DsfrBaseForm, FrenchLabels, account_forms.LoginForm):  # type: ignore[misc]
    labels = {"login": EMAIL_LABEL, "password": _("Mot de passe")}
    helps = {"login": EMAIL_HELP}


class PasswordForgottenForm(DsfrBaseForm, FrenchLabels, account_forms.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": EMAIL_LABEL}
    helps = {"email": EMAIL_HELP}

    def save(self, request: Any, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        services.request_password_link(email=email)
        return email


class NewPasswordForm(DsfrBaseForm, FrenchLabels, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {
        "password1": _("Nouveau mot de passe"),
        "password2": _("Nouveau mot de passe, une seconde fois"),
    }
    helps = {"password1": NEW_PASSWORD_HELP}


class ChangePasswordForm(DsfrBaseForm, FrenchLabels, account_forms.ChangePasswordForm):  # type: ignore[misc]
    labels = {
        "oldpassword": _("Mot de passe actuel"),
        "password1": _("Nouveau mot de passe"),
        "password2": _("Nouveau mot de passe, une seconde fois"),
    }
    helps = {"password1": NEW_PASSWORD_HELP}


class SetPasswordForm(DsfrBaseForm, FrenchLabels, account_forms.SetPasswordForm):  # type: ignore[misc]
    labels = {
        "password1": _("Nouveau mot de passe"),
        "password2": _("Nouveau mot de passe, une seconde fois"),
    }
    helps = {"password1": NEW_PASSWORD_HELP}


class ReauthenticateForm(DsfrBaseForm, FrenchLabels, account_forms.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": _("Mot de passe")}


class CodeLabels(FrenchLabels):
    labels = {"code": _("Code")}
    helps = {"code": _("6 chiffres affichés par l’application, ou un code de secours")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.max_length = 40
        code.validators.append(forms.CharField(max_length=40).validators[0])
        code.error_messages["required"] = CODE_ERROR
        code.widget.attrs["inputmode"] = "numeric"


class AuthenticateForm(DsfrBaseForm, CodeLabels, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateCodeForm(DsfrBaseForm, CodeLabels, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateForm(DsfrBaseForm, CodeLabels, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": _("Code affiché par l’application")}
    helps = {"code": _("6 chiffres")}


class DeactivateForm(DsfrBaseForm, totp_forms.DeactivateTOTPForm):  # type: ignore[misc]
    pass


class GenerateCodesForm(DsfrBaseForm, BaseGenerateForm):  # type: ignore[misc]
    pass
