"""The texts of the letters of a request: decision, conclusion, receipt (ux/spec.md, §3 and §4).

The same text is shown before (« Aperçu du courrier ») and laid out afterwards as a PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from cases.announcements import day_text
from cases.models import Task
from questionnaires import definitions
from requests_flow import policies
from requests_flow.enums import (
    POSITIVE,
    REDIRECTIONS,
    ConclusionKind,
    ConditionStage,
    DecisionOutcome,
    RefusalReason,
    reasons_text,
)
from requests_flow.models import Conclusion, DataRequest, HolderDecision

CADA_PATHWAY = "lrn_art1"
# What a letter says of where the requester is sent: name, value.
Destination = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Words:
    """What a decision says, whether it is recorded or still being written."""

    outcome: str
    motivation: str = ""
    reason: str = ""
    kept: str = ""
    refused: str = ""
    conditions: Sequence[tuple[str, str, str]] = ()  # text, owner, moment
    destination: Destination = ()


@dataclass(frozen=True)
class Letter:
    """A letter ready to be laid out."""

    title: str
    html: SafeString
    sender: str
    recipient: tuple[str, ...]
    reference: str
    subject: str
    at: datetime


def _paragraph(text: str) -> SafeString:
    return format_html("<p>{}</p>", text)


def _lines(text: str) -> SafeString:
    rows = [(line,) for line in text.splitlines() if line.strip()]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", rows))


def _opening(data_request: DataRequest, outcome: str) -> str:
    values = {"ref": data_request.reference, "title": data_request.title}
    if outcome in POSITIVE:
        texts = {
            DecisionOutcome.FAVOURABLE: _(
                "Les données de votre demande %(ref)s, « %(title)s », sont mises à votre "
                "disposition dans les conditions que vous avez décrites."
            ),
            DecisionOutcome.FAVOURABLE_RESERVE: _(
                "Les données de votre demande %(ref)s, « %(title)s », sont mises à votre "
                "disposition dans les conditions que vous avez décrites, sous les réserves "
                "suivantes."
            ),
            DecisionOutcome.PARTIAL: _(
                "Une partie des données de votre demande %(ref)s, « %(title)s », est mise à "
                "votre disposition."
            ),
        }
        return texts[DecisionOutcome(outcome)] % values
    if outcome in REDIRECTIONS:
        return (
            _(
                "Votre demande %(ref)s, « %(title)s », est réorientée : une autre voie "
                "répond mieux à votre besoin."
            )
            % values
        )
    return _("Votre demande %(ref)s, « %(title)s », ne reçoit pas de suite favorable.") % values


def remedies(data_request: DataRequest, outcome: str) -> list[str]:
    """The ways of contesting, by pathway: re-examination; CADA between administrations (F10)."""
    if outcome != DecisionOutcome.UNFAVOURABLE:
        return []
    found = [
        _(
            "Vous pouvez demander à l’AMDAC de faire réexaminer la demande par un autre agent, "
            "dans les deux mois qui suivent une conclusion défavorable, depuis le dossier."
        )
    ]
    if data_request.legal_pathway == CADA_PATHWAY:
        found.append(
            _(
                "S’agissant de documents administratifs demandés par une administration, vous "
                "pouvez saisir la Commission d’accès aux documents administratifs (CADA) dans les "
                "deux mois (code des relations entre le public et l’administration, art. L. 342-2 "
                "et R. 343-1)."
            )
        )
    return found


def body(data_request: DataRequest, who: str, words: Words) -> SafeString:
    """The text of the letter: what is decided, why, under which reserves, how to contest."""
    parts = [
        _paragraph(_("Madame, Monsieur,")),
        _paragraph(_opening(data_request, words.outcome)),
        _paragraph(_("Décision de : %(who)s.") % {"who": who}),
    ]
    if words.outcome == DecisionOutcome.PARTIAL:
        parts += [_paragraph(_("Données retenues :")), _lines(words.kept)]
        parts += [_paragraph(_("Données écartées :")), _lines(words.refused)]
    if words.conditions:
        parts.append(_paragraph(_("Réserves :")))
        parts.append(_reserves(words.conditions))
    if words.reason:
        parts.append(_paragraph(_("Motif : %(reason)s.") % {"reason": words.reason.lower()}))
    parts += [_paragraph(line) for line in words.motivation.splitlines() if line.strip()]
    if words.outcome in REDIRECTIONS and any(value for _name, value in words.destination):
        parts.append(_redirection(words.destination))
    parts += [_paragraph(text) for text in remedies(data_request, words.outcome)]
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped above


def _reserves(conditions: Sequence[tuple[str, str, str]]) -> SafeString:
    rows = [
        (text, _("à lever par : %(owner)s") % {"owner": owner.lower()}, moment.lower())
        for text, owner, moment in conditions
    ]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{} ({} ; {})</li>", rows))


def _redirection(rows: Sequence[tuple[str, str]]) -> SafeString:
    items = [(name, value) for name, value in rows if value]
    return format_html("<ul>{}</ul>", format_html_join("", _("<li>{} : {}</li>"), items))


def _destination(url: str, contact: str, desk: str = "", licence: str = "") -> Destination:
    """Where the requester is sent; what was not said is left out of the letter."""
    return (
        (_("Guichet"), desk),
        (_("Adresse"), url),
        (_("Licence"), licence),
        (_("Contact"), contact),
    )


def _destination_of(case: DataRequest) -> Destination:
    return _destination(
        case.redirect_url, case.redirect_contact, case.redirect_desk, case.redirect_licence
    )


def _moment(code: str) -> str:
    return str(ConditionStage(code).label) if code in ConditionStage.values else ""


def preview(data_request: DataRequest, task: Task, values: dict[str, Any]) -> SafeString | str:
    """« Aperçu du courrier » of a decision or a conclusion that is being written."""
    outcome = str(values.get("decision" if task.node == "decide" else "outcome") or "")
    if task.node not in ("decide", "conclude") or outcome not in DecisionOutcome.values:
        return ""
    owners = definitions.get("holder_decision").fields["conditions"].column("owner").labels
    rows = [row for row in values.get("variables_decided") or [] if isinstance(row, dict)]

    def part(kind: str) -> str:
        return "\n".join(str(r.get("variable") or "") for r in rows if r.get("decision") == kind)

    words = Words(
        outcome,
        str(values.get("motivation") or ""),
        reasons_text(
            one for one in values.get("reason_codes") or [] if one in RefusalReason.values
        ),
        part("kept"),
        part("refused"),
        [
            (
                str(row.get("text")),
                owners.get(str(row.get("owner")), "–"),
                _moment(str(row.get("due"))),
            )
            for row in values.get("conditions") or []
            if isinstance(row, dict) and row.get("text")
        ],
        _destination(
            str(values.get("redirect_link") or ""), str(values.get("redirect_contact") or "")
        ),
    )
    who = task.organisation.name if task.node == "decide" and task.organisation else _cell()
    return body(data_request, str(who), words)


def _cell() -> str:
    return _("La cellule AMDAC")


def _recipient(data_request: DataRequest) -> tuple[str, ...]:
    owner = data_request.created_by
    name = data_request.organisation.name if data_request.organisation else ""
    return tuple(line for line in (str(owner), name) if line)


def of_decision(decision: HolderDecision) -> Letter:
    """The letter of a holder's decision."""
    case = decision.data_request
    words = Words(
        decision.outcome,
        decision.motivation,
        decision.reasons,
        decision.kept,
        decision.refused,
        [(c.text, c.owner, str(c.get_due_stage_display())) for c in decision.conditions.all()],
    )
    signature = _("%(who)s, %(power)s") % {"who": decision.decided_by, "power": decision.power}
    text = body(case, str(decision.organisation.name), words) + _paragraph(signature)
    return Letter(
        _("Décision sur une demande de données"),
        text,
        str(decision.organisation.name),
        _recipient(case),
        str(case.reference),
        case.title,
        decision.decided_at,
    )


