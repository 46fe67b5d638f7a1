"""The forms of the archive: verify an act, retention, visa."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from agreements.enums import Disposition


class VerifyForm(DsfrBaseForm):  # type: ignore[misc]
    """A file or the code at the foot of its pages: one of them."""

    upload = forms.FileField(
        label=_("Fichier PDF"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        error_messages={"max_length": _("Le nom du fichier est trop long.")},
    )
    code = forms.CharField(
        label=_("Code de vérification"),
        required=False,
        max_length=60,
        help_text=_("Imprimé au pied de chaque page, par exemple PRJ-2026-0001-3F0A9C21B7D4."),
    )

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload and upload.size > settings.UPLOAD_MAX_BYTES:
            size = filesizeformat(settings.UPLOAD_MAX_BYTES)
            raise forms.ValidationError(_("Le fichier dépasse %s.") % size)
        return upload

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in ("upload", "code") if data.get(name)]
        if not self.errors and len(given) != 1:
            raise forms.ValidationError(_("Déposez un fichier ou saisissez un code."))
        return data


class RetentionForm(DsfrBaseForm):  # type: ignore[misc]
    """How long acts of a type are kept, and what becomes of them."""

    years = forms.IntegerField(
        label=_("Années de conservation après la fin de l’acte"),
        min_value=0,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ["required", "invalid", "min_value", "max_value"],
            _("Indiquez un nombre d’années, de 0 à 100."),
        ),
    )
    disposition = forms.ChoiceField(
        label=_("Sort final"),
        choices=Disposition.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choisissez un sort.")),
    )
    reference = forms.CharField(
        label=_("Accord du service d’archives"),
        required=False,
        max_length=300,
        help_text=_("Référence et date, par exemple « tableau de gestion du 12 mars 2026 »."),
    )


class VisaForm(DsfrBaseForm):  # type: ignore[misc]
    """The visa of the archives service."""

    visa_reference = forms.CharField(
        label=_("Référence du visa"),
        max_length=300,
        error_messages={"required": _("Indiquez la référence du visa.")},
    )
