"""« Is this person habilitated for this dataset now, under which act, why not otherwise? »

One rule, in two forms that a test compares: `why_closed` for one person, and
`AuthorisedPerson.objects.habilitated()` in SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from agreements.enums import AgreementStage
from agreements.models import Agreement
from catalogue.models import Dataset
from journal.dates import day_text
from sharing.enums import AuthorisationState
from sharing.models import AuthorisedPerson


@dataclass(frozen=True)
class Habilitation:
    """The answer: under which act, or why not."""

    is_open: bool
    agreement: Agreement | None
    reason: str


def habilitation(user: User, dataset: Dataset, *, on: date | None = None) -> Habilitation:
    """Tell whether a person may use a dataset on a day, under which act, why not otherwise.

    Of several acts, the first that opens the access; else the reason of the last one signed.
    """
    rows = (
        AuthorisedPerson.objects.filter(user=user, agreement__datasets=dataset)
        .select_related("agreement", "user", "organisation")
        .order_by("-agreement__signed_at", "-pk")
    )
    closed: list[Habilitation] = []
    for row in rows:
        reason = why_closed(row, on=on)
        if not reason:
            return Habilitation(True, row.agreement, "")
        closed.append(Habilitation(False, row.agreement, reason))
    if closed:
        return closed[0]
    return Habilitation(False, None, _("aucun acte ne nomme cette personne pour ce jeu"))


def missing(person: AuthorisedPerson, *, on: date | None = None) -> list[str]:
    """Return what an access still lacks before it may be opened."""
    day = on or timezone.localdate()
    lacking = []
    if person.user_id is None:
        lacking.append(_("rattachement à un compte"))
    if person.undertaking_signed_at is None:
        lacking.append(_("engagement individuel signé"))
    if person.trained_on is None or person.training_until is None:
        lacking.append(_("formation suivie"))
    elif person.training_until < day:
        lacking.append(_("formation en cours de validité"))
    return lacking


def why_closed(person: AuthorisedPerson, *, on: date | None = None) -> str:
    """Return, in French, why a named person may not use the data on a day; nothing when he may."""
    day = on or timezone.localdate()
    return (
        _state_problem(person, day)
        or _act_problem(person.agreement, day)
        or _own_problem(person, day)
    )


def _state_problem(person: AuthorisedPerson, day: date) -> str:
    state = AuthorisationState(person.state)
    if state == AuthorisationState.PROPOSED:
        lacking = missing(person, on=day)
        if lacking:
            return _("accès non ouvert, il manque : %s") % ", ".join(lacking)
        return _("accès non ouvert par le détenteur")
    if not person.has_open_access and person.ended_on is not None:
        return _("habilitation %(state)s le %(day)s : %(reason)s") % {
            "state": str(state.label).lower(),
            "day": day_text(person.ended_on),
            "reason": person.end_reason,
        }
    return ""


def _act_problem(agreement: Agreement, day: date) -> str:
    if agreement.stage != AgreementStage.IN_FORCE:
        return _("acte à l’état « %s »") % agreement.stage_label
    if agreement.effective_on is None or agreement.effective_on > day:
        return _("acte qui n’a pas encore pris effet")
    if agreement.end_on is not None and agreement.end_on < day:
        return _("acte échu le %s") % day_text(agreement.end_on)
    return ""


def _own_problem(person: AuthorisedPerson, day: date) -> str:
    if person.starts_on > day:
        return _("habilitation à partir du %s") % day_text(person.starts_on)
    if person.ends_on is not None and person.ends_on < day:
        return _("habilitation finie le %s") % day_text(person.ends_on)
    if person.training_until is None or person.training_until < day:
        return _("formation qui n’est plus valable")
    return affiliation_problem(person, day)


def affiliation_problem(person: AuthorisedPerson, day: date) -> str:
    """Return why a person no longer belongs to the body under which he was named."""
    if person.user is None or not person.user.is_active:
        return _("compte fermé")
    held = Membership.objects.filter(user=person.user_id, organisation=person.organisation_id)
    if not held.current(day).exists():
        return _("plus aucun rôle dans l’organisme %s") % person.organisation
    return ""
