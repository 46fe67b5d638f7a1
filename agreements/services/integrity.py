"""The archive is what was entrusted to it: controlled each night, told at once, never repaired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import actor, holders_of
from agreements import policies
from agreements.documents import archive
from agreements.enums import IncidentKind
from agreements.models import ArchivedAct, IntegrityIncident
from agreements.selectors.integrity import KEPT_IN, OPEN_INCIDENTS, stored_of
from cases.errors import Conflict, Impossible
from journal.enums import Audience
from journal.models import Event
from journal.services import SYSTEM, Subject, record
from journal.verification import Report
from notifications.enums import Family
from notifications.services import notify

# One broken journal may break each of its chains: the first ones name it well enough.
CHAINS_NAMED = 20


@dataclass
class ArchiveReport:
    """What a control of the archive has read and found: the sentence of each damaged act."""

    acts: int = 0
    findings: dict[str, str] = field(default_factory=dict)

    @property
    def is_intact(self) -> bool:
        return not self.findings

    @property
    def sentence(self) -> str:
        read = ngettext("%(n)s acte contrôlé", "%(n)s actes contrôlés", self.acts or 1)
        found = ngettext("%(n)s différence", "%(n)s différences", len(self.findings))
        left = found % {"n": len(self.findings)} if self.findings else _("aucune différence")
        return f"{read % {'n': self.acts}}, {left}."


def check_archive() -> ArchiveReport:
    """Read every archived act again, and open an incident for each that is not what was sealed.

    The bytes are compared with the digests of the row, and those with what the journal recorded
    when the act was sealed: whoever changes file and row together is found too. The control itself
    is an event.
    """
    report = ArchiveReport()
    kept = ArchivedAct.objects.exclude(elimination__executed_at__isnull=False)
    for archived in kept.select_related("agreement").order_by("pk").iterator(200):
        report.acts += 1
        problem = problem_of(archived)
        if problem:
            report.findings[archived.reference] = problem
            report_incident(
                kind=IncidentKind.ACT,
                subject=archived.reference,
                finding=problem,
                archived=archived,
            )
    record(
        chain="archive:checks",
        kind="archive.checked",
        by=SYSTEM,
        subject=Subject("archive", "archive", _("Archive")),
        summary=_("a contrôlé l’archive : %(result)s") % {"result": report.sentence},
        data={"acts": report.acts, "differences": sorted(report.findings)},
        audience=Audience.AUDIT,
    )
    return report


def problem_of(archived: ArchivedAct) -> str:
    """Return what is wrong with an archived act, in French; nothing when it is intact."""
    if not _is_as_recorded(archived):
        return _("Les empreintes de la fiche ne sont plus celles que le journal a inscrites.")
    try:
        archive.read(stored_of(archived))
    except archive.ArchiveDamaged:
        return _("Le fichier archivé est absent ou n’est plus celui qui a été scellé.")
    except archive.ArchiveUnavailable:
        return _("L’archive n’a pas pu être lue.")
    return ""


def _is_as_recorded(archived: ArchivedAct) -> bool:
    told = Event.objects.filter(chain=archived.agreement.chain, kind="agreement.registered")
    expected = {"sha256": archived.sha256, "sha512": archived.sha512}
    return any(expected.items() <= event.data.items() for event in told)


@transaction.atomic
def report_incident(
    *, kind: str, subject: str, finding: str, archived: ArchivedAct | None = None
) -> IntegrityIncident:
    """Open an incident and tell the managers; the same difference found again opens no other."""
    incident, is_new = IntegrityIncident.objects.get_or_create(
        kind=kind,
        subject=subject,
        closed_at=None,
        defaults={"finding": finding, "archived": archived},
    )
    if not is_new:
        return incident
    record(
        chain=f"incident:{incident.pk}",
        kind="incident.opened",
        by=SYSTEM,
        subject=_subject(incident),
        summary=_("a constaté un défaut d’intégrité : %(what)s") % {"what": incident},
        data={"finding": finding},
        audience=Audience.AUDIT,
    )
    notify(
        recipients=holders_of(Role.MANAGER),
        family=Family.INCIDENT,
        subject=_("Défaut d’intégrité constaté"),
        sentence=_("Un contrôle a trouvé une différence : %(what)s.") % {"what": incident},
        consequence=_("Ne modifiez rien et prévenez l’exploitant."),
        url=f"{settings.SITE_URL}{reverse('archives:view_incident', args=[incident.pk])}",
        reference=archived.reference if archived else "",
        role_label=str(Role.MANAGER.label),
    )
    transaction.on_commit(_forget_banner)
    return incident


def report_journal(*, report: Report) -> None:
    """Open an incident for each chain that a control of the journal found broken."""
    for chain, message in list(_broken_chains(report))[:CHAINS_NAMED]:
        report_incident(kind=IncidentKind.JOURNAL, subject=chain, finding=message)


def _broken_chains(report: Report) -> Iterator[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for finding in report.findings:
        found.setdefault(finding.chain or "scellés", []).append(finding.message)
    for chain, messages in found.items():
        yield chain[:80], "\n".join(messages[:CHAINS_NAMED])


@transaction.atomic
def close_incident(*, incident: IntegrityIncident, reason: str, by: User) -> None:
    """Close an incident, saying what was done about it.

    Raises NotAllowed (not a manager), Impossible (no reason), Conflict (closed).
    """
    policies.check_can_close_incident(by)
    reason = reason.strip()
    if not reason or "\x00" in reason or len(reason) > 4000:
        raise Impossible(_("Indiquez ce qui a été fait, en 4 000 caractères au plus."))
    fresh = IntegrityIncident.objects.select_for_update().get(pk=incident.pk)
    if not fresh.is_open:
        raise Conflict(_("Cet incident est déjà clos."))
    fresh.closed_at, fresh.closed_by, fresh.closing_reason = timezone.now(), by, reason
    fresh.save(update_fields=["closed_at", "closed_by", "closing_reason"])
    record(
        chain=f"incident:{fresh.pk}",
        kind="incident.closed",
        by=actor(by, role=Role.MANAGER),
        subject=_subject(fresh),
        summary=_("a clos l’incident d’intégrité : %(what)s") % {"what": fresh},
        reason=reason,
        audience=Audience.AUDIT,
    )
    transaction.on_commit(_forget_banner)


def _forget_banner() -> None:
    caches[KEPT_IN].delete(OPEN_INCIDENTS)


def _subject(incident: IntegrityIncident) -> Subject:
    return Subject("incident", str(incident.pk), str(incident))
