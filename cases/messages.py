"""The messages of every case: a step that awaits somebody, its reminders, the thread."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.nodes import ActorTask
from notifications.enums import Family
from notifications.kinds import (
    ANNOUNCED,
    AWAITED,
    DELAY,
    DUE,
    EXPECTED,
    OTHERWISE,
    TITLE,
    Kind,
    register,
)

SENTENCE = _("{attendu} : « {titre} ».")
CONSEQUENCE = _("Au plus tard le {echeance}. {sinon}")

REMINDER = Kind(
    "reminder",
    _("Rappel d’une étape, avant son échéance"),
    Family.STUDY,
    _("Rappel : {annonce}"),
    SENTENCE,
    CONSEQUENCE,
    (TITLE, EXPECTED, DUE, OTHERWISE, ANNOUNCED),
)
LATE = Kind(
    "late",
    _("Étape en retard, à qui agit puis à qui suit le dossier"),
    Family.STUDY,
    _("{objet} en retard de {retard}"),
    SENTENCE,
    CONSEQUENCE,
    (TITLE, EXPECTED, DUE, OTHERWISE, AWAITED, DELAY),
)
NUDGE = Kind(
    "nudge",
    _("Relance faite à la main par la cellule"),
    Family.STUDY,
    _("Rappel : {attendu}"),
    _("La cellule AMDAC attend : {attendu}."),
    "",
    (TITLE, EXPECTED),
)
REASSIGNED = Kind(
    "reassigned",
    _("Étape confiée à une autre personne, à qui l’avait"),
    Family.STUDY,
    _("Étape confiée à une autre personne"),
    _("{attendu} : cette étape ne vous est plus confiée."),
    "",
    (TITLE, EXPECTED),
)
THREAD = Kind(
    "thread",
    _("Nouveau message dans les échanges"),
    Family.MESSAGE,
    _("Nouveau message"),
    _("Un message a été ajouté au dossier « {titre} »."),
    "",
    (TITLE,),
)


def register_all() -> None:
    register(REMINDER, LATE, NUDGE, REASSIGNED, THREAD)


def register_steps(flow: Any) -> None:
    """Add the message of each human step of a circuit."""
    register(
        *(
            Kind(
                node.message_code,
                node.task_title,
                Family(node.family),
                node.announcement or EXPECTED.braces,
                SENTENCE,
                CONSEQUENCE,
                (TITLE, EXPECTED, DUE, OTHERWISE, *node.variables),
            )
            for node in flow.instance.nodes()
            if isinstance(node, ActorTask)
        )
    )
