"""The forms of sharings: the shape of what is typed; rules are in services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts.forms.fields import DayField
from agreements.forms import Fields, PreparedForm


class SharingFilterForm(PreparedForm):
    """What a list of sharings may be narrowed by."""

    q = forms.CharField(label=_("Texte"), required=False, max_length=200)

    def prepare(self, fields: Fields) -> None:
        for field in fields.values():
            field.mark_optional = False


class PlanForm(DsfrBaseForm):  # type: ignore[misc]
    planned_on = DayField(label=_("Prévue le"))
    period = forms.CharField(
        label=_("Période des données"),
        required=False,
        max_length=200,
        help_text=_("Période décrite par les données livrées."),
    )


class ReceptionForm(DsfrBaseForm):  # type: ignore[misc]
    received_on = DayField(label=_("Reçue le"))
    digest_agrees = forms.ChoiceField(
        label=_("L’empreinte reçue correspond"),
        choices=[("yes", _("Oui")), ("no", _("Non"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si l’empreinte reçue correspond.")},
    )


class ApiMonthForm(DsfrBaseForm):  # type: ignore[misc]
    month = DayField(label=_("Mois"), help_text=_("Un jour de ce mois."))
    calls = forms.IntegerField(label=_("Appels"), min_value=0, max_value=10**15)
    errors_percent = forms.DecimalField(
        label=_("Erreurs (%)"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    availability_percent = forms.DecimalField(
        label=_("Disponibilité (%)"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    mean_ms = forms.IntegerField(label=_("Temps moyen (ms)"), min_value=0, max_value=10**8)
