"""In which capacity a person acts on a case when no task says it: what the journal keeps."""

from __future__ import annotations

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import actor
from cases import policies
from cases.enums import Side
from cases.models import Case
from journal.services import Actor

# side: the roles by which one speaks for it, the first that is held.
SPEAKING = {
    Side.REQUESTER: (Role.REQUESTER, Role.ADDAC, Role.DATA_REFERENT),
    Side.HOLDER: (Role.HOLDER, Role.DATA_REFERENT),
    Side.OPERATOR: (Role.HOLDER,),
    Side.CONSULTED: (),
}
# Those who act on a case without being of a party, the first that is held.
ABOVE_THE_PARTIES = (Role.OFFICER, Role.AMDAC, Role.LEGAL, Role.MANAGER, Role.AUDITOR)


def capacity_of(user: User, case: Case) -> Actor:
    """Describe a person to the journal, in the role and for the organisation that he plays on a
    case: that of his party, that of the author of a draft, else that of the cell or of the manager
    (process.md, §10)."""
    role, organisation = _of_a_party(user, case) or _of_the_author(user, case) or _above(user)
    return actor(user, role=role, organisation=organisation)


def in_role(user: User, role: str) -> Actor:
    """Describe a person to the journal in a role that is held once for the whole service."""
    return actor(user, role=role, organisation=_where_held(user, role))


def _of_a_party(user: User, case: Case) -> tuple[str, Organisation] | None:
    party = next((one for one in case.parties.all() if policies.plays(user, one)), None)
    if party is None:
        return None
    wanted = (party.role,) if party.role else SPEAKING[Side(party.side)]
    return _held_in(user, party.organisation_id, wanted), party.organisation


def _of_the_author(user: User, case: Case) -> tuple[str, Organisation] | None:
    """A draft has no party yet: it is written for the organisation that will ask."""
    organisation = getattr(case, "organisation", None)
    if not case.is_draft or organisation is None:
        return None
    return _held_in(user, organisation.pk, SPEAKING[Side.REQUESTER]), organisation


def _above(user: User) -> tuple[str, Organisation | None]:
    for role in ABOVE_THE_PARTIES:
        if (organisation := _where_held(user, role)) is not None:
            return role, organisation
    return "", None


def _where_held(user: User, role: str) -> Organisation | None:
    places = [held.organisation_id for held in user.held_roles if held.role == role]
    return Organisation.objects.filter(pk__in=places).order_by("pk").first()


def _held_in(user: User, organisation_id: int, wanted: tuple[str, ...]) -> str:
    """The first wanted role that is held there, else any other, in the order of the roles."""
    held = {one.role for one in user.held_roles if one.organisation_id == organisation_id}
    ordered = [*wanted, *(str(role) for role in Role)]
    return next((str(role) for role in ordered if role in held), "")
