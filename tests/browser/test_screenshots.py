"""Pictures of the documentation, taken from the demonstration ministry.

They are made on demand only, so that an ordinary run leaves the tree as it was:
`NAVETTE_SCREENSHOTS=docs/images pytest tests/browser/test_screenshots.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from accounts.models import User
from agreements.models import Agreement
from cases.models import Task
from config.demo import loader
from requests_flow.models import DataRequest
from requests_flow.selectors.actions import address_of
from tests.browser.site import Site, served

FOLDER = os.environ.get("NAVETTE_SCREENSHOTS", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER, reason="NAVETTE_SCREENSHOTS ne dit pas où mettre les images"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with served(browser, django_db_blocker, loader.load) as made:
        yield made


def holding(role: str) -> User:
    return User.objects.filter(memberships__role=role).order_by("pk")[0]


def request_at(*stages: str) -> DataRequest:
    return DataRequest.objects.filter(stage__in=stages).order_by("pk")[0]


def at_work(role: str, step: str) -> tuple[User, str]:
    """Somebody who must do a step of a request, and the page where it is done."""
    waiting = Task.objects.filter(
        role=role, flow_task__endswith=f".{step}", status__in=["NEW", "ASSIGNED"]
    ).order_by("pk")
    task = waiting[0]
    holders = User.objects.filter(
        memberships__role=role, memberships__organisation=task.organisation
    )
    person = task.owner or holders.order_by("pk")[0]
    return person, address_of(task.case.concrete, task)


def shots() -> dict[str, tuple[User | None, str]]:
    """Each picture: who looks, and at which address."""
    officer, lawyer, auditor = (
        holding(one) for one in ("amdac_officer", "legal_officer", "auditor")
    )
    studied = request_at("opinions", "study")
    draft = DataRequest.objects.filter(stage="draft").order_by("pk")[0]
    drafting = Agreement.objects.filter(stage="drafting").order_by("pk")[0]
    signed = Agreement.objects.exclude(reference__startswith="PRJ").order_by("pk")[0]
    signing = Agreement.objects.filter(stage="signing").order_by("pk")[0]
    signatory = signing.signatories.filter(signatures=None).order_by("position")[0].user
    manager = holding("manager")
    return {
        "accueil": (None, "/"),
        "tableau-de-bord": (officer, "/tableau-de-bord/"),
        "demandes": (officer, "/demandes/"),
        "demande-instruction": (officer, f"/demandes/{studied.reference}/instruction/"),
        "formulaire": (draft.created_by, f"/demandes/brouillons/{draft.draft_key}/data/"),
        "convention-atelier": (lawyer, f"/conventions/{drafting.reference}/redaction/"),
        "convention-signee": (lawyer, f"/conventions/{signed.reference}/acte/"),
        "catalogue": (officer, "/catalogue/"),
        "pilotage": (officer, "/pilotage/"),
        "audit": (auditor, "/audit/"),
        "recevabilite": at_work("amdac_officer", "check_admissibility"),
        "visa": at_work("addac", "give_visa"),
        "avis-dpd": at_work("dpo", "give_opinion"),
        "avis-rssi": at_work("security_officer", "give_opinion"),
        "decision": at_work("data_holder", "decide"),
        "conclusion": at_work("amdac", "conclude"),
        "signature": (signatory, f"/conventions/{signing.reference}/signature/"),
        "conventions": (lawyer, "/conventions/"),
        "evenements": (lawyer, f"/conventions/{signed.reference}/evenements/"),
        "partages": (officer, "/partages/"),
        "partage": (officer, f"/partages/{signed.reference}/"),
        "livraisons": (officer, f"/partages/{signed.reference}/livraisons/"),
        "habilites": (officer, f"/partages/{signed.reference}/habilites/"),
        "clauses": (lawyer, "/administration/clauses/"),
        "messages": (manager, "/administration/modeles-de-message/"),
        "archives": (holding("archivist"), "/archives/"),
        "verifier": (None, "/verifier/"),
        "administration": (manager, "/administration/personnes/"),
    }


def test_pictures(site: Site) -> None:
    folder = Path(FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for name, (user, path) in shots().items():
        with site.visit(user, width=1280, height=960) as someone:
            page = someone.open(path)
            assert page.locator("h1").count() == 1, path
            page.screenshot(path=folder / f"{name}.png", full_page=False)
            assert someone.complaints == [], path
