"""« Et ensuite ? » : who does what once a step is done (ux/spec.md, §3)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cases import clock
from cases.announcements import day_text
from cases.enums import Delay
from cases.models import Task

Line = dict[str, str]


def within(code: str) -> str:
    """« Sous 5 jours ouvrés », from the delays in force."""
    delay = clock.rule(code)
    unit = _("jours ouvrés") if delay.unit == "working" else _("jours calendaires")
    return _("Sous %(n)s %(unit)s") % {"n": delay.days, "unit": unit}


def after(task: Task) -> dict[str, Any]:
    """« Et ensuite ? » : who does what once this step is done, in three lines at most."""
    lines = _AFTER.get(task.node, lambda: [])()
    return {"title": _("Et ensuite ?"), "steps": lines} if lines else {}


def _line(who: str, text: str, when: str = "") -> Line:
    return {"who": who, "text": text, "when": when}


def _after_visa() -> list[Line]:
    return [
        _line(
            _("La cellule AMDAC"),
            _("lit votre visa et vérifie la recevabilité."),
            within(Delay.ADMISSIBILITY),
        ),
        _line(_("Le demandeur"), _("lit votre visa dans le dossier."), _("Dès l’enregistrement")),
    ]


def _after_admissibility() -> list[Line]:
    return [
        _line(_("Le demandeur"), _("est informé de la suite donnée."), _("Dès l’enregistrement")),
        _line(
            _("Vous"), _("orientez la demande si elle est recevable."), within(Delay.ORIENTATION)
        ),
        _line(
            _("Le demandeur"),
            _("complète son dossier si vous le lui demandez ; le délai s’arrête."),
            within(Delay.COMPLEMENT),
        ),
    ]


def _after_orientation() -> list[Line]:
    return [
        _line(
            _("Les détenteurs"),
            _("étudient la faisabilité pour leurs données."),
            within(Delay.FEASIBILITY),
        ),
        _line(_("La cellule AMDAC"), _("conclut l’étude."), within(Delay.STUDY)),
        _line(
            _("Les DPD, le RSSI et le juriste"),
            _("rendent leurs avis en parallèle."),
            within(Delay.OPINION_DPO),
        ),
    ]


def _after_feasibility() -> list[Line]:
    return [
        _line(_("La cellule AMDAC"), _("conclut l’étude avec vos réponses."), within(Delay.STUDY)),
        _line(_("Vous"), _("décidez pour vos données, après les avis."), within(Delay.DECISION)),
    ]


def _after_study() -> list[Line]:
    return [
        _line(
            _("Les DPD, le RSSI et le juriste"),
            _("rendent leurs avis en parallèle."),
            within(Delay.OPINION_DPO),
        ),
        _line(_("Les détenteurs"), _("décident, chacun pour ses données."), within(Delay.DECISION)),
    ]


def _after_opinion() -> list[Line]:
    return [
        _line(
            _("La cellule AMDAC"),
            _("lit votre avis et suit vos réserves."),
            _("Dès l’enregistrement"),
        ),
        _line(
            _("Les détenteurs"),
            _("décident, chacun pour ses données, une fois tous les avis rendus."),
            within(Delay.DECISION),
        ),
    ]


def _after_decision() -> list[Line]:
    return [
        _line(_("La cellule AMDAC"), _("enregistre sa conclusion."), within(Delay.CONCLUSION)),
        _line(
            _("Le demandeur"),
            _("reçoit le courrier, avec vos réserves et vos motifs."),
            _("Dès la conclusion"),
        ),
        _line(_("Le service juridique"), _("rédige la convention."), within(Delay.DRAFTING)),
    ]


def _after_conclusion() -> list[Line]:
    return [
        _line(
            _("Le demandeur"),
            _("reçoit le courrier de décision et lit les avis."),
            _("Dès l’enregistrement"),
        ),
        _line(
            _("Le service juridique"),
            _("choisit l’acte et le rédige si la conclusion est favorable."),
            within(Delay.DRAFTING),
        ),
    ]


def _after_arbitration() -> list[Line]:
    return [_line(_("L’AMDAC"), _("enregistre sa conclusion."), within(Delay.CONCLUSION))]


def after_complement() -> dict[str, Any]:
    """« Et ensuite ? » of a complement: the clock stops, then the answer or the end."""
    return {
        "title": _("Et ensuite ?"),
        "steps": [
            _line(
                _("Le décompte"),
                _("des délais s’arrête jusqu’à la réponse."),
                _("Dès l’envoi"),
            ),
            _line(
                _("Le demandeur"),
                _("corrige ses réponses et envoie son complément."),
                _("Avant le %(day)s") % {"day": day_text(clock.due_date(Delay.COMPLEMENT))},
            ),
            _line(
                _("La demande"),
                _("est classée sans suite, après un préavis, s’il ne répond pas."),
                within(Delay.LAPSE_NOTICE),
            ),
        ],
    }


def after_answer() -> dict[str, Any]:
    """« Et ensuite ? » of an answer to a complement: the clock runs again."""
    return {
        "title": _("Et ensuite ?"),
        "steps": [
            _line(_("Le décompte"), _("des délais reprend."), _("Dès l’envoi")),
            _line(
                _("La cellule AMDAC"),
                _("lit vos réponses et compare les deux versions."),
                within(Delay.ADMISSIBILITY),
            ),
        ],
    }


_AFTER = {
    "give_visa": _after_visa,
    "check_admissibility": _after_admissibility,
    "orient": _after_orientation,
    "assess_feasibility": _after_feasibility,
    "conclude_study": _after_study,
    "give_opinion": _after_opinion,
    "decide": _after_decision,
    "arbitrate": _after_arbitration,
    "conclude": _after_conclusion,
}


def kept(task: Task) -> str:
    """« Ce qui est conservé » : what the record holds, and what may still be changed."""
    if task.node == "decide":
        return _(
            "Votre nom, votre qualité, la date, le texte et ses versions. Une décision enregistrée "
            "ne se modifie plus ; elle peut être remplacée par une nouvelle décision motivée."
        )
    return _(
        "Votre nom, votre rôle, la date et le texte. Une fois enregistré, il ne se modifie plus."
    )
