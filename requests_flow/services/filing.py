"""Filing: the draft becomes DEM-AAAA-NNNN and enters the circuit (process.md, S1)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import AccreditationScope, Role
from accounts.models import Organisation, User
from accounts.selectors import has_role, holders_of, is_accredited
from cases import announcements, clock, engine
from cases.enums import Delay, Nature, Side
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Follower
from cases.services import add_party, next_reference
from catalogue.models import Dataset
from notifications.enums import Family
from questionnaires import selectors as answers_of
from questionnaires import services as questionnaires
from requests_flow import policies
from requests_flow.enums import RequestStage
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import DataRequest, RequestedDataset, Revision


class Incomplete(Impossible):
    """What is missing before filing: `problems` names each step and field."""

    def __init__(self, problems: list[Any]) -> None:
        super().__init__(
            ngettext(
                "%(n)s point à corriger avant de déposer.",
                "%(n)s points à corriger avant de déposer.",
                len(problems),
            )
            % {"n": len(problems)}
        )
        self.problems = problems


def submit(*, data_request: DataRequest, by: User) -> DataRequest:
    """File a complete draft: number, revision 1, parties, clock, and the circuit starts.

    Raises Incomplete (every field to correct), Impossible when the organisation is not accredited
    for such data, NotAllowed for who is not a requester of it, Conflict when it is already filed.
    """
    with engine.move(data_request, by=by) as move:
        case: DataRequest = move.case
        if not case.is_draft or case.is_closed:
            raise Conflict(
                _("Cette demande est déjà déposée sous le n° %(ref)s.")
                % {"ref": case.reference or "–"}
            )
        policies.check_can_write(by, case)
        revision = _new_revision(case, by)
        _apply_answers(case, revision)
        _check_filer(case, by)
        case.reference = next_reference("DEM", width=4)
        case.opened_at = timezone.now()
        case.due_on = clock.due_date(Delay.ANSWER)
        case.stage = RequestStage.SUBMITTED
        case.save()
        add_party(
            case,
            case.organisation,
            Side.REQUESTER,
            unit=str(revision.answers.values.get("requesting_unit") or ""),
        )
        Follower.objects.get_or_create(case_id=case.pk, user=by)
        engine.start(CircuitV1.start, move)
        move.record(
            "request.submitted",
            _("a déposé la demande %(ref)s") % {"ref": case.reference},
            data={"revision": 1, "natures": list(case.natures), "risk": case.risk_level},
        )
        announcements.tell(
            case,
            [by],
            family=Family.FILING,
            subject=_("Demande enregistrée, réponse attendue le %(day)s")
            % {"day": announcements.day_text(case.due_on)},
            sentence=_("Votre demande « %(title)s » est enregistrée.") % {"title": case.title},
        )
    return case


def new_revision(case: DataRequest, by: User) -> Revision:
    """Keep the answers as they are now, as the next submission (in the caller's step)."""
    revision = _new_revision(case, by)
    _apply_answers(case, revision)
    case.save()
    return revision


def _new_revision(case: DataRequest, by: User) -> Revision:
    problems = answers_of.problems(case.answers, "S")
    if problems:
        raise Incomplete(problems)
    snapshot = questionnaires.copy(answers=case.answers, by=by)
    questionnaires.freeze(answers=snapshot, by=by)
    return Revision.objects.create(
        data_request=case, number=case.revisions.count() + 1, answers=snapshot, submitted_by=by
    )


def _apply_answers(case: DataRequest, revision: Revision) -> None:
    """Write on the case what lists, rights and routes read (never typed twice)."""
    values = answers_of.effective_values(revision.answers)
    facts = answers_of.facts(revision.answers)
    assessment = answers_of.assessment(revision.answers)
    case.title = str(values["title"])[:200]
    case.organisation = Organisation.objects.get(pk=values["requesting_org"])
    case.request_kind = str(values.get("request_kind") or "")
    case.urgency = str(values.get("urgency") or "")
    case.legal_pathway = case.legal_pathway or str(
        values.get("legal_pathway") or assessment.suggested_pathway or ""
    )
    case.risk_level = assessment.risk_level
    case.is_dpia_required = bool(assessment.aipd_required)
    case.natures = natures_of(facts, case.urgency)
    _write_datasets(case, values)


def natures_of(facts: dict[str, Any], urgency: str) -> list[str]:
    """Return the purple badges of a case, from its facts."""
    found = {
        Nature.PERSONAL: facts.get("PD"),
        Nature.SENSITIVE: facts.get("SENS") or facts.get("SECRET"),
        Nature.HEALTH: facts.get("HEALTH"),
        Nature.NIR: facts.get("NIR"),
        Nature.LINKAGE: facts.get("LINK"),
        Nature.OUTSIDE_EU: facts.get("OUT_EU"),
        Nature.URGENT: urgency not in ("", "normal"),
    }
    return [str(nature) for nature, holds in found.items() if holds]


def _write_datasets(case: DataRequest, values: dict[str, Any]) -> None:
    fallback = values.get("holder_org")
    case.requested.all().delete()
    for row in values.get("datasets") or []:
        dataset = (
            Dataset.objects.filter(pk=row.get("dataset")).first() if row.get("dataset") else None
        )
        holder_id = (dataset.data_controller_id or dataset.producer_org_id) if dataset else fallback
        RequestedDataset.objects.create(
            data_request=case,
            dataset=dataset,
            description=str(row.get("description") or ""),
            holder_id=holder_id,
        )


def scope_of(case: DataRequest) -> AccreditationScope:
    """Return the accreditation that an exchange of these data needs."""
    if Nature.HEALTH in case.natures:
        return AccreditationScope.HEALTH
    if Nature.PERSONAL in case.natures:
        return AccreditationScope.PERSONAL
    return AccreditationScope.NON_PERSONAL


def _check_filer(case: DataRequest, by: User) -> None:
    assert case.organisation is not None
    if not has_role(by, Role.REQUESTER, organisation_id=case.organisation_id):
        raise NotAllowed(
            _("Vous n’avez pas le rôle « Demandeur » pour %(org)s.") % {"org": case.organisation}
        )
    check_accredited(case.organisation, case)


def check_accredited(organisation: Organisation, case: DataRequest) -> None:
    """Refuse an organisation whose accreditation does not cover these data today."""
    scope = scope_of(case)
    if not is_accredited(organisation, scope):
        managers = ", ".join(str(person) for person in holders_of(Role.MANAGER)[:2])
        raise Impossible(
            _(
                "%(org)s n’est pas accrédité pour « %(scope)s » à ce jour. Adressez-vous au gestionnaire "
                "(%(managers)s) ; votre brouillon est conservé."
            )
            % {"org": organisation, "scope": scope.label, "managers": managers or "–"}
        )
