"""Reminders of dates of signed acts: term, outside formalities, review of a suspension.

Source: process.md, §11. Only the last moment reached is reminded, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import holders_of
from agreements.enums import LIVE_STAGES, AgreementStage, LifeMoveKind, LifeMoveState
from agreements.models import Agreement, LifeMove
from agreements.selectors.life import decision_day, suspension_of
from agreements.selectors.people import both_sides, people_of_parties
from journal.dates import day_text
from notifications.enums import Family
from notifications.services import remind_once

# Days before the date, in order; a negative number is a day after it.
TERM_DAYS = (180, 90, 60, 30, 7, 0, -15)
FORMALITY_DAYS = (180, 90, 30)
REVIEW_DAYS = (7, 0, -7)
_TERM_ROLES = (Role.REQUESTER, Role.HOLDER, Role.ADDAC, Role.DATA_REFERENT)
# Past its end and not yet archived: the last reminder of a term comes fifteen days after it.
_TERM_STAGES = (*LIVE_STAGES, AgreementStage.EXPIRED, AgreementStage.WINDING_UP)


@dataclass(frozen=True)
class _Due:
    """A date that people are reminded of."""

    key: str
    day: date
    days: Sequence[int]
    subject: str
    sentence: str
    family: Family
    consequence: str = ""


def _moment(day: date, days: Sequence[int], today: date) -> int | None:
    """Return the last moment reached, in days before the date; None before the first."""
    left = (day - today).days
    reached = [moment for moment in days if left <= moment]
    return reached[-1] if reached else None


def remind_all() -> int:
    """Send every reminder of the day about signed acts; return how many (daily)."""
    today = timezone.localdate()
    sent = 0
    officers = list(holders_of(Role.OFFICER))
    for agreement in _with_dates().order_by("pk").iterator():
        people = [*people_of_parties(agreement, _TERM_ROLES), *officers]
        sent += sum(_send(agreement, due, people, today) for due in _dates(agreement))
    for agreement in Agreement.objects.filter(stage=AgreementStage.SUSPENDED).order_by("pk"):
        sent += _remind_review(agreement, today)
    return sent


def _with_dates() -> QuerySet[Agreement]:
    """The acts that come to their term, or came to it: one that was terminated never will."""
    terminated = LifeMove.objects.filter(
        kind=LifeMoveKind.TERMINATION, state=LifeMoveState.DONE
    ).values("agreement")
    acts = Agreement.objects.filter(stage__in=_TERM_STAGES, amends=None)
    return acts.exclude(pk__in=terminated)


def _dates(agreement: Agreement) -> Iterator[_Due]:
    if agreement.end_on is not None:
        yield _term(agreement, agreement.end_on)
    if agreement.stage not in LIVE_STAGES:
        return
    for label, day in _formalities(agreement):
        yield _Due(
            f"formality:{agreement.pk}:{label}:{day:%Y-%m-%d}",
            day,
            FORMALITY_DAYS,
            _("%(what)s : fin le %(day)s") % {"what": label, "day": day_text(day)},
            _("Une formalité de la convention « %s » arrive à échéance.") % agreement.title,
            Family.TERM,
            _("Sans renouvellement, le partage ne peut pas continuer."),
        )


def _formalities(agreement: Agreement) -> Iterable[tuple[str, date]]:
    """The outside authorisations of an act and its security approval, each with its last day."""
    for formality in agreement.formalities:
        if formality.get("ends_on"):
            yield formality["label"], date.fromisoformat(formality["ends_on"])
    end = (agreement.values.get("security") or {}).get("homologation_end")
    if end:
        yield _("Homologation de sécurité"), date.fromisoformat(end)


def _term(agreement: Agreement, end: date) -> _Due:
    before = decision_day(agreement)
    subject = _("Fin du partage le %s") % day_text(end)
    if before is not None and before >= timezone.localdate():
        subject = _("Fin du partage le %(end)s : décision à prendre avant le %(day)s") % {
            "end": day_text(end), "day": day_text(before),
        }  # fmt: skip
    return _Due(
        f"term:{agreement.pk}:{end:%Y-%m-%d}",
        end,
        TERM_DAYS,
        subject,
        _("La convention « %s » arrive à son terme.") % agreement.title,
        Family.TERM,
        _("Pas de reconduction tacite : sans décision, le partage s’arrête le %s.") % day_text(end),
    )


def _remind_review(agreement: Agreement, today: date) -> int:
    """Only the suspension under which the act stands: those before it were lifted."""
    move = suspension_of(agreement)
    if move is None or move.review_on is None:
        return 0
    due = _Due(
        f"review:{move.pk}",
        move.review_on,
        REVIEW_DAYS,
        _("Suspension à réexaminer avant le %s") % day_text(move.review_on),
        _("La suspension de la convention « %s » arrive à son réexamen.") % agreement.title,
        Family.SUSPENSION,
        _("La suspension est levée par l’accord signé de chaque partie, ou l’acte est résilié."),
    )
    return _send(agreement, due, both_sides(agreement), today)


def _send(agreement: Agreement, due: _Due, people: Sequence[User], today: date) -> int:
    moment = _moment(due.day, due.days, today)
    if moment is None:
        return 0
    return int(
        remind_once(
            f"{due.key}:{moment}",
            recipients=people,
            family=due.family,
            subject=due.subject,
            sentence=due.sentence,
            consequence=due.consequence,
            url=f"{settings.SITE_URL}{agreement.get_absolute_url()}",
            reference=agreement.reference or "",
        )
    )
