"""Who may see a case, and who may act on a task of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.selectors import HeldRole, has_role, is_transversal
from cases.enums import Room, Side
from cases.errors import NotAllowed
from cases.models import Case, CaseUserObjectPermission, Party, Task

# Who, in a holder's body, prepares or takes its decision (ux/spec.md, §3 table).
DECIDING_ROLES = frozenset({Role.HOLDER, Role.DPO, Role.SECURITY, Role.LEGAL, Role.SIGNATORY})


def can_view(user: User, case: Case) -> bool:
    """Tell whether `user` may see `case`: same rule as `Case.objects.visible_to`, for one case.

    The two are compared by a property test (architecture.md, §4 rule 1).
    """
    if not user.is_authenticated or not user.is_active:
        return False
    if case.created_by_id == user.pk or _is_granted(user, case):
        return True
    if case.is_draft:
        return False
    if is_transversal(user):
        return True
    return any(plays(user, party) for party in case.parties.all())


def plays(user: User, party: Party) -> bool:
    """Tell whether `user` takes part in a case through this party: a role in its organisation,
    that very role when the party is there for one role only (a DPO who is consulted)."""
    return any(
        held.organisation_id == party.organisation_id and party.role in ("", held.role)
        for held in user.held_roles
    )


def _is_granted(user: User, case: Case) -> bool:
    return CaseUserObjectPermission.objects.filter(
        user=user, content_object_id=case.pk, permission__codename="view_case"
    ).exists()


def is_on_side(user: User, case: Case, side: str) -> bool:
    """Tell whether `user` takes part in the case on this side."""
    return any(party.side == side and plays(user, party) for party in case.parties.all())


def is_cell(user: User) -> bool:
    """Tell whether `user` belongs to the data cell: an officer, or the AMDAC."""
    return has_role(user, Role.OFFICER, Role.AMDAC)


def mine(user: User) -> Q:
    """The tasks addressed to `user`, as SQL: same rule as `is_addressed`, compared by a test.

    A task is addressed to whoever holds its role in its organisation; once taken in charge, to its
    owner and to who deputises him, until he holds the role no more: it then falls back to all.
    """
    own = _own_ids(user)
    places = Q(pk__in=[])
    for held in user.held_roles:
        places |= Q(organisation_id=held.organisation_id, role=held.role)
        places |= Q(organisation_id=None, role=held.role)
    free = Q(owner=None) | Q(owner_id__in=own) | ~Q(Exists(_roles_of_the_owner()))
    return Q(owner_id__in=own, role="") | (places & ~Q(role="") & free)


def _own_ids(user: User) -> set[int]:
    """The person, and those whom he deputises today."""
    return {user.pk, *(held.for_user_id for held in user.held_roles if held.for_user_id)}


def _roles_of_the_owner() -> Any:
    """The role of an outer task, as its owner holds it today, himself or as a deputy."""
    today = timezone.localdate()
    deputised = Q(
        user__absences__deputy_id=OuterRef("owner_id"),
        user__absences__deputy__is_active=True,
        user__absences__starts_on__lte=today,
        user__absences__ends_on__gte=today,
    )
    return (
        Membership.objects.filter(Q(user_id=OuterRef("owner_id")) | deputised)
        .filter(
            Q(organisation_id=OuterRef("organisation_id"))
            | Q(IsNull(OuterRef("organisation_id"), True)),
            role=OuterRef("role"),
            user__is_active=True,
        )
        .current()
    )


def is_addressed(user: User, task: Task) -> bool:
    """Tell whether this task awaits `user`, from what was read already (see `mine`).

    Costs a query only for a task that a colleague of the same role took in charge.
    """
    if task.role and not _has_its_role(user.held_roles, task):
        return False
    if task.owner_id is None:
        return bool(task.role)
    if task.owner_id in _own_ids(user):
        return True
    return bool(task.role) and not _owner_holds_it(task)


def _has_its_role(held_roles: frozenset[HeldRole], task: Task) -> bool:
    return any(
        held.role == task.role and task.organisation_id in (None, held.organisation_id)
        for held in held_roles
    )


def _owner_holds_it(task: Task) -> bool:
    """Tell whether whoever took a task in charge still holds its role."""
    return task.owner is not None and _has_its_role(task.owner.held_roles, task)


def check_can_act(user: User, task: Task) -> None:
    """Refuse a person who may not do this task now.

    Raises NotAllowed with the reason: wrong role, role that ended, task taken in charge by a
    colleague, or the separation of duties declared by the node's policy (process.md, §2).
    """
    if not is_addressed(user, task):
        raise NotAllowed(_why_not_addressed(user, task))
    _check_duties(user, task)


def _check_duties(user: User, task: Task) -> None:
    policy = task.flow_task.policy
    if policy is not None:
        policy(user, task)


def can_act(user: User, task: Task) -> bool:
    """Tell whether `user` may do this task now; no query for a task of somebody else."""
    if not is_addressed(user, task):
        return False
    try:
        _check_duties(user, task)
    except NotAllowed:
        return False
    return True


def refusal(user: User, task: Task) -> str:
    """Return why `user` may not do this task now, in French; nothing when he may."""
    try:
        check_can_act(user, task)
    except NotAllowed as error:
        return error.message
    return ""


def _why_not_addressed(user: User, task: Task) -> str:
    if not task.role or _has_its_role(user.held_roles, task):
        return _("Cette étape est prise en charge par %(who)s.") % {"who": task.owner or "–"}
    label = Role(task.role).label
    if Membership.objects.filter(
        user=user, role=task.role, organisation_id=task.organisation_id
    ).exists():
        return _("Votre rôle « %(role)s » a pris fin.") % {"role": label}
    where = f" ({task.organisation})" if task.organisation_id else ""
    return _("Cette étape est réservée au rôle « %(role)s »%(where)s.") % {
        "role": label,
        "where": where,
    }


def rooms_of(user: User, case: Case) -> list[str]:
    """Return the rooms of the thread that `user` reads; the reader's order is that of posting."""
    if is_cell(user) or has_role(user, Role.AUDITOR):
        return [Room.PARTIES, Room.REQUESTER, Room.CELL]
    rooms: list[str] = [Room.PARTIES]
    if is_on_side(user, case, Side.REQUESTER):
        rooms.append(Room.REQUESTER)
    if own_organisation(user, case) is not None:
        rooms.append(Room.SIDE)
    return rooms


