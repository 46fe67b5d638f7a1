"""Search in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cases.models import Case
from journal.models import Event
from steering import policies
from steering.paging import Page, newest_first

DEFAULT_DAYS = 30
RESULTS_AT_MOST = 10_000

# What the first word of a kind is about.
NOUNS = {
    "absence": gettext_lazy("Suppléance"),
    "account": gettext_lazy("Compte"),
    "accreditation": gettext_lazy("Accréditation"),
    "act": gettext_lazy("Acte"),
    "act_template": gettext_lazy("Modèle d’acte"),
    "acting_for": gettext_lazy("Organisme représenté"),
    "agreement": gettext_lazy("Acte"),
    "annex": gettext_lazy("Annexe"),
    "answers": gettext_lazy("Réponses"),
    "api_month": gettext_lazy("Relevé mensuel d’un flux"),
    "arbitration": gettext_lazy("Arbitrage"),
    "archive": gettext_lazy("Archives"),
    "article": gettext_lazy("Article"),
    "attachment": gettext_lazy("Pièce jointe"),
    "audit": gettext_lazy("Audit"),
    "case": gettext_lazy("Dossier"),
    "catalogue": gettext_lazy("Catalogue"),
    "clause": gettext_lazy("Clause"),
    "clauses": gettext_lazy("Bibliothèque de clauses"),
    "closing_day": gettext_lazy("Jour de fermeture"),
    "complement": gettext_lazy("Complément"),
    "conclusion": gettext_lazy("Conclusion"),
    "condition": gettext_lazy("Réserve"),
    "consultation": gettext_lazy("Consultation"),
    "dataset": gettext_lazy("Jeu de données"),
    "decision": gettext_lazy("Décision"),
    "delay": gettext_lazy("Délai"),
    "delegation": gettext_lazy("Délégation"),
    "delivery": gettext_lazy("Livraison"),
    "document": gettext_lazy("Document"),
    "elimination": gettext_lazy("Élimination"),
    "export": gettext_lazy("Export"),
    "feasibility": gettext_lazy("Faisabilité"),
    "field": gettext_lazy("Champ"),
    "file": gettext_lazy("Fichier"),
    "formalities": gettext_lazy("Formalités externes"),
    "formality": gettext_lazy("Formalité externe"),
    "holder": gettext_lazy("Détenteur"),
    "incident": gettext_lazy("Incident"),
    "journal": gettext_lazy("Journal"),
    "lifting": gettext_lazy("Levée de suspension"),
    "membership": gettext_lazy("Rôle"),
    "message": gettext_lazy("Message"),
    "obligation": gettext_lazy("Obligation"),
    "opinion": gettext_lazy("Avis"),
    "opinions": gettext_lazy("Avis"),
    "organisation": gettext_lazy("Organisme"),
    "party": gettext_lazy("Partie"),
    "person": gettext_lazy("Personne habilitée"),
    "persons": gettext_lazy("Personnes habilitées"),
    "preferences": gettext_lazy("Préférences"),
    "proposal": gettext_lazy("Proposition de rédaction"),
    "questionnaire": gettext_lazy("Formulaire"),
    "redirection": gettext_lazy("Réorientation"),
    "reexamination": gettext_lazy("Réexamen"),
    "request": gettext_lazy("Demande"),
    "reserve": gettext_lazy("Réserve"),
    "retention": gettext_lazy("Durée de conservation"),
    "role": gettext_lazy("Rôle"),
    "round": gettext_lazy("Tour d’échanges"),
    "second_factor": gettext_lazy("Second facteur"),
    "session": gettext_lazy("Session"),
    "signatory": gettext_lazy("Signataire"),
    "signature": gettext_lazy("Signature"),
    "step": gettext_lazy("Étape"),
    "study": gettext_lazy("Étude"),
    "task": gettext_lazy("Tâche"),
    "termination": gettext_lazy("Résiliation"),
    "user": gettext_lazy("Personne"),
    "version": gettext_lazy("Version de l’acte"),
    "view": gettext_lazy("Accès à un dossier"),
    "visa": gettext_lazy("Visa"),
}


@dataclass(frozen=True)
class Criteria:
    """What is looked for; an empty criterion asks nothing."""

    starts_on: date
    ends_on: date
    person: str = ""
    role: str = ""
    organisation: str = ""
    reference: str = ""
    noun: str = ""
    nature: str = ""
    text: str = ""

    @classmethod
    def default(cls) -> Criteria:
        today = timezone.localdate()
        return cls(starts_on=today - timedelta(days=DEFAULT_DAYS), ends_on=today)


@dataclass(frozen=True)
class Found:
    """The result of a search: at most 10 000 events, else it asks to be narrowed."""

    page: Page
    count: int
    is_too_wide: bool


def noun_label(noun: str) -> str:
    return str(NOUNS.get(noun, noun))


def nouns_in_use() -> list[tuple[str, str]]:
    """Return the kinds of objects that the journal speaks of, with their French names.

    Jumps from kind to kind on an index instead of reading the journal: one quick query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE kinds AS ("
            " (SELECT kind FROM journal_event ORDER BY kind LIMIT 1)"
            " UNION ALL SELECT (SELECT e.kind FROM journal_event e WHERE e.kind > k.kind"
            " ORDER BY e.kind LIMIT 1) FROM kinds k WHERE k.kind IS NOT NULL)"
            " SELECT DISTINCT split_part(kind, '.', 1) FROM kinds WHERE kind IS NOT NULL"
        )
        nouns = [row[0] for row in cursor.fetchall()]
    found: dict[str, list[str]] = {}
    for noun in sorted(nouns):
        found.setdefault(noun_label(noun), []).append(noun)
    return sorted(((",".join(codes), label) for label, codes in found.items()), key=_by_label)


