"""The pages of memory and steering read as French (ux/spec.md, §9, check 24)."""

import pytest

from accounts.enums import Role
from journal.services import Actor, Subject, record
from notifications.services import notify
from steering.selectors.indicators.definitions import DEFINITIONS
from tests.french_lint import french_faults
from tests.steering import factories
from tests.steering.factories import OrganisationFactory, act, concluded, filed, step

PAGES = [
    "/audit/",
    "/audit/?du=hier&texte=a%00",
    "/audit/controle/",
    "/recherche/?q=recours",
    "/recherche/?q=introuvable",
    "/registre/",
    "/registre/CONV-2026-001/",
    "/registres/demandes/",
    "/registres/conventions/?texte=introuvable",
    "/pilotage/",
    "/pilotage/definitions/",
    *[f"/pilotage/indicateurs/{code}/" for code in DEFINITIONS],
    "/notifications/",
    "/mon-compte/notifications/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES)
def test_page_reads_as_french(client, url):
    user = factories.person(Role.AUDITOR, Role.MANAGER)
    client.force_login(user)
    concluded("2026-02-02", holders=(OrganisationFactory(),))
    act()
    step(filed("Recours"), "2026-02-02", "2026-02-16", finished="2026-02-20")
    step(filed("Recours"), "2026-03-02", "2026-03-13")
    record(
        chain="case:1", kind="opinion.given", by=Actor(1, "Ana", "Juriste"),
        subject=Subject("request", "1", "DEM-2026-0001"), summary="a rendu un avis",
    )  # fmt: skip
    notify(
        recipients=[user], family="opinion", subject="Avis attendu avant le 24 mars 2026",
        sentence="Votre avis est attendu.", url="/", reference="DEM-2026-0001",
    )  # fmt: skip

    response = client.get(url)

    assert response.status_code == 200
    assert french_faults(response.content.decode()) == []
