"""Who is told what happens to an act."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import holders_of
from agreements.models import Agreement
from agreements.routing import parties_of
from cases.models import Party

# Who speaks for a party, who answers for its data, and who signed (process.md, §11).
BOTH_SIDES = (
    Role.REQUESTER,
    Role.HOLDER,
    Role.ADDAC,
    Role.DATA_REFERENT,
    Role.DPO,
    Role.SECURITY,
    Role.SIGNATORY,
)


def people_of_parties(
    agreement: Agreement, roles: Iterable[str], *, parties: Iterable[Party] | None = None
) -> list[User]:
    """Return, once each, those who hold one of these roles in a party to the act."""
    found = {
        user.pk: user
        for party in (parties_of(agreement) if parties is None else parties)
        for role in roles
        for user in holders_of(role, party.organisation)
    }
    return list(found.values())


def both_sides(agreement: Agreement) -> list[User]:
    """Return those whom every move of a signed act concerns: parties, drafters and the cell."""
    drafters = holders_of(Role.LEGAL, agreement.drafting_organisation)
    people = [*people_of_parties(agreement, BOTH_SIDES), *drafters, *holders_of(Role.OFFICER)]
    return list({user.pk: user for user in people}.values())