def _by_label(pair: tuple[str, str]) -> str:
    return pair[1]


def search(
    user: User, criteria: Criteria, *, before: int | None = None, after: int | None = None
) -> Found:
    """Find events of the journal within a person's scope, newest first.

    Raises PermissionDenied when he may not audit. At most four queries.
    """
    policies.check_can_audit(user)
    events = matching(user, criteria)
    count = events.order_by()[: RESULTS_AT_MOST + 1].count()
    return Found(
        page=newest_first(events, "at", before=before, after=after),
        count=min(count, RESULTS_AT_MOST),
        is_too_wide=count > RESULTS_AT_MOST,
    )


def matching(user: User, criteria: Criteria) -> QuerySet[Event]:
    """Return the events that answer, in no order."""
    zone = timezone.get_current_timezone()
    first = datetime.combine(criteria.starts_on, time.min, zone)
    last = datetime.combine(criteria.ends_on + timedelta(days=1), time.min, zone)
    conditions = [policies.audit_scope(user), Q(at__gte=first, at__lt=last)]
    if criteria.person:
        conditions.append(Q(actor__icontains=criteria.person))
    if criteria.role:
        conditions.append(Q(role=criteria.role))
    if criteria.organisation:
        conditions.append(Q(organisation__icontains=criteria.organisation))
    if criteria.reference:
        conditions.append(_about(criteria.reference))
    if criteria.noun:
        wanted = Q()
        for noun in criteria.noun.split(","):
            wanted |= Q(kind__startswith=f"{noun}.")
        conditions.append(wanted)
    if criteria.nature:
        conditions.append(Q(is_read=criteria.nature == "read"))
    if criteria.text:
        conditions.append(
            Q(summary__icontains=criteria.text)
            | Q(subject__icontains=criteria.text)
            | Q(reason__icontains=criteria.text)
        )
    return Event.objects.filter(*conditions)


def _about(reference: str) -> Q:
    """Events of a case are found by its chain, which is an index; others by their subject."""
    case = Case.objects.filter(reference__iexact=reference).only("pk").first()
    return Q(chain=f"case:{case.pk}") if case else Q(subject__icontains=reference)


def get_event_for(user: User, pk: int) -> Event:
    """Return an event within a person's scope, or 404. Raises PermissionDenied."""
    policies.check_can_audit(user)
    event = Event.objects.filter(policies.audit_scope(user), pk=pk).first()
    if event is None:
        raise Http404
    return event


@dataclass(frozen=True)
class Change:
    """One line of the page of an event: what it was, what it became."""

    name: str
    before: str
    after: str


def changes_of(event: Event) -> list[Change]:
    """Return what an event changed, or what it holds, line by line.

    `data` holds `before` and `after` (mappings) or `{field: [before, after]}` or plain facts.
    """
    data = event.data
    if isinstance(data.get("before"), dict) or isinstance(data.get("after"), dict):
        before, after = data.get("before") or {}, data.get("after") or {}
        names = [*before, *(name for name in after if name not in before)]
        lines = [Change(n, plain(before.get(n)), plain(after.get(n))) for n in names]
        rest = {name: v for name, v in data.items() if name not in ("before", "after")}
    else:
        lines, rest = [], data
    return lines + [Change(name, "", plain(value)) for name, value in rest.items()]


def plain(value: Any) -> str:
    """Write a value of an entry as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(plain(one) for one in value)
    if isinstance(value, dict):
        return "\u00a0; ".join(f"{name}\u00a0: {plain(one)}" for name, one in value.items())
    return str(value)


def export_rows(user: User, criteria: Criteria) -> Iterator[Event]:
    """Give what a search finds, oldest first as it was written, at most 10 000 events."""
    policies.check_can_audit(user)
    events = matching(user, criteria).order_by("-at", "-pk")[:RESULTS_AT_MOST]
    return iter(reversed(events))
