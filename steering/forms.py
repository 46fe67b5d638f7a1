"""Shape of the filters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts.enums import Role
from agreements.enums import ActType, AgreementStage
from requests_flow.enums import DecisionOutcome, RequestStage
from steering.periods import HalfYear
from steering.selectors.audit import Criteria
from steering.selectors.indicators.scope import Scope
from steering.selectors.public_register import PUBLIC_STAGES, PublicCriteria
from steering.selectors.registers import AgreementCriteria, RequestCriteria

WRITTEN_SHORT = _("Ce texte contient un caractère impossible : effacez-le et tapez-le de nouveau.")


class FilterForm(DsfrBaseForm):  # type: ignore[misc]
    """Filters of a list: nothing is required, all of it is in the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.mark_optional = False

    def active(self) -> dict[str, str]:
        """Return what is asked, as the exports and the journal write it."""
        return {
            str(self.fields[name].label): self._written(name, value)
            for name, value in self.cleaned_data.items()
            if value not in (None, "")
        }

    def _written(self, name: str, value: Any) -> str:
        choices = getattr(self.fields[name], "choices", None)
        if choices:
            return str(dict(choices).get(value, value))
        return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)


def text(label: Any, maximum: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=maximum,
        error_messages={
            "max_length": _("Ce texte est trop long : %(limit_value)d caractères au plus."),
            "null_characters_not_allowed": WRITTEN_SHORT,
        },
    )


def day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        validators=[
            MinValueValidator(date(1900, 1, 1), _("Indiquez une année à quatre chiffres.")),
            MaxValueValidator(date(2999, 12, 31), _("Indiquez une année à quatre chiffres.")),
        ],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Indiquez une date, par exemple 17/03/2026.")},
    )


def choice(label: Any, choices: Iterable[tuple[str, Any]], everything: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", everything), *choices],
        error_messages={"invalid_choice": _("Choisissez une valeur de la liste.")},
    )


class PeriodFilters(FilterForm):
    """Filters that begin with a period."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("du"), cleaned.get("au")
        if first and last and last < first:
            self.add_error("au", _("Indiquez une date postérieure au début de la période."))
        return cleaned


class AuditForm(PeriodFilters):
    """The filters of the journal (ux/spec.md, §7)."""

    du = day(_("Du"))
    au = day(_("Au"))
    personne = text(_("Personne"))
    role = choice(_("Rôle"), [], _("Tous les rôles"))
    organisme = text(_("Organisme"))
    reference = text(_("Référence"), 40)
    type = choice(_("Type d’événement"), [], _("Tous les types"))
    nature = choice(
        _("Écriture ou consultation"),
        [("write", _("Écritures")), ("read", _("Consultations"))],
        _("Les deux"),
    )
    texte = text(_("Texte"))

    def __init__(self, *args: Any, nouns: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices += nouns
        self.fields["role"].choices += [(str(label), label) for label in Role.labels]

    def criteria(self) -> Criteria:
        """Return what is looked for: the last thirty days when no period is given."""
        given = self.cleaned_data
        default = Criteria.default()
        last = given["au"] or default.ends_on
        first = given["du"] or min(default.starts_on, last)
        return Criteria(
            starts_on=first,
            ends_on=last,
            person=given["personne"],
            role=given["role"],
            organisation=given["organisme"],
            reference=given["reference"],
            noun=given["type"],
            nature=given["nature"],
            text=given["texte"],
        )


class SearchForm(forms.Form):
    """What was typed in the search bar."""

    q = text(_("Rechercher un dossier, une convention, un jeu de données"))


class RequestsForm(PeriodFilters):
    """The filters of the register of requests."""

    du = day(_("Déposée depuis le"))
    au = day(_("Déposée jusqu’au"))
    etat = choice(_("État"), RequestStage.choices, _("Tous les états"))
    issue = choice(_("Issue"), DecisionOutcome.choices, _("Toutes les issues"))
    demandeur = text(_("Demandeur"))
    detenteur = text(_("Détenteur"))
    voie = choice(_("Voie juridique"), [], _("Toutes les voies"))
    retard = choice(_("Retard"), [("oui", _("En retard"))], _("Tous"))
    texte = text(_("Texte"))

    def __init__(self, *args: Any, pathways: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voie"].choices += list(pathways.items())

    def criteria(self) -> RequestCriteria:
        given = self.cleaned_data
        return RequestCriteria(
            filed_from=given["du"],
            filed_to=given["au"],
            stages=(given["etat"],) if given["etat"] else (),
            outcome=given["issue"],
            requester=given["demandeur"],
            holder=given["detenteur"],
            pathway=given["voie"],
            is_late=given["retard"] == "oui",
            text=given["texte"],
        )


class AgreementsForm(PeriodFilters):
    """The filters of the register of acts."""

    du = day(_("Signée depuis le"))
    au = day(_("Signée jusqu’au"))
    etat = choice(_("État"), AgreementStage.choices, _("Tous les états"))
    type = choice(_("Type d’acte"), ActType.choices, _("Tous les types"))
    detenteur = text(_("Détenteur"))
    destinataire = text(_("Destinataire"))
    voie = choice(_("Voie juridique"), [], _("Toutes les voies"))
    fin = day(_("Prend fin avant le"))
    texte = text(_("Texte"))

    def __init__(self, *args: Any, pathways: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voie"].choices += list(pathways.items())

    def criteria(self) -> AgreementCriteria:
        given = self.cleaned_data
        return AgreementCriteria(
            signed_from=given["du"],
            signed_to=given["au"],
            stage=given["etat"],
            act_type=given["type"],
            holder=given["detenteur"],
            recipient=given["destinataire"],
            pathway=given["voie"],
            ends_before=given["fin"],
            text=given["texte"],
        )


class PublicForm(FilterForm):
    """The filters of the public register."""

    texte = text(_("Objet ou catégorie de données"))
    organisme = text(_("Organisme"))
    etat = choice(_("État"), PUBLIC_STAGES, _("Tous les états"))

    def criteria(self) -> PublicCriteria:
        given = self.cleaned_data
        return PublicCriteria(
            text=given["texte"], organisation=given["organisme"], stage=given["etat"]
        )


class FiguresForm(FilterForm):
    """The filters of the dashboard and of the indicators."""

    periode = choice(_("Période"), [], _("Semestre en cours"))
    demandeur = choice(_("Demandeur"), [], _("Tous les organismes"))
    detenteur = choice(_("Détenteur"), [], _("Tous les organismes"))
    voie = choice(_("Voie juridique"), [], _("Toutes les voies"))

    def __init__(
        self,
        *args: Any,
        periods: list[HalfYear],
        organisations: list[tuple[str, str]],
        pathways: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["periode"].choices += [(one.code, one.label) for one in periods]
        self.fields["demandeur"].choices += organisations
        self.fields["detenteur"].choices += organisations
        self.fields["voie"].choices += list(pathways.items())

    def scope(self) -> Scope:
        given = self.cleaned_data
        return Scope(
            period=HalfYear.parse(given["periode"]) or HalfYear.current(),
            requester=int(given["demandeur"] or 0) or None,
            holder=int(given["detenteur"] or 0) or None,
            pathway=given["voie"],
        )
