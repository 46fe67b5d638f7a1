"""Acts whose administrative use is over: what may be done of them, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from agreements import files, policies
from agreements.enums import ActType, AgreementStage, Disposition
from agreements.models import ArchivedAct, Elimination, IntegrityIncident, RetentionRule
from agreements.selectors.keeping import years_after
from agreements.selectors.signing import ArchiveRefused
from cases.models import Case
from journal.dates import day_text

SHOWN = 200


@dataclass(frozen=True)
class KeptAct:
    """An act of the archive, as the archives service reads it."""

    archived: ArchivedAct
    until: date | None
    disposition: str
    on_hold: bool
    elimination: Elimination | None
    problem: str

    @property
    def may_be_approved(self) -> bool:
        return self.elimination is None and not self.problem


@dataclass(frozen=True)
class Surroundings:
    """What is read once for some acts: the rules, the legal holds, the open incidents."""

    rules: dict[str, RetentionRule]
    held: set[int]
    disputed: set[int]

    @classmethod
    def of(cls, found: Sequence[ArchivedAct]) -> Surroundings:
        cases = {one.agreement_id for one in found}
        cases |= {one.agreement.source_case_id for one in found if one.agreement.source_case_id}
        held = Case.objects.filter(pk__in=cases, legal_hold=True).values_list("pk", flat=True)
        disputed = IntegrityIncident.objects.filter(archived__in=found, closed_at=None)
        return cls(
            {rule.act_type: rule for rule in RetentionRule.objects.all()},
            set(held),
            {pk for pk in disputed.values_list("archived_id", flat=True) if pk},
        )

    def rule(self, archived: ArchivedAct) -> RetentionRule:
        act_type = archived.agreement.act_type
        return self.rules.get(act_type) or RetentionRule(act_type=act_type)

    def is_on_hold(self, archived: ArchivedAct) -> bool:
        """Tell whether a legal hold stands on an act or on the request that it comes from."""
        return not self.held.isdisjoint({archived.agreement_id, archived.agreement.source_case_id})

    def end_of_use(self, archived: ArchivedAct) -> date | None:
        """Return the last day an act is kept for its use: that of its lock in the archive, later
        when the act was prolonged or the rule changed; None when it has no end."""
        if archived.agreement.end_on is None:
            return None
        now = years_after(archived.agreement.end_on, self.rule(archived).years)
        return max(now, archived.retained_until or now)

    def what_prevents(self, archived: ArchivedAct) -> str:
        """Return why an act may not be eliminated, in French; nothing when it may."""
        until = self.end_of_use(archived)
        if archived.agreement.stage != AgreementStage.ARCHIVED:
            return _("Le dossier n’est pas clos : le partage n’est pas terminé.")
        if until is None:
            return _("L’acte n’a pas de date de fin.")
        if timezone.localdate() <= until:
            return _("La durée d’utilité administrative court jusqu’au %s.") % day_text(until)
        if self.rule(archived).disposition != Disposition.DESTROY:
            return _("Le sort final convenu n’est pas l’élimination.")
        if self.is_on_hold(archived):
            return _("Un gel juridique suspend l’élimination.")
        if archived.pk in self.disputed:
            return _("Un incident d’intégrité est ouvert sur cet acte.")
        return ""


def what_prevents(archived: ArchivedAct) -> str:
    """Return why an act may not be eliminated, in French; nothing when it may.

    Its file is closed, its administrative use is over, the agreed disposition is elimination, no
    legal hold stands on it or on its request, and its archive is not in dispute (process.md, §10).
    """
    return Surroundings.of([archived]).what_prevents(archived)


def kept_acts(user: User, *, eliminated: bool = False) -> list[KeptAct]:
    """Return the acts that an archivist follows, the first to end first: those whose lock in the
    archive is over, or those that were eliminated. Constant number of queries."""
    policies.check_can_follow_archive(user)
    places = [one.organisation_id for one in user.held_roles if one.role == Role.ARCHIVIST]
    rows = ArchivedAct.objects.filter(
        agreement__drafting_organisation__in=places,
        elimination__executed_at__isnull=not eliminated,
    )
    if not eliminated:
        rows = rows.filter(retained_until__lt=timezone.localdate())
    rows = rows.select_related("agreement", "elimination__visa_by")
    found = list(rows.order_by("retained_until", "pk")[:SHOWN])
    around = Surroundings.of(found)
    return [_kept(archived, around) for archived in found]


def kept_act_for(user: User, reference: str) -> KeptAct:
    """Return an act of the archive for whoever may give its visa; 404 when it does not exist or is
    not in his hands."""
    archived = (
        ArchivedAct.objects.select_related("agreement", "elimination__visa_by")
        .filter(reference=reference)
        .first()
    )
    if archived is None or not policies.can_approve_elimination(user, archived.agreement):
        raise Http404
    return _kept(archived, Surroundings.of([archived]))


def _kept(archived: ArchivedAct, around: Surroundings) -> KeptAct:
    elimination: Elimination | None = getattr(archived, "elimination", None)
    done = elimination is not None and elimination.executed_at is not None
    return KeptAct(
        archived,
        around.end_of_use(archived),
        around.rule(archived).get_disposition_display(),
        around.is_on_hold(archived),
        elimination,
        "" if done else around.what_prevents(archived),
    )


def certificate_of(kept: KeptAct) -> bytes:
    """Return the certificate of an elimination. Raises Http404, ArchiveRefused (damaged)."""
    if kept.elimination is None or not kept.elimination.certificate_sha256:
        raise Http404
    try:
        return files.read(kept.elimination.certificate_sha256)
    except files.FileDamaged as error:
        raise ArchiveRefused(_("Le certificat est endommagé : il n’est pas délivré.")) from error


def retention_rules() -> list[RetentionRule]:
    """Return the rule of every type of act, agreed or proposed."""
    agreed = {rule.act_type: rule for rule in RetentionRule.objects.all()}
    return [agreed.get(code) or RetentionRule(act_type=code) for code in ActType.values]
