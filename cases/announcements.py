"""Tell people that their turn has come, or that time passes: in the step's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Absence, User
from accounts.selectors import holders_of
from cases import policies
from cases.enums import Delay
from cases.models import Case, Task
from journal import dates
from notifications.enums import Family
from notifications.selectors import Wording, wording
from notifications.services import notify

# What happens when a step is not done in time (process.md, §7 and §8).
OTHERWISE_RAISED = _("Sinon, le retard est signalé à qui suit le dossier.")
OTHERWISE = {
    Delay.VISA: _("Sinon, la demande poursuit son circuit sans visa."),
    Delay.COMPLEMENT: _("Sinon, la demande sera classée sans suite, après un préavis."),
    Delay.FEASIBILITY: _("Sinon, la demande poursuit son circuit, cet avis étant noté non rendu."),
    Delay.OPINION_DPO: _("Sinon, la décision reste bloquée."),
    Delay.OPINION_SECURITY: _(
        "Sinon, la demande poursuit son circuit, cet avis étant noté non rendu."
    ),
    Delay.OPINION_LEGAL: _(
        "Sinon, la demande poursuit son circuit, cet avis étant noté non rendu."
    ),
    Delay.OPINION_EXPERT: _(
        "Sinon, la demande poursuit son circuit, cet avis étant noté non rendu."
    ),
    Delay.FORMALITIES: _("Sinon, la convention attend leurs réponses."),
    Delay.SIGNATURE: _("Sinon, l’acte ne peut pas prendre effet."),
}


def people_of(task: Task) -> list[User]:
    """Return who must act on a task: its owner, else every holder of its role there; with those
    who deputise them today. A task whose owner lost the role falls back to the others."""
    if not task.role:
        return [task.owner] if task.owner else []
    holders = list(holders_of(task.role, task.organisation, with_deputies=True))
    if task.owner is None or not policies.is_addressed(task.owner, task):
        return holders
    deputies = Absence.objects.filter(user_id=task.owner_id).current().values("deputy_id")
    return [task.owner, *User.objects.filter(pk__in=deputies, is_active=True)]


def day_text(day: Any) -> str:
    """« 12 mars 2026 », « 1er avril 2026 », or nothing."""
    return dates.day_text(day) if day else ""


def words_of(task: Task) -> Wording:
    """« Avis attendu avant le 24 mars 2026 » : the words of the step, with what the task holds."""
    node = task.flow_task
    more = {one.name: task.data.get(one.name, "") for one in node.variables}
    return worded(node.message_code, task, **more)


def worded(code: str, task: Task, **values: Any) -> Wording:
    """Return a message about a task; without a due date it says nothing of what follows."""
    words = wording(
        code,
        titre=task.case.title,
        attendu=task.title,
        echeance=day_text(task.due_on),
        sinon=OTHERWISE.get(task.delay, OTHERWISE_RAISED),
        **values,
    )
    family = Family(task.flow_task.family)
    consequence = words["consequence"] if task.due_on else ""
    return {**words, "family": family, "consequence": consequence}


def announce(case: Case, tasks: Iterable[Task]) -> None:
    """Write one message per newly opened task, to whoever must act, once."""
    for task in tasks:
        if task.flow_task_type == "HUMAN" and (people := people_of(task)):
            notify(
                recipients=people,
                **words_of(task),
                url=f"{settings.SITE_URL}{case.get_absolute_url()}",
                reference=case.reference or "",
                role_label=str(Role(task.role).label) if task.role else "",
            )
        task.announced_at = timezone.now()
        task.save(update_fields=["announced_at"])


def tell(
    case: Case,
    people: Iterable[User],
    *,
    family: Family,
    subject: str,
    sentence: str,
    consequence: str = "",
    locked: bool = False,
) -> None:
    """Tell people what happened on a case (number and title only, never its content).

    The words come from `wording`, so that managers may change them.
    """
    notify(
        recipients=list(people),
        family=family,
        subject=subject,
        sentence=sentence,
        consequence=consequence,
        url=f"{settings.SITE_URL}{case.get_absolute_url()}",
        reference=case.reference or "",
        locked=locked,
    )
