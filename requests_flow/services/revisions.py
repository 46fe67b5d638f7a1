"""Revisions: each submission is kept for ever, and what lists read is written on the case."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation, User
from cases.enums import Nature
from cases.errors import Impossible
from catalogue.models import Dataset
from questionnaires import selectors as answers_of
from questionnaires import services as questionnaires
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


def new_revision(case: DataRequest, by: User) -> Revision:
    """Keep the answers as they are now, as the next submission (in the caller's step).

    Raises Incomplete with every field to correct.
    """
    problems = answers_of.problems(case.answers, "S")
    if problems:
        raise Incomplete(problems)
    snapshot = questionnaires.copy(answers=case.answers, by=by)
    questionnaires.freeze(answers=snapshot, by=by)
    revision = Revision.objects.create(
        data_request=case, number=case.revisions.count() + 1, answers=snapshot, submitted_by=by
    )
    _apply_answers(case, revision)
    case.save()
    return revision


def _apply_answers(case: DataRequest, revision: Revision) -> None:
    """Write on the case what lists, rights and routes read (never typed twice)."""
    values = answers_of.effective_values(revision.answers)
    facts = answers_of.facts(revision.answers)
    assessment = answers_of.assessment(revision.answers)
    case.title = str(values["title"])[:200]
    organisation = Organisation.objects.get(pk=values["requesting_org"])
    if not case.is_draft and organisation != case.organisation:
        raise Impossible(
            _("La demande a été déposée par %(org)s : l’organisme demandeur ne change plus.")
            % {"org": case.organisation}
        )
    case.organisation = organisation
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
