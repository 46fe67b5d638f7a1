"""The acting pages: title, what is at stake, recap, « Et ensuite ? » (ux/spec.md, §3)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L
from django.utils.translation import ngettext

from accounts.models import User
from accounts.selectors import valid_delegation
from cases.announcements import day_text
from cases.enums import Side
from cases.models import Task
from questionnaires import scoring
from questionnaires.definitions import REVIEW_ANSWERS
from questionnaires.values import is_blank, situation
from requests_flow import policies
from requests_flow.enums import ConsultationKind, DecisionOutcome, Verdict
from requests_flow.models import Consultation, DataRequest
from requests_flow.selectors import acting, letters
from requests_flow.selectors.afterwards import after, kept
from requests_flow.selectors.wording import OPINION_HEADINGS


def heading(task: Task, title: Any) -> str:
    """The title of an acting page: what is done, and for whom."""
    consultation = getattr(task, "consultation", None)
    if task.node == "give_opinion" and consultation is not None:
        return str(OPINION_HEADINGS[ConsultationKind(consultation.kind)])
    if task.node == "decide":
        return _("Décider pour les données de l’organisme — %(org)s") % {"org": task.organisation}
    if task.node == "assess_feasibility":
        return _("Étudier la faisabilité — %(org)s") % {"org": task.organisation}
    return str(title)


def intro(task: Task, data_request: DataRequest) -> str:
    """What the act bears on, and before when."""
    parts = []
    if task.node == "decide":
        parts.append(
            _("Votre décision porte sur les seules données dont %(org)s est responsable.")
            % {"org": task.organisation}
        )
        others = [
            str(party.organisation)
            for party in data_request.parties.all()
            if party.side == Side.HOLDER and party.organisation_id != task.organisation_id
        ]
        if others:
            parts.append(
                ngettext(
                    "%(who)s décide de son côté pour les siennes.",
                    "%(who)s décident de leur côté pour les leurs.",
                    len(others),
                )
                % {"who": _(" et ").join(others)}
            )
    if task.due_on is not None:
        late = task.due_on < timezone.localdate()
        text = _("L’échéance était fixée au %(day)s.") if late else _("Attendu avant le %(day)s.")
        parts.append(text % {"day": day_text(task.due_on)})
    return " ".join(parts)


def power(user: User, task: Task) -> dict[str, str]:
    """« Je décide au nom de …, en vertu de … » : the delegation of the day, for a decision."""
    if task.node != "decide" or task.organisation is None:
        return {}
    delegation = valid_delegation(user, task.organisation)
    if delegation is None:
        return {}
    until = (
        _("Valable jusqu’au %(day)s") % {"day": day_text(delegation.ends_on)}
        if delegation.ends_on
        else _("Sans terme fixé")
    )
    reference = delegation.reference[:1].lower() + delegation.reference[1:]
    return {
        "label": _("Je décide au nom de %(org)s, en vertu de l’acte suivant : %(text)s.")
        % {"org": task.organisation, "text": reference},
        "hint": f"{delegation.title} — {until}",
    }


def name_power(sections: list[Any], words: dict[str, str]) -> None:
    """Write the delegation of the day on the box that confirms it."""
    for section in sections:
        for group in section.groups:
            for block in group.blocks:
                if block.question.name == "power_confirmed" and words and block.bound is not None:
                    block.bound.label, block.bound.help_text = words["label"], words["hint"]


def opinion_cards(data_request: DataRequest, but: Task | None = None) -> list[dict[str, Any]]:
    """« Ce que disent l’étude et les avis » : one card per answer given, its reserves in short."""
    given = (
        data_request.consultations.filter(given_at__isnull=False)
        .exclude(verdict=Verdict.CANCELLED)
        .select_related("organisation", "given_by", "answers")
        .prefetch_related("conditions")
    )
    return [
        {
            "badge": {"text": _verdict_text(one), "variant": VARIANTS.get(one.verdict, "")},
            "name": str(one),
            "detail": _card_detail(one),
            "url": reverse("requests_flow:read_opinion", args=[data_request.reference, one.pk]),
        }
        for one in given
        if but is None or one.task_id != but.pk
    ]


def _verdict_text(one: Consultation) -> str:
    n = len(one.conditions.all())
    if one.verdict == Verdict.RESERVED and n:
        return ngettext("Favorable, %(n)s réserve", "Favorable, %(n)s réserves", n) % {"n": n}
    return str(Verdict(one.verdict).label) if one.verdict else ""


def _card_detail(one: Consultation) -> str:
    texts = [condition.text for condition in one.conditions.all()]
    if texts:
        return " · ".join(text[:60] for text in texts[:3])
    scores = scores_of(one)
    if scores:
        return scores
    return _("Rendu le %(day)s") % {"day": day_text(timezone.localdate(one.given_at))}


# outcome or verdict: colour of its badge (ux/spec.md, §8).
VARIANTS: dict[str, str] = {
    Verdict.FAVOURABLE: "success",
    Verdict.RESERVED: "success",
    Verdict.UNFAVOURABLE: "error",
    Verdict.NOT_GIVEN: "warning",
    DecisionOutcome.PARTIAL: "success",
    DecisionOutcome.INFO_REQUEST: "warning",
}
GROUPS = {"opportunity": L("opportunité"), "feasibility": L("faisabilité")}


def scores_of(one: Consultation) -> str:
    """« Opportunité 78/100, faisabilité 71/100 », when the grid was wholly filled."""
    if one.answers is None or one.answers.definition_code not in ("study", "feasibility"):
        return ""
    found = scoring.advice(one.answers.definition, one.answers.values).scores
    parts = [
        f"{GROUPS.get(group, group)} {score.rounded}/100"
        for group, score in found.items()
        if score.rounded is not None
    ]
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def progress(form: Any) -> str:
    """« Avancement : 12 sur 21 » : how far a grid is filled, hidden questions left out."""
    found = situation(form.definition, form.values, form.context)
    graded = {field.name for field in scoring.criteria(form.definition)}
    asked = [
        name
        for name, field in form.definition.fields.items()
        if name in found.visible and (name in graded or set(field.labels) == set(REVIEW_ANSWERS))
    ]
    if not asked:
        return ""
    done = sum(not is_blank(form.values.get(name)) for name in asked)
    return _("Avancement : %(done)s sur %(asked)s") % {"done": done, "asked": len(asked)}


def grid(form: Any) -> dict[str, Any]:
    """The progress of a grid and the advice of its marks: what htmx refreshes."""
    return {"progress": progress(form), "advice": acting.advice(form)}


def frame(user: User, data_request: DataRequest, form: Any) -> dict[str, Any]:
    """Everything that an acting page shows around its questions. form: forms.StepForm."""
    task, act = form.task, form.act
    found = grid(form)
    return {
        **found,
        "is_graded": bool(found["progress"]),
        "data_request": data_request,
        "task": task,
        "page_title": heading(task, act.title),
        "lead": intro(task, data_request),
        "after": after(task),
        "kept": kept(task),
        "power": power(user, task),
        "recap": acting.recap(data_request, task),
        "decided": [
            {
                "badge": {
                    "text": one.get_outcome_display(),
                    "variant": VARIANTS.get(one.outcome, ""),
                },
                "name": _("Décision — %(org)s") % {"org": one.organisation},
                "detail": one.motivation,
            }
            for one in data_request.decisions.select_related("organisation")
        ],
        "cards": opinion_cards(data_request, but=task),
        "can_read_opinions": policies.can_read_opinions(user, data_request),
        "keeps_draft": form.answers is not None,
        "has_letter": task.node in ("decide", "conclude"),
        "letter": letters.preview(data_request, task, form.effective),
    }