def of_conclusion(conclusion: Conclusion) -> Letter:
    """The letter of the cell's conclusion: the holders have decided, the cell concludes."""
    case = conclusion.data_request
    holders = case.decisions.select_related("organisation").prefetch_related("conditions")
    words = Words(
        conclusion.outcome,
        conclusion.motivation,
        conclusion.reasons,
        conditions=[
            (c.text, c.owner, str(c.get_due_stage_display()))
            for decision in holders
            for c in decision.conditions.all()
        ],
        destination=_destination_of(case),
    )
    who = ", ".join(str(one.organisation.name) for one in holders if one.outcome in POSITIVE)
    opening = who if who and conclusion.outcome in POSITIVE else _cell()
    text = body(case, opening, words) + _paragraph(
        _("Conclusion enregistrée par %(who)s.") % {"who": conclusion.recorded_by}
    )
    return Letter(
        _("Réponse à une demande de données"),
        text,
        _("Cellule AMDAC"),
        _recipient(case),
        str(case.reference),
        case.title,
        conclusion.recorded_at,
    )


def of_redirection(data_request: DataRequest) -> Letter:
    """The letter of a request that is sent elsewhere before any decision; 404 when it was not."""
    if not data_request.is_sent_elsewhere:
        raise Http404
    words = Words(
        data_request.outcome,
        data_request.redirect_reason,
        destination=_destination_of(data_request),
    )
    return Letter(
        _("Réorientation d’une demande de données"),
        body(data_request, _cell(), words),
        _("Cellule AMDAC"),
        _recipient(data_request),
        str(data_request.reference),
        data_request.title,
        data_request.closed_at or timezone.now(),
    )


