"""What an acting page shows around its form: recap, advice, verification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.announcements import day_text
from cases.models import Task
from questionnaires import scoring
from questionnaires import selectors as answers_of
from requests_flow.models import DataRequest

# Fields of the request that whoever acts must have before his eyes.
RECAP = (
    "objective",
    "datasets",
    "population_filter",
    "granularity",
    "legal_basis_art6",
    "retention_months",
    "delivery_mode",
)


def who_did(task: Task) -> str:
    """Say who did a task that is done already."""
    if task.owner and task.finished:
        when = timezone.localtime(task.finished)
        return _("Déjà fait par %(who)s le %(day)s à %(hour)s.") % {
            "who": task.owner,
            "day": day_text(when),
            "hour": f"{when:%H} h {when:%M}",
        }
    return _("Cette étape n’est plus à faire : le dossier a avancé entre-temps.")


def recap(data_request: DataRequest, task: Task) -> dict[str, Any]:
    """What the study and the opinions say so far, and the main answers of the request."""
    revision = data_request.revisions.last()
    items = []
    if revision is not None:
        view = answers_of.read_view(revision.answers)
        items = [item for section in view.sections for item in section.items if item.name in RECAP]
    return {
        "items": items,
        "consultations": list(
            data_request.consultations.filter(given_at__isnull=False)
            .exclude(task_id=task.pk)
            .select_related("organisation", "given_by")
            .prefetch_related("conditions")
        ),
        "decisions": list(data_request.decisions.select_related("organisation")),
        "previous": task.data.get("opinion", ""),
    }


def advice(form: Any) -> Any:
    """The computed advice of a scored grid: shown, never applied without a human choice."""
    if form.definition.code not in ("study", "feasibility"):
        return None
    return scoring.advice(form.definition, form.values)


def verification(
    act: Any, task: Task, values: Mapping[str, Any], hidden: list[tuple[str, str]]
) -> dict[str, Any]:
    """« Vérifier avant d’enregistrer » : one sentence, and what will happen."""
    return {
        "sentence": act.sentence(task, values),
        "effects": act.effects(task, values),
        "hidden": hidden,
        "submit_label": _("Enregistrer"),
    }
