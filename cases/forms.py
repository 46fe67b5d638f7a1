"""Forms of the delays and of the days off: the shape of the input; the rules are in services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts.enums import Role
from accounts.forms.fields import DayField, OrganisationField
from cases.enums import DayUnit
from cases.services_calendar import MAX_DAYS

WRONG_DURATION = _("Indiquez une durée de 1 à 730 jours, en chiffres.")


class DelayForm(DsfrBaseForm):
    days = forms.IntegerField(
        label=_("Durée"),
        min_value=1,
        max_value=MAX_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ["required", "invalid", "min_value", "max_value"], WRONG_DURATION
        ),
    )
    unit = forms.ChoiceField(
        label=_("Unité"),
        choices=DayUnit.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choisissez une unité.")),
    )
    is_suspendable = forms.BooleanField(
        label=_("Suspendu pendant une demande de complément"), required=False
    )
    escalation_role = forms.ChoiceField(
        label=_("Rôle alerté en cas de retard"),
        choices=Role.choices,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choisissez un rôle.")),
    )


class ClosingDayForm(DsfrBaseForm):
    day = DayField(label=_("Jour"))
    label = forms.CharField(
        label=_("Motif"),
        max_length=120,
        help_text=_("Par exemple : pont de l’Ascension."),
        error_messages={"required": _("Indiquez le motif.")},
    )
    organisation = OrganisationField(
        label=_("Organisme concerné"), required=False, empty_label=_("Tous les organismes")
    )