def _reviews(user: User, party: Party) -> bool:
    if party.side == Side.CONSULTED:
        return plays(user, party)
    return party.side in (Side.HOLDER, Side.OPERATOR) and any(
        held.organisation_id == party.organisation_id and held.role in DECIDING_ROLES
        for held in user.held_roles
    )


def reads_reviews(user: User, case: Case) -> bool:
    """Tell whether `user` reads the files of the study and of the opinions: those who review do,
    the requester only once it is decided (preparatory documents, CRPA L.311-2)."""
    if is_transversal(user):
        return True
    if any(_reviews(user, party) for party in case.parties.all()):
        return True
    return bool(case.outcome) and can_view(user, case)


def check_can_post(user: User, case: Case, room: str) -> None:
    """Refuse a message in a room that is not one's own; auditors and managers only read."""
    if case.is_closed and room != Room.CELL:
        raise NotAllowed(_("Ce dossier est clos : le fil d’échanges est en lecture seule."))
    writes = is_cell(user) or own_organisation(user, case) is not None
    if room not in rooms_of(user, case) or not writes:
        raise NotAllowed(_("Vous ne pouvez pas écrire dans cet espace d’échanges."))


def check_can_manage(user: User, case: Case) -> None:
    """Only the cell assigns, reminds and reorients (process.md, §2)."""
    if not is_cell(user):
        raise NotAllowed(_("Cette action est réservée à la cellule AMDAC."))
    if case.is_closed:
        raise NotAllowed(_("Ce dossier est clos."))


def as_if_free(task: Task) -> Task:
    """The same step, were it nobody's: who could do it?"""
    return Task(
        flow_task=task.flow_task,
        role=task.role,
        organisation=task.organisation,
        case=task.case,
        data=task.data,
    )


def can_reassign(user: User, task: Task) -> bool:
    """Tell whether `user` may give this step to somebody else."""
    try:
        check_can_reassign(user, task)
    except NotAllowed:
        return False
    return True


def check_can_reassign(user: User, task: Task) -> None:
    """The cell gives a step to somebody else; so does whoever it awaits, to his colleagues.

    Raises NotAllowed on a closed case, for anybody else, and for a step of one named person
    (process.md, §2).
    """
    if task.case.is_closed:
        raise NotAllowed(_("Ce dossier est clos."))
    if not task.role:
        raise NotAllowed(_("Cette étape n’appartient qu’à une personne."))
    if not (is_cell(user) or is_addressed(user, task)):
        raise NotAllowed(
            _("Seuls la cellule AMDAC et qui doit faire cette étape peuvent la confier.")
        )


def own_organisation(user: User, case: Case) -> Organisation | None:
    """Return the organisation through which `user` takes part in the case, if any."""
    return next((party.organisation for party in case.parties.all() if plays(user, party)), None)
