"""« Mon tableau de bord » : what must I do, before when, and for whom I wait (ux/spec.md, §1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat, JSONObject, Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import Absence, User
from accounts.selectors import has_role
from cases import clock
from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.announcements import day_text
from cases.models import Case, Task
from cases.services import NUDGE_EVERY_WORKING_DAYS
from journal.models import Event
from requests_flow.models import DataRequest
from requests_flow.selectors import drafts
from requests_flow.selectors.actions import PAGES, address_of, verb_of
from requests_flow.selectors.lists import parties_text
from requests_flow.selectors.wording import actor_name

SHOWN = 10
NEWS_SHOWN = 3
NEWS = timedelta(days=30)


def dashboard(
    user: User, *, everybody: bool = False, last_visit: datetime | None = None
) -> dict[str, Any]:
    """Build the page: the inbox by due date, what waits for others, the dates, the drafts, and
    what happened since `last_visit`. Four queries, whatever the number of cases.

    `everybody`: what waits for others on every case; of the cell only, others see their own.
    """
    is_cell = case_policies.is_cell(user)
    everybody = everybody and is_cell
    agenda = case_selectors.agenda(user, of_the_cell=everybody)
    todo, waiting, dates = agenda.todo, agenda.waiting, agenda.dates
    begun = _drafts(user)
    today = timezone.localdate()
    late = sum(bool(task.due_on and task.due_on < today) for task in todo)
    organisations = {held.organisation_id for held in user.held_roles}
    return {
        "todo": [
            todo_line(task, first=rank == 0, names_place=len(organisations) > 1)
            for rank, task in enumerate(todo[:SHOWN])
        ],
        "todo_count": len(todo),
        "late": late,
        "heading": _count_text(len(todo)),
        "sentence": _sentence(len(todo), late),
        "today": today,
        "waiting": [waiting_line(user, task) for task in waiting[:SHOWN]],
        "waiting_count": len(waiting),
        "dates": [date_line(task) for task in dates[:5]],
        "drafts": [
            draft_line(draft, first=not todo and rank == 0) for rank, draft in enumerate(begun)
        ],
        "counters": _counters(todo, waiting, len(dates), today),
        "events": _recent(user, last_visit),
        "everybody": everybody,
        "is_cell": is_cell,
        "next_date": dates[0] if dates else None,
        "may_request": has_role(user, Role.REQUESTER),
        "deputising": _deputising(user, today),
    }


def _count_text(n: int) -> str:
    """« 0 dossier à traiter » : French keeps the singular below two."""
    return (ngettext("%(n)s dossier à traiter", "%(n)s dossiers à traiter", n or 1)) % {"n": n}


def _sentence(todo: int, late: int) -> str:
    text = _count_text(todo)
    return f"{text}, {_('dont %(n)s en retard') % {'n': late}}." if late else f"{text}."


def _counters(todo: list[Task], waiting: list[Task], dates: int, today: date) -> list[Any]:
    late = sum(bool(task.due_on and task.due_on < today) for task in todo)
    due_today = sum(task.due_on == today for task in todo)
    details = [_("%(n)s en retard") % {"n": late}] if late or not due_today else []
    if due_today:
        details.append(_("%(n)s aujourd’hui") % {"n": due_today})
    overdue = sum(bool(task.due_on and task.due_on < today) for task in waiting)
    return [
        {
            "n": len(todo),
            "label": _("À traiter"),
            "url": "#a-traiter",
            "detail": ", ".join(details),
            "todo": True,
        },
        {
            "n": len(waiting),
            "label": _("En attente d’un tiers"),
            "url": "#en-attente",
            "detail": _("%(n)s en retard") % {"n": overdue},
        },
        {
            "n": dates,
            "label": _("Échéances"),
            "url": "#echeances",
            "detail": _("dans les 30 prochains jours"),
        },
    ]


def _deputising(user: User, today: date) -> list[str]:
    """« Vous suppléez Yann Le Gall jusqu’au 27 mars »."""
    if all(held.for_user_id is None for held in user.held_roles):
        return []
    return [
        _("Vous suppléez %(who)s jusqu’au %(day)s.")
        % {"who": one.user, "day": day_text(one.ends_on)}
        for one in Absence.objects.filter(deputy=user).current(today).select_related("user")
    ]


def task_url(task: Task) -> str:
    """The page of a task: that of its node for a request, that of the act otherwise."""
    return address_of(task.case, task) if task.node in PAGES else task.case.get_absolute_url()


def date_line(task: Task) -> dict[str, Any]:
    """A dated step to come, as the component `dates` shows it."""
    return {
        "day": task.due_on,
        "title": str(task.title),
        "url": task.case.get_absolute_url(),
        "detail": task.case.title,
        "reference": task.case.reference,
    }


def todo_line(task: Task, *, first: bool, names_place: bool = False) -> dict[str, Any]:
    """A line of « À traiter » ; it names the organisation for whom acts for several."""
    verb = verb_of(task) if task.node in PAGES else str(task.title)
    place = f" — {task.organisation}" if names_place and task.organisation else ""
    return {
        "title": task.case.title,
        "url": task.case.get_absolute_url(),
        "todo": f"{task.title}{place}",
        "due": task.due_on,
        "reference": task.case.reference,
        "meta": parties_text(task.parties_named),  # type: ignore[attr-defined]
        "action": {
            "label": verb.split(" ")[0],
            "url": task_url(task),
            "variant": "primary" if first else "secondary",
            "full_label": f"{verb} : {task.case.reference}",
            "small": True,
        },
    }


def waiting_line(user: User, task: Task) -> dict[str, Any]:
    """A line of « En attente d’un tiers » : what, from whom, reminded when, « Relancer »."""
    suspended = task.is_suspended  # type: ignore[attr-defined] # told by `agenda`
    title = str(task.title)
    nudged = day_text(timezone.localdate(task.nudged_at)) if task.nudged_at else ""
    return {
        "title": task.case.title,
        "url": task.case.get_absolute_url(),
        "todo": _("Attendu : %(what)s") % {"what": title[:1].lower() + title[1:]},
        "due": task.due_on,
        "suspended": suspended,
        "waiting_for": actor_name(task),
        "reference": task.case.reference,
        "meta": _("relancé le %(day)s") % {"day": nudged} if nudged else _("aucune relance"),
        "action": None if suspended else _nudge(user, task, nudged),
    }


def _nudge(user: User, task: Task, nudged: str) -> dict[str, Any] | None:
    if not case_policies.is_cell(user) or task.node not in PAGES:
        return None
    if task.nudged_at and _nudged_lately(task):
        return {"note": _("Relancé le %(day)s") % {"day": nudged}}
    return {
        "label": _("Relancer"),
        "url": reverse("requests_flow:nudge", args=[task.case.reference, task.pk]),
        "post": True,
        "variant": "tertiary",
        "small": True,
        "full_label": _("Relancer : %(who)s — %(ref)s")
        % {"who": actor_name(task), "ref": task.case.reference},
    }


def _nudged_lately(task: Task) -> bool:
    again = clock.Calendar(closed=()).add_working_days(
        timezone.localdate(task.nudged_at), NUDGE_EVERY_WORKING_DAYS
    )
    return timezone.localdate() < again


def _drafts(user: User) -> list[DataRequest]:
    """The five drafts written last, with their answers."""
    keys = case_selectors.drafts(user).values("pk")[:5]
    return list(
        DataRequest.objects.filter(pk__in=keys).select_related("answers").order_by("-updated_at")
    )


def draft_line(draft: DataRequest, *, first: bool) -> dict[str, Any]:
    """« Reprendre », « étape 4 sur 8 » and when it was saved."""
    url = reverse("requests_flow:open_draft", args=[draft.draft_key])
    codes = drafts.section_codes(draft)
    step = codes.index(drafts.where_one_stopped(draft)) + 1
    saved = timezone.localdate(draft.answers.updated_at)
    return {
        "title": draft.title or _("Demande sans titre"),
        "url": url,
        "todo": _("Terminer et déposer la demande"),
        "badge": {"text": _("Brouillon"), "variant": "neutral", "icon": False},
        "meta": _("étape %(step)s sur %(total)s, enregistré %(when)s")
        % {"step": step, "total": len(codes), "when": _when(saved)},
        "action": {
            "label": _("Reprendre"),
            "url": url,
            "variant": "primary" if first else "secondary",
            "small": True,
            "full_label": _("Reprendre : %(title)s")
            % {"title": draft.title or _("demande sans titre")},
        },
    }


def _when(day: date) -> str:
    age = (timezone.localdate() - day).days
    if age < 2:
        return _("aujourd’hui") if age == 0 else _("hier")
    return _("le %(day)s") % {"day": day_text(day)}


def _recent(user: User, last_visit: datetime | None) -> list[dict[str, Any]]:
    """« Depuis votre dernière visite » : three events at most, of the cases that I open, steer or
    follow, done by others. Looks no further back than a month."""
    bound = timezone.now() - NEWS
    since = max(last_visit or bound, bound)
    own = case_selectors.own_cases(user).filter(updated_at__gt=since)
    chains = own.values_list(Concat(Value("case:"), Cast("pk", CharField())))
    of_chain = Case.objects.filter(pk=Cast(Substr(OuterRef("chain"), 6), BigIntegerField()))
    case = JSONObject(kind="kind", reference="reference", draft_key="draft_key", title="title")
    found = (
        Event.objects.filter(chain__in=chains, at__gt=since, audience="everyone", is_read=False)
        .exclude(actor_id=user.pk)
        .annotate(case=Subquery(of_chain.values_list(case)))
        .order_by("-at", "-id")[:NEWS_SHOWN]
    )
    return [_news(event, Case(**event.case)) for event in found]  # type: ignore[attr-defined]


def _news(event: Event, case: Case) -> dict[str, Any]:
    return {
        "sentence": event.sentence,
        "url": case.get_absolute_url(),
        "reference": case.reference or _("Brouillon"),
        "title": case.title,
    }
