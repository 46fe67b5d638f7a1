"""The forms of sharings: the shape of what is typed; rules are in services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts.forms.fields import DayField, PersonField
from accounts.models import User
from agreements.forms import Fields, PreparedForm
from sharing.models import AuthorisedPerson
from sharing.services.reviews import CONFIRM, REMOVE


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


class _AboutMembers(PreparedForm):
    """A form that chooses among the members of the recipient's body."""

    def __init__(self, *args: Any, members: QuerySet[User], **kwargs: Any) -> None:
        self.members = members
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        fields["user"].queryset = self.members


class NamePersonForm(_AboutMembers):
    user = PersonField(label=_("Personne"))
    access_role = forms.CharField(
        label=_("Rôle d’accès"), max_length=160, help_text=_("Par exemple : lecture, statisticien.")
    )
    scope = forms.CharField(label=_("Périmètre"), required=False, max_length=300)
    starts_on = DayField(label=_("Début"))
    ends_on = DayField(label=_("Fin"), required=False)


class AccountForm(_AboutMembers):
    user = PersonField(label=_("Compte de cette personne"))


class TrainingForm(DsfrBaseForm):  # type: ignore[misc]
    trained_on = DayField(label=_("Formation suivie le"))
    training_until = DayField(label=_("Formation valable jusqu’au"))


class UndertakingForm(DsfrBaseForm):  # type: ignore[misc]
    has_read = forms.BooleanField(
        label=_("J’ai lu cet engagement et je le signe."),
        error_messages={"required": _("Déclarez avoir lu l’engagement avant de le signer.")},
    )


class RemovalForm(DsfrBaseForm):  # type: ignore[misc]
    ended_on = DayField(label=_("Retirée le"), help_text=_("L’accès est fermé dès maintenant."))
    reason = forms.CharField(
        label=_("Motif"), max_length=500, error_messages={"required": _("Indiquez le motif.")}
    )


class ReviewForm(PreparedForm):
    """One choice per name; no button confirms them all."""

    def __init__(self, *args: Any, rows: list[AuthorisedPerson], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        for row in self.rows:
            fields[f"person-{row.pk}"] = forms.ChoiceField(
                label=", ".join(filter(None, [str(row), row.job_title, row.access_role])),
                choices=[(CONFIRM, _("Confirmer")), (REMOVE, _("Retirer"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Faites un choix pour ce nom.")},
            )

    @property
    def choices(self) -> dict[int, str]:
        return {
            int(name.removeprefix("person-")): value for name, value in self.cleaned_data.items()
        }
