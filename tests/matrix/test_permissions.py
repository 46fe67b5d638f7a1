"""Who may open and send what: every address of the service × every actor (architecture.md, §4).

The names come from the resolver: a new address without a row of the table fails here.
"""

from __future__ import annotations

import pytest

from accounts.enums import Role
from tests.matrix import table_acts, table_requests, table_service, table_sharings
from tests.matrix.rows import GROUPS, LOGIN, STRANGERS, Row
from tests.matrix.tries import Trier, patterns

pytestmark = pytest.mark.django_db

ROWS: dict[str, Row] = {
    **table_service.ROWS,
    **table_requests.ROWS,
    **table_acts.ROWS,
    **table_sharings.ROWS,
}


def test_every_address_has_its_row() -> None:
    assert sorted(patterns()) == sorted(ROWS)


def test_every_role_tries(trier: Trier) -> None:
    near_misses = {"elsewhere", "ended", "closed", "no_role", "anonymous"}

    assert {str(role) for role in Role} | near_misses <= set(trier.sessions)
    assert {name for group in GROUPS.values() for name in group} <= set(trier.sessions)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_address(trier: Trier, name: str) -> None:
    """A GET answers what the table says and changes nothing but what is remembered of readings;
    a POST by somebody who may not is refused and writes nothing."""
    found = ROWS[name]
    address = trier.address(name, found.at)
    faults = []
    for actor in trier.sessions:
        faults += _get_faults(trier, found, actor, address)
        faults += _post_faults(trier, found, actor, address)

    assert faults == [], "\n".join(faults)


def _get_faults(trier: Trier, found: Row, actor: str, address: str) -> list[str]:
    seen = trier.get(actor, address)
    faults = []
    if not found.public and actor in STRANGERS:
        if (seen.status, seen.path) != (302, LOGIN):
            faults.append(f"GET {actor}: {seen.status} au lieu de la connexion")
    elif seen.status not in found.expected("get", actor):
        faults.append(f"GET {actor}: {seen.status}, attendu {set(found.expected('get', actor))}")
    if seen.changed - found.writes:
        faults.append(f"GET {actor} écrit dans {sorted(seen.changed)}")
    return faults


def _post_faults(trier: Trier, found: Row, actor: str, address: str) -> list[str]:
    seen = trier.post(actor, address, dict(found.data))
    if not found.public and actor in STRANGERS:
        refused = (seen.status, seen.path) == (302, LOGIN)
        if not refused:
            return [f"POST {actor}: {seen.status} au lieu de la connexion"]
        return [f"POST {actor} écrit dans {sorted(seen.written)}"] * bool(seen.changed)
    expected = found.expected("post", actor)
    if seen.status not in expected:
        return [f"POST {actor}: {seen.status}, attendu {set(expected)}"]
    if seen.status in (403, 404, 405) and seen.changed:
        return [f"POST {actor}, refusé, écrit dans {sorted(seen.changed)}"]
    return []
