"""The forms that engage a party: who signs, suspends or terminates proves who he is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField
from accounts.models import User
from agreements.enums import (
    SUSPENSION_GROUNDS,
)
from agreements.forms.acts import Fields, PreparedForm, long_text
from journal.dates import day_text


class IdentityForm(PreparedForm):
    """Who one is: the password, and the second factor when there is one."""

    password = forms.CharField(
        label=_("Votre mot de passe"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Saisissez votre mot de passe.")},
    )
    code = forms.CharField(
        label=_("Code de votre second facteur"),
        max_length=40,
        help_text=_("6 chiffres affichés par l’application, ou un code de secours"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Saisissez le code.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        if not is_mfa_enabled(self.user):
            del fields["code"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise forms.ValidationError(_("Ce mot de passe n’est pas le vôtre."))
        return password

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not AuthenticateForm(user=self.user, data={"code": code}).is_valid():
            raise forms.ValidationError(_("Ce code n’est pas le bon, ou a déjà servi."))
        return code


class SignForm(IdentityForm):
    """Reading declared, then who one is."""

    has_read = forms.BooleanField(error_messages={"required": _("Déclarez avoir lu l’acte.")})
    field_order = ("has_read", "password", "code")

    def __init__(self, *args: Any, annexes: int, **kwargs: Any) -> None:
        self.annexes = annexes
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        super().prepare(fields)
        fields["has_read"].label = _("J’ai lu l’acte et ses %s annexes") % self.annexes


class DepositForm(SignForm):
    """The act that was signed elsewhere, then the same proof of who deposits it."""

    upload = forms.FileField(
        label=_("PDF signé"),
        max_length=200,
        help_text=_("Le fichier téléchargé ici, signé dans le champ qui vous est réservé."),
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Ce fichier est vide."),
            "invalid": _("Choisissez un fichier."),
        },
    )
    field_order = ("upload", "has_read", "password", "code")

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        limit = settings.UPLOAD_MAX_BYTES
        if upload.size > limit:
            raise forms.ValidationError(_("Le fichier dépasse %s.") % filesizeformat(limit))
        return upload


class SuspendForm(PreparedForm):
    """« Pour quel motif ? », and when the suspension is looked at again."""

    ground = forms.ChoiceField(
        label=_("Pour quel motif ?"),
        choices=[(one.value, one.label) for one in SUSPENSION_GROUNDS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un motif.")},
    )
    reason = long_text(_("Explication pour les parties"))
    review_on = DayField(label=_("Réexamen avant le"), required=False)

    def __init__(self, *args: Any, limit: date, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        fields["review_on"].help_text = _("Trois mois au plus ; sans réponse, le %s.") % day_text(
            self.limit
        )


class TerminateForm(IdentityForm):
    """The case, with the day that each one gives, the reason, and who one is."""

    ground = forms.ChoiceField(
        label=_("Dans quel cas ?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un cas.")},
    )
    effective_on = DayField(
        label=_("Date d’effet"),
        required=False,
        help_text=_("Accord commun ou intérêt général seulement ; sans réponse, aujourd’hui."),
    )
    reason = long_text(_("Explication pour les parties"))
    field_order = ("ground", "effective_on", "reason", "password", "code")

    def __init__(self, *args: Any, grounds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self.grounds = grounds
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        super().prepare(fields)
        fields["ground"].choices = list(self.grounds)
