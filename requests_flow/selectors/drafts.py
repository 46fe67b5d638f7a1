"""What the pages of a draft show: steps, neighbours, summary, conflict."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from cases import clock
from cases.enums import Delay
from cases.models import Case
from questionnaires import selectors as answers_of
from questionnaires.forms import expected_revision, hidden_inputs
from questionnaires.pages import SectionForm
from questionnaires.services import EditConflict
from requests_flow import policies
from requests_flow.models import DataRequest
from requests_flow.selectors import precheck, variables
from requests_flow.selectors.case_files import of_the_request


def writable_for(user: User, draft_key: Any) -> DataRequest:
    """Return a draft that `user` writes, or his request that owes a complement; 404 otherwise."""
    visible = Case.objects.visible_to(user).filter(draft_key=draft_key, closed_at=None).values("pk")
    found = (
        DataRequest.objects.filter(pk__in=visible)
        .select_related("answers", "organisation", "created_by")
        .prefetch_related("parties__organisation")
        .first()
    )
    if found is None or not policies.can_write(user, found):
        raise Http404
    return found


def section_codes(data_request: DataRequest) -> list[str]:
    """The steps of the form that apply to these answers."""
    return [section.code for section in answers_of.sections(data_request.answers)]


def where_one_stopped(data_request: DataRequest) -> str:
    """The last step that was opened, else the first."""
    codes = section_codes(data_request)
    visited = [code for code in codes if code in (data_request.answers.visited or [])]
    return visited[-1] if visited else codes[0]


def neighbours(data_request: DataRequest, section: str) -> tuple[str, str]:
    """Return the steps before and after one; "" at either end."""
    codes = section_codes(data_request)
    rank = codes.index(section) if section in codes else 0
    return (codes[rank - 1] if rank else "", codes[rank + 1] if rank + 1 < len(codes) else "")


def steps(data_request: DataRequest, current: str = "") -> list[dict[str, Any]]:
    """« Votre brouillon » : each step with its state in words."""
    return [
        {
            "label": one.label,
            "state": one.state,
            "detail": one.detail,
            "url": reverse("requests_flow:edit_draft", args=[data_request.draft_key, one.code]),
        }
        for one in answers_of.progress(data_request.answers, current)
    ]


def edit_page(
    data_request: DataRequest, section: str, form: SectionForm, refusal: str
) -> dict[str, Any]:
    """What the page of a step shows: its form, where one is, what comes next."""
    codes = section_codes(data_request)
    rank = codes.index(section)
    listed = steps(data_request, section)
    before, after = neighbours(data_request, section)
    return {
        "draft": data_request,
        "form": form,
        "refusal": refusal,
        "steps": listed,
        "stepper": {
            "current": rank + 1,
            "total": len(codes),
            "title": listed[rank]["label"],
            "next": listed[rank + 1]["label"] if after else _("Récapitulatif"),
        },
        "has_back": bool(before),
        "saved_at": data_request.answers.updated_at,
        "is_complement": not data_request.is_draft,
        "assessment": answers_of.assessment(data_request.answers)
        if section in ("personal", "outcomes")
        else None,
    }


def already_covered(user: User, data_request: DataRequest, section: str) -> dict[str, Any]:
    """At the step of the data, run the pre-check again on the datasets chosen so far: what already
    covers them (ux/spec.md, §4). Nothing for the other steps."""
    if section != "data":
        return {}
    datasets = variables.chosen_datasets(data_request.answers.values)
    found = precheck.findings(user, datasets, data_request.organisation)
    own = data_request.get_absolute_url()
    return {"checks_datasets": True, "covering": [one for one in found if one["url"] != own]}


def conflict_page(
    data_request: DataRequest, section: str, conflict: EditConflict, posted: Any
) -> dict[str, Any]:
    """Both texts side by side; what was typed is carried along."""
    hidden = [*hidden_inputs(posted), ("_revision", str(expected_revision(posted) or ""))]
    return {
        "draft": data_request,
        "rows": answers_of.conflict_rows(data_request.answers, conflict.conflicts),
        "hidden": hidden,
        "seen": conflict.revision,
        "action": reverse("requests_flow:resolve_conflict", args=[data_request.draft_key, section]),
    }


def summary_page(
    data_request: DataRequest, problems: Any = None, refusal: str = ""
) -> dict[str, Any]:
    """« Récapitulatif » : what is missing, what was deduced, who reads, the target date."""
    found = answers_of.problems(data_request.answers, "S") if problems is None else problems
    sections = {
        section.code: section.title for section in answers_of.sections(data_request.answers)
    }
    return {
        "draft": data_request,
        "view": answers_of.read_view(
            data_request.answers, attachments=of_the_request(data_request)
        ),
        "steps": steps(data_request),
        "refusal": refusal,
        "is_complement": not data_request.is_draft,
        "errors": [
            {
                "text": f"{sections.get(one.section, '')} — {one.label} : {one.message}",
                "target": reverse(
                    "requests_flow:edit_draft", args=[data_request.draft_key, one.section]
                )
                + f"?verifier=1#{one.anchor}",
            }
            for one in found
        ],
        "was_refused": problems is not None or bool(refusal),
        "assessment": answers_of.assessment(data_request.answers),
        "target_date": clock.due_date(Delay.ANSWER),
    }


def filed_page(data_request: DataRequest) -> dict[str, Any]:
    """The three next steps, with their dates."""
    from cases.announcements import day_text

    admissible_on = clock.due_date(Delay.ADMISSIBILITY)
    return {
        "data_request": data_request,
        "next_steps": {
            "steps": [
                {
                    "who": _("La cellule AMDAC"),
                    "text": _("vérifie la recevabilité."),
                    "when": _("Au plus tard le %(d)s") % {"d": day_text(admissible_on)},
                },
                {
                    "who": _("Votre ADDAC ou référent"),
                    "text": _("rend son visa."),
                    "when": _("Au plus tard le %(d)s")
                    % {"d": day_text(clock.due_date(Delay.VISA))},
                },
                {
                    "who": _("Les détenteurs"),
                    "text": _("étudient la faisabilité, puis décident."),
                    "when": _("Réponse attendue le %(d)s") % {"d": day_text(data_request.due_on)},
                },
            ]
        },
    }


def print_page(data_request: DataRequest) -> dict[str, Any]:
    """What the printed page of a draft shows."""
    return {
        "view": answers_of.print_view(
            data_request.answers, attachments=of_the_request(data_request)
        ),
        "data_request": data_request,
        "is_draft": data_request.is_draft,
    }
