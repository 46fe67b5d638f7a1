"""Who may see a case, and who may act on a task of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Absence, Membership, Organisation, User
from accounts.selectors import has_role, is_transversal
from cases.enums import Room, Side
from cases.errors import NotAllowed
from cases.models import Case, CaseUserObjectPermission, Task


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
    parties = [(party.organisation_id, party.role) for party in case.parties.all()]
    return any(
        (held.organisation_id, "") in parties or (held.organisation_id, held.role) in parties
        for held in user.held_roles
    )


def _is_granted(user: User, case: Case) -> bool:
    return CaseUserObjectPermission.objects.filter(
        user=user, content_object_id=case.pk, permission__codename="view_case"
    ).exists()


def is_on_side(user: User, case: Case, side: str) -> bool:
    """Tell whether `user` holds a role in an organisation on this side of the case."""
    mine = {held.organisation_id for held in user.held_roles}
    return any(p.side == side and p.organisation_id in mine for p in case.parties.all())


def is_cell(user: User) -> bool:
    return has_role(user, Role.OFFICER, Role.AMDAC)


def check_can_act(user: User, task: Task) -> None:
    """Refuse a person who may not do this task now.

    Raises NotAllowed with the reason: wrong role, task taken in charge by a colleague, or the
    separation of duties declared by the node's policy (process.md, §2).
    """
    if task.owner_id and task.owner_id != user.pk and not _deputises(user, task.owner_id):
        raise NotAllowed(_("Cette étape est prise en charge par %(who)s.") % {"who": task.owner})
    if task.owner_id is None or task.role:
        _check_role(user, task)
    policy = task.flow_task.policy
    if policy is not None:
        policy(user, task)


def can_act(user: User, task: Task) -> bool:
    try:
        check_can_act(user, task)
    except NotAllowed:
        return False
    return True


def _check_role(user: User, task: Task) -> None:
    if not task.role or has_role(user, task.role, organisation_id=task.organisation_id):
        return
    label = Role(task.role).label
    if Membership.objects.filter(
        user=user, role=task.role, organisation_id=task.organisation_id
    ).exists():
        raise NotAllowed(_("Votre rôle « %(role)s » a pris fin.") % {"role": label})
    where = f" ({task.organisation})" if task.organisation_id else ""
    raise NotAllowed(
        _("Cette étape est réservée au rôle « %(role)s »%(where)s.")
        % {"role": label, "where": where}
    )


def _deputises(user: User, absent_id: int) -> bool:
    return Absence.objects.filter(deputy=user, user_id=absent_id).current().exists()


def rooms_of(user: User, case: Case) -> list[str]:
    """Return the rooms of the thread that `user` reads; the reader's order is that of posting."""
    rooms = [Room.PARTIES]
    if is_cell(user):
        return [Room.PARTIES, Room.REQUESTER, Room.CELL]
    if has_role(user, Role.AUDITOR):
        return [Room.PARTIES, Room.REQUESTER, Room.CELL]
    if is_on_side(user, case, Side.REQUESTER):
        rooms.append(Room.REQUESTER)
    if user.held_roles:
        rooms.append(Room.SIDE)
    return rooms


def check_can_post(user: User, case: Case, room: str) -> None:
    """Refuse a message in a room that is not one's own; auditors and managers only read."""
    if case.is_closed and room != Room.CELL:
        raise NotAllowed(_("Ce dossier est clos : le fil d’échanges est en lecture seule."))
    writers = is_cell(user) or any(
        is_on_side(user, case, side) for side in (Side.REQUESTER, Side.HOLDER, Side.CONSULTED)
    )
    if room not in rooms_of(user, case) or not writers:
        raise NotAllowed(_("Vous ne pouvez pas écrire dans cet espace d’échanges."))


def check_can_manage(user: User, case: Case) -> None:
    """Only the cell assigns, reminds and reorients (process.md, §2)."""
    if not is_cell(user):
        raise NotAllowed(_("Cette action est réservée à la cellule AMDAC."))
    if case.is_closed:
        raise NotAllowed(_("Ce dossier est clos."))


def own_organisation(user: User, case: Case) -> Organisation | None:
    """Return the organisation through which `user` takes part in the case, if any."""
    mine = {held.organisation_id for held in user.held_roles}
    for party in case.parties.select_related("organisation"):
        if party.organisation_id in mine:
            return party.organisation
    return None
