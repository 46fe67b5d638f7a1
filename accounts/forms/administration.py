"""Forms of the administration: the shape of the input; the rules are in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts.enums import AccreditationScope, OrganisationKind, Role
from accounts.forms.fields import DayField, OrganisationField, PersonField, SiretField
from accounts.models import Organisation, User

ALL = [("", _("Tous"))]
EMAIL_ERRORS = {
    "required": _("Indiquez une adresse électronique."),
    "invalid": _("Indiquez une adresse électronique complète, par exemple prenom.nom@organisme.fr"),
}


class ConfirmForm(DsfrBaseForm):
    """Nothing to fill in: the button is the answer."""


class Filters(DsfrBaseForm):
    """Nothing is asked for in a filter: « (optionnel) » would only be noise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.mark_optional = False  # type: ignore[attr-defined]


class OrganisationFilters(Filters):
    texte = forms.CharField(label=_("Nom, sigle ou SIRET"), max_length=100, required=False)
    nature = forms.ChoiceField(
        label=_("Nature"), choices=[*ALL, *OrganisationKind.choices], required=False
    )
    accreditation = forms.ChoiceField(
        label=_("Accréditation"),
        choices=[("", _("Toutes")), ("yes", _("En cours")), ("no", _("Aucune"))],
        required=False,
    )
    etat = forms.ChoiceField(
        label=_("État"),
        choices=[("", _("En activité")), ("closed", _("Désactivés")), ("all", _("Tous"))],
        required=False,
    )


class PersonFilters(Filters):
    texte = forms.CharField(label=_("Nom ou adresse électronique"), max_length=100, required=False)
    organisme = OrganisationField(
        label=_("Organisme"),
        required=False,
        empty_label=_("Tous"),
        queryset=Organisation.objects.order_by("name"),
    )
    role = forms.ChoiceField(label=_("Rôle"), choices=[*ALL, *Role.choices], required=False)
    etat = forms.ChoiceField(
        label=_("Compte"),
        choices=[("", _("Ouverts")), ("closed", _("Fermés")), ("all", _("Tous"))],
        required=False,
    )


class OrganisationForm(DsfrBaseForm):
    name = forms.CharField(
        label=_("Nom"),
        max_length=200,
        error_messages={"required": _("Indiquez le nom de l’organisme.")},
    )
    short_name = forms.CharField(label=_("Sigle"), max_length=40, required=False)
    siret = SiretField(
        label=_("SIRET"),
        required=False,
        help_text=_("14 chiffres, avec ou sans espaces. Sans lui, aucun acte ne peut être signé."),
    )
    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[("", _("Sélectionnez une nature")), *OrganisationKind.choices],
        error_messages={"required": _("Choisissez la nature de l’organisme.")},
    )
    parent = OrganisationField(label=_("Organisme de rattachement"), required=False)
    legal_form = forms.CharField(label=_("Forme juridique"), max_length=120, required=False)
    address = forms.CharField(label=_("Adresse"), max_length=300, required=False)
    contact_email = forms.EmailField(
        label=_("Adresse électronique de contact"), required=False, error_messages=EMAIL_ERRORS
    )


class PersonForm(DsfrBaseForm):
    first_name = forms.CharField(
        label=_("Prénom"), max_length=80, error_messages={"required": _("Indiquez le prénom.")}
    )
    last_name = forms.CharField(
        label=_("Nom"), max_length=80, error_messages={"required": _("Indiquez le nom.")}
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        max_length=254,
        help_text=_("Elle sert à se connecter. Format attendu : prenom.nom@organisme.fr"),
        error_messages=EMAIL_ERRORS,
    )
    job_title = forms.CharField(label=_("Fonction"), max_length=160, required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)


class ReasonForm(DsfrBaseForm):
    reason = forms.CharField(
        label=_("Motif"),
        help_text=_("Conservé dans le journal."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EndForm(ReasonForm):
    ends_on = DayField(
        label=_("Dernier jour"),
        required=False,
        help_text=_("Laissez vide pour mettre fin tout de suite."),
    )
    field_order = ["ends_on", "reason"]


class MembershipForm(DsfrBaseForm):
    organisation = OrganisationField(label=_("Organisme"))
    role = forms.ChoiceField(
        label=_("Rôle"),
        choices=[("", _("Sélectionnez un rôle")), *Role.choices],
        error_messages={"required": _("Choisissez un rôle.")},
    )
    starts_on = DayField(label=_("Depuis le"), initial=timezone.localdate)
    ends_on = DayField(
        label=_("Jusqu’au"), required=False, help_text=_("Dernier jour compris ; vide : sans fin.")
    )
    is_deputy = forms.BooleanField(label=_("À titre de suppléant"), required=False)


class AccreditationForm(DsfrBaseForm):
    scope = forms.ChoiceField(
        label=_("Périmètre"),
        choices=[("", _("Sélectionnez un périmètre")), *AccreditationScope.choices],
        help_text=_("Chaque périmètre comprend les précédents."),
        error_messages={"required": _("Choisissez un périmètre.")},
    )
    act_reference = forms.CharField(
        label=_("Acte d’accréditation"),
        max_length=200,
        help_text=_("Par exemple : Arrêté du 14 octobre 2024."),
        error_messages={"required": _("Indiquez l’acte qui accrédite l’organisme.")},
    )
    starts_on = DayField(label=_("Depuis le"), initial=timezone.localdate)
    ends_on = DayField(
        label=_("Jusqu’au"), required=False, help_text=_("Dernier jour compris ; vide : sans fin.")
    )


class DelegationForm(DsfrBaseForm):
    organisation = OrganisationField(label=_("Organisme"))
    title = forms.CharField(
        label=_("Qualité du signataire"),
        max_length=160,
        help_text=_("Telle qu’elle figurera sur l’acte."),
        error_messages={"required": _("Indiquez la qualité du signataire.")},
    )
    reference = forms.CharField(
        label=_("Texte de délégation"),
        max_length=300,
        error_messages={"required": _("Indiquez le texte de délégation.")},
    )
    act_types = forms.MultipleChoiceField(
        label=_("Types d’acte couverts"),
        choices=[(letter, _("Type %(letter)s") % {"letter": letter}) for letter in "abcdef"],
        required=False,
        help_text=_("Aucun coché : tous les types."),
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DayField(label=_("Depuis le"), initial=timezone.localdate)
    ends_on = DayField(
        label=_("Jusqu’au"), required=False, help_text=_("Dernier jour compris ; vide : sans fin.")
    )

    def clean_act_types(self) -> str:
        return "".join(self.cleaned_data["act_types"])


class AbsenceForm(DsfrBaseForm):
    """`colleagues` are the persons who may deputise; a service checks the rest."""

    deputy = PersonField(label=_("Suppléant"))
    starts_on = DayField(label=_("Du"))
    ends_on = DayField(label=_("Au"), help_text=_("Dernier jour compris."))

    def __init__(self, *args: Any, colleagues: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = (  # type: ignore[attr-defined]
            User.objects.none() if colleagues is None else colleagues
        )


class ProfileForm(DsfrBaseForm):
    job_title = forms.CharField(label=_("Fonction"), max_length=160, required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)