def receipt(data_request: DataRequest) -> Letter:
    """The receipt of a filed request: number, date, who handles it, when the answer is due."""
    filed = data_request.opened_at or timezone.now()
    rows = [
        (_("Numéro"), data_request.reference),
        (_("Objet"), data_request.title),
        (_("Déposée le"), day_text(timezone.localdate(filed))),
        (_("Déposée par"), str(data_request.created_by)),
        (
            _("Organisme demandeur"),
            data_request.organisation.name if data_request.organisation else "",
        ),
        (_("Service chargé du dossier"), _("cellule AMDAC")),
        (
            _("Réponse attendue le"),
            day_text(data_request.due_on) or _("à compter de la complétude"),
        ),
    ]
    table = format_html(
        "<table><tbody>{}</tbody></table>",
        format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', rows),
    )
    text = format_html_join(
        "",
        "{}",
        [
            (_paragraph(_("Votre demande de données est enregistrée.")),),
            (table,),
            (
                _paragraph(
                    _(
                        "La cellule AMDAC vérifie d’abord qu’elle est complète. Si une information "
                        "manque, elle vous la demande et le délai s’arrête jusqu’à votre réponse."
                    )
                ),
            ),
        ],
    )
    return Letter(
        _("Accusé d’enregistrement"),
        text,
        _("Cellule AMDAC"),
        _recipient(data_request),
        str(data_request.reference),
        data_request.title,
        filed,
    )


def decision_for(user: User, data_request: DataRequest, decision_id: int) -> HolderDecision:
    """Return a decision of this very request, when `user` may read the opinions; 404 otherwise."""
    if not policies.can_read_opinions(user, data_request):
        raise Http404
    return get_object_or_404(
        HolderDecision.objects.select_related("organisation", "decided_by", "data_request"),
        pk=decision_id,
        data_request_id=data_request.pk,
    )


def conclusion_for(user: User, data_request: DataRequest, conclusion_id: int) -> Conclusion:
    """Return a conclusion (not an arbitration) of this very request; 404 otherwise."""
    if not policies.can_read_opinions(user, data_request):
        raise Http404
    return get_object_or_404(
        Conclusion.objects.select_related("recorded_by", "data_request").exclude(
            kind=ConclusionKind.ARBITRATION
        ),
        pk=conclusion_id,
        data_request_id=data_request.pk,
    )
