"""What a person answers at each step: which form, which words to verify, which service.

One row per node of the circuit; pages and tests read this table, so that a new node has a page
by adding a row. Forms are questionnaires (questionnaires/data), never code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organisation, User
from cases.models import Task
from questionnaires import definitions
from requests_flow.enums import REDIRECTIONS, DecisionOutcome, Verdict
from requests_flow.services import decisions, opinions, study
from requests_flow.services.conditions import NewCondition
from requests_flow.services.study import Redirection

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """A step done by a form: `definition` is its code, or empty when the task's consultation
    has its own answers; `perform` calls the service; `effects` are told before it is done."""

    title: Any
    definition: str
    perform: Callable[[Task, Values, User], Any]
    sentence: Callable[[Task, Values], str]
    effects: Callable[[Task, Values], list[str]]


def text(values: Values, name: str) -> str:
    return str(values.get(name) or "")


def label(code: str, values: Values, name: str) -> str:
    """The French label of the choice that was made."""
    field = definitions.get(code).fields[name]
    return field.labels.get(text(values, name), text(values, name))


def conditions_of(values: Values, code: str) -> list[NewCondition]:
    """Read the reserves of a form as rows."""
    rows = values.get("conditions") or []
    owners = definitions.get(code).fields["conditions"].column("owner").labels
    return [
        NewCondition(
            text=text(row, "text"),
            owner=owners.get(text(row, "owner"), text(row, "owner")),
            due_stage=text(row, "due"),
            proof=text(row, "proof"),
        )
        for row in rows
    ]


def redirection_of(values: Values, outcome: str) -> Redirection | None:
    if outcome not in REDIRECTIONS:
        return None
    return Redirection(
        outcome,
        url=text(values, "redirect_link"),
        contact=text(values, "redirect_contact"),
        desk=label("orientation", values, "redirect_desk"),
        licence=text(values, "redirect_licence"),
    )


# --- What each step does ---------------------------------------------------------------------


def _visa(task: Task, values: Values, by: User) -> Any:
    return study.give_visa(
        task=task,
        verdict=text(values, "verdict"),
        comment=text(values, "motivation"),
        priority=text(values, "priority"),
        by=by,
    )


def _admissibility(task: Task, values: Values, by: User) -> Any:
    decision, reasons = text(values, "decision"), text(values, "reasons")
    if decision == "inadmissible":
        return study.declare_inadmissible(task=task, reason=reasons, by=by)
    if decision == "info_request":
        return study.ask_complement(task=task, items=items_of(values), by=by)
    target = (
        Organisation.objects.filter(pk=values.get("transmit_to") or 0).first()
        if decision == "transmit"
        else None
    )
    return study.declare_admissible(task=task, by=by, comment=reasons, transmit_to=target)


def items_of(values: Values) -> list[dict[str, str]]:
    return [
        {"label": text(row, "question"), "missing": text(row, "missing"), "why": text(row, "why")}
        for row in values.get("items") or []
    ]


def _orientation(task: Task, values: Values, by: User) -> Any:
    outcome = text(values, "outcome")
    redirection = redirection_of(values, outcome)
    if redirection is not None:
        return study.redirect(
            task=task, redirection=redirection, reason=text(values, "redirect_reason"), by=by
        )
    ids = [row.get("org") for row in values.get("holders") or []]
    holders = list(Organisation.objects.filter(pk__in=[key for key in ids if key]))
    return study.orient(
        task=task,
        legal_pathway=text(values, "legal_pathway"),
        act_type=text(values, "act_type"),
        holders=holders,
        wants_expert="expert" in (values.get("reviews") or []),
        is_complex=bool(values.get("complex")),
        comment=text(values, "complex_reason"),
        by=by,
    )


# The words of the feasibility form, as verdicts.
FEASIBILITY = {
    "feasible": Verdict.FAVOURABLE,
    "feasible_reserve": Verdict.RESERVED,
    "infeasible": Verdict.UNFAVOURABLE,
}


def _feasibility(task: Task, values: Values, by: User) -> Any:
    return study.assess_feasibility(
        task=task,
        verdict=FEASIBILITY[text(values, "verdict")],
        synthesis=text(values, "motivation"),
        conditions=conditions_of(values, "feasibility"),
        by=by,
    )


def _study(task: Task, values: Values, by: User) -> Any:
    return study.conclude_study(
        task=task,
        recommendation=text(values, "recommendation"),
        synthesis=text(values, "study_context"),
        conditions=conditions_of(values, "study"),
        by=by,
    )


def _opinion(task: Task, values: Values, by: User) -> Any:
    code = task.consultation.answers.definition_code
    verdict, synthesis = (
        ("lr_opinion", "lr_opinion_text") if code == "legal_review" else ("verdict", "motivation")
    )
    return opinions.give_opinion(
        task=task,
        verdict=text(values, verdict),
        synthesis=text(values, synthesis),
        conditions=conditions_of(values, code),
        by=by,
    )


def _decision(task: Task, values: Values, by: User) -> Any:
    rows = values.get("variables_decided") or []
    return decisions.decide(
        task=task,
        outcome=text(values, "decision"),
        motivation=text(values, "motivation"),
        reason_codes=values.get("reason_codes") or [],
        kept="\n".join(text(row, "variable") for row in rows if row.get("decision") == "kept"),
        refused="\n".join(
            f"{text(row, 'variable')} ({text(row, 'reason')})"
            if row.get("reason")
            else text(row, "variable")
            for row in rows
            if row.get("decision") == "refused"
        ),
        conditions=conditions_of(values, "holder_decision"),
        by=by,
    )


def _conclusion(task: Task, values: Values, by: User) -> Any:
    outcome = text(values, "outcome")
    return decisions.conclude(
        task=task,
        outcome=outcome,
        motivation=text(values, "motivation"),
        reason_codes=values.get("reason_codes") or [],
        redirection=redirection_of(values, outcome),
        conditions=conditions_of(values, "conclusion"),
        by=by,
    )


def _arbitration(task: Task, values: Values, by: User) -> Any:
    return decisions.arbitrate(
        task=task,
        outcome=text(values, "outcome"),
        motivation=text(values, "motivation"),
        conditions=conditions_of(values, "arbitration"),
        by=by,
    )


# --- What is verified before it is done --------------------------------------------------------


def _say_visa(task: Task, values: Values) -> str:
    return _("Vous rendez un visa « %(v)s » sur %(ref)s.") % {
        "v": label("visa", values, "verdict"),
        "ref": task.case.reference,
    }


def _say_admissibility(task: Task, values: Values) -> str:
    return _("Suite donnée à %(ref)s : « %(v)s ».") % {
        "ref": task.case.reference,
        "v": label("admissibility", values, "decision"),
    }


def _admissibility_effects(task: Task, values: Values) -> list[str]:
    return {
        "admissible": [
            _("Le délai de réponse de deux mois commence aujourd’hui."),
            _("Vous devenez l’instructeur du dossier."),
        ],
        "transmit": [
            _("Le délai de réponse de deux mois commence aujourd’hui."),
            _("Le demandeur est informé."),
        ],
        "info_request": [
            _("Le décompte des délais s’arrête."),
            _("Le demandeur reçoit la liste de ce qui manque."),
        ],
        "inadmissible": [
            _("La demande est close."),
            _("Le demandeur reçoit vos motifs et peut reprendre ses réponses."),
        ],
    }.get(text(values, "decision"), [])


def _say_orientation(task: Task, values: Values) -> str:
    return _("Orientation de %(ref)s : « %(v)s ».") % {
        "ref": task.case.reference,
        "v": label("orientation", values, "outcome"),
    }


def _orientation_effects(task: Task, values: Values) -> list[str]:
    if text(values, "outcome") in REDIRECTIONS:
        return [
            _("La demande est close : réorientée."),
            _("Le demandeur reçoit le lien et le contact."),
        ]
    n = len(values.get("holders") or [])
    return [
        ngettext("%(n)s détenteur est saisi.", "%(n)s détenteurs sont saisis en parallèle.", n)
        % {"n": n},
        _("L’étude d’opportunité et de faisabilité s’ouvre."),
    ]


def _say_verdict(task: Task, values: Values) -> str:
    name = "lr_opinion" if "lr_opinion" in values else "verdict"
    verdict = text(values, name)
    n = len(values.get("conditions") or [])
    if verdict == Verdict.RESERVED:
        return ngettext(
            "Vous donnez un avis favorable sous %(n)s réserve.",
            "Vous donnez un avis favorable sous %(n)s réserves.",
            n,
        ) % {"n": n}
    if verdict in FEASIBILITY:
        return _("Votre étude de faisabilité : « %(v)s ».") % {
            "v": label("feasibility", values, "verdict")
        }
    shown = dict(Verdict.choices).get(verdict, verdict)
    return _("Votre avis : « %(v)s ».") % {"v": shown}


def _verdict_effects(task: Task, values: Values) -> list[str]:
    return [
        _("Votre avis n’est plus modifiable."),
        _("La cellule et les détenteurs le lisent ; le demandeur le lira après la décision."),
    ]


def _say_study(task: Task, values: Values) -> str:
    return _("Vous concluez l’étude : « %(v)s ».") % {"v": label("study", values, "recommendation")}


def _study_effects(task: Task, values: Values) -> list[str]:
    return [
        _("L’étude n’est plus modifiable."),
        _("Les avis sont demandés en parallèle aux personnes désignées."),
    ]


def _say_decision(task: Task, values: Values) -> str:
    return _("Vous décidez au nom de %(org)s : « %(v)s ».") % {
        "org": task.organisation,
        "v": label("holder_decision", values, "decision"),
    }


def _decision_effects(task: Task, values: Values) -> list[str]:
    reserved = [_("La signature attend la levée des réserves préalables.")]
    return [
        *(reserved if values.get("conditions") else []),
        _("Le demandeur, la cellule et les DPD sont prévenus aujourd’hui."),
        _(
            "La décision n’est plus modifiable ; la cellule conclut lorsque tous les "
            "détenteurs ont décidé."
        ),
    ]


def _say_conclusion(task: Task, values: Values) -> str:
    return _("La cellule conclut : « %(v)s ».") % {"v": label("conclusion", values, "outcome")}


def _conclusion_effects(task: Task, values: Values) -> list[str]:
    outcome = text(values, "outcome")
    if outcome == DecisionOutcome.UNFAVOURABLE:
        return [
            _("La demande est close."),
            _("Le demandeur peut demander un réexamen dans les deux mois."),
        ]
    if outcome in REDIRECTIONS:
        return [_("La demande est close : réorientée.")]
    return [
        _("Le juriste peut ouvrir la rédaction de l’acte."),
        _("Le demandeur lit désormais les avis."),
    ]


def _say_arbitration(task: Task, values: Values) -> str:
    return _("Issue de l’arbitrage : « %(v)s ».") % {"v": label("arbitration", values, "outcome")}


def _arbitration_effects(task: Task, values: Values) -> list[str]:
    return [
        _("L’AMDAC enregistre ensuite sa conclusion."),
        _("Aucun détenteur n’est obligé de partager contre sa décision."),
    ]


L = gettext_lazy
ACTS: dict[str, Act] = {
    "give_visa": Act(
        L("Rendre le visa"),
        "visa",
        _visa,
        _say_visa,
        lambda t, v: [_("Votre visa est transmis à la cellule avec ses motifs.")],
    ),
    "check_admissibility": Act(
        L("Vérifier la recevabilité"),
        "admissibility",
        _admissibility,
        _say_admissibility,
        _admissibility_effects,
    ),
    "orient": Act(
        L("Orienter la demande"),
        "orientation",
        _orientation,
        _say_orientation,
        _orientation_effects,
    ),
    "assess_feasibility": Act(
        L("Étudier la faisabilité"), "", _feasibility, _say_verdict, _verdict_effects
    ),
    "conclude_study": Act(L("Conclure l’étude"), "", _study, _say_study, _study_effects),
    "give_opinion": Act(L("Rendre un avis"), "", _opinion, _say_verdict, _verdict_effects),
    "decide": Act(L("Décider"), "holder_decision", _decision, _say_decision, _decision_effects),
    "arbitrate": Act(
        L("Rendre l’arbitrage"), "arbitration", _arbitration, _say_arbitration, _arbitration_effects
    ),
    "conclude": Act(
        L("Enregistrer la conclusion"),
        "conclusion",
        _conclusion,
        _say_conclusion,
        _conclusion_effects,
    ),
}
