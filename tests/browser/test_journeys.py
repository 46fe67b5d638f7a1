"""The three played cases, through the browser, each step by the person whose task it is."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from agreements.models import Agreement
from agreements.selectors import archived_bytes
from cases import selectors as case_selectors
from catalogue.models import Dataset
from journal.models import Event
from requests_flow.models import DataRequest, ImmediateRedirection
from tests.browser import acting, world
from tests.browser.personas import Persona, run_jobs, step_address
from tests.catalogue.factories import DatasetFactory
from tests.requests_flow import worlds

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # The layout and signature libraries leave files to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def ministry() -> worlds.Ministry:
    return world.ministry()


class Play:
    """Persons in front of one file; each has his own browser, opened when he first acts."""

    def __init__(self, visitor: Any, ministry: worlds.Ministry) -> None:
        self.visitor, self.ministry = visitor, ministry
        self.seats: dict[int, Persona] = {}

    def at(self, user: User) -> Persona:
        if user.pk not in self.seats:
            self.seats[user.pk] = Persona(self.visitor, user)
        return self.seats[user.pk]

    def case(self) -> DataRequest:
        return DataRequest.objects.order_by("-pk")[0]

    def step(self, user: User, node: str, values: dict[str, Any], where: Any = None) -> None:
        """A person does the step that waits for him, on its page."""
        self.at(user).act(step_address(self.case(), node, where), values)

    def file_request(self, steps: dict[str, dict[str, Any]]) -> DataRequest:
        """From the pre-check to the receipt: the requester alone."""
        someone = self.at(self.ministry.requester)
        someone.open("/demandes/nouvelle/")
        someone.fill({"dataset": "", "need": "Piloter l’offre."})
        someone.press("Continuer")
        someone.press("Commencer la demande")
        for section, values in steps.items():
            assert someone.path.endswith(f"/{section}/"), (section, someone.path)
            someone.fill(values)
            someone.press("Enregistrer et continuer")
        assert someone.path.endswith("/recapitulatif/")
        assert someone.page.locator("#resume-erreurs li").all_inner_texts() == [], (
            self.case().answers.values
        )
        someone.press("Déposer la demande")
        expect(someone.page.locator("main")).to_contain_text(str(self.case().reference))
        return self.case()

    def complaints(self) -> list[str]:
        return [one for persona in self.seats.values() for one in persona.seat.complaints]

    def nodes(self) -> list[str]:
        return sorted(task.node for task in case_selectors.open_tasks(self.case()))


@pytest.fixture
def play(visitor: Any, ministry: worlds.Ministry) -> Play:
    return Play(visitor, ministry)


def test_open_data_answer_at_once_and_the_redirection_is_counted(
    play: Play, ministry: worlds.Ministry
) -> None:
    dataset: Dataset = DatasetFactory(
        open_data=True, title="Capacité des établissements", producer_org=ministry.holder
    )
    someone = play.at(ministry.requester)
    someone.open("/demandes/nouvelle/")
    someone.fill({"dataset": "capacité", "need": "Compter les places."})
    someone.press("Continuer")
    expect(someone.page.locator("main")).to_contain_text("Ce qui existe déjà")

    someone.press("Accéder aux données")

    expect(someone.page.get_by_role("heading", level=1)).to_have_text("Votre besoin est couvert")
    link = someone.page.get_by_role("link", name="Aller aux données")
    expect(link).to_have_attribute("href", dataset.landing_url)
    counted = ImmediateRedirection.objects.get()
    assert (counted.user, counted.organisation, counted.dataset, counted.finding) == (
        ministry.requester, ministry.requester_org, dataset, "open",
    )  # fmt: skip
    assert not DataRequest.objects.exists()
    assert play.complaints() == []
    officer = play.at(ministry.manager)
    officer.open("/pilotage/indicateurs/I08/")
    expect(officer.page.locator("main")).to_contain_text("1")


def test_aggregated_data_take_the_short_path_to_an_accord(
    play: Play, ministry: worlds.Ministry
) -> None:
    play.file_request(world.aggregated(ministry))
    play.step(ministry.addac, "give_visa", {"verdict": "favourable"})
    play.step(ministry.officer, "check_admissibility", acting.ADMISSIBLE)
    play.step(ministry.officer, "orient", acting.orientation("non_personal", "b", ministry.holder))
    play.step(ministry.holder_agent, "assess_feasibility", acting.feasibility())
    play.step(ministry.officer, "conclude_study", acting.study())
    assert play.nodes() == ["give_opinion"]
    play.step(ministry.legal, "give_opinion", acting.legal_opinion("b"))
    play.step(ministry.holder_agent, "decide", acting.DECISION)
    play.step(ministry.amdac, "conclude", acting.CONCLUSION)

    agreement = _drawn_up(play, "b")
    _signed(play, agreement, [ministry.holder_signatory, ministry.requester_signatory])

    assert play.case().stage == "running"
    assert play.complaints() == []


def test_linked_health_data_of_two_holders_lead_to_a_sealed_act(
    play: Play, ministry: worlds.Ministry
) -> None:
    cnsa, atih = ministry.holder, ministry.other_holder
    case = play.file_request(world.linked_health(ministry))
    play.step(ministry.addac, "give_visa", {"verdict": "favourable"})
    play.step(ministry.officer, "check_admissibility", acting.ADMISSIBLE)
    play.step(ministry.officer, "orient", acting.orientation("gdpr_c2c", "d", cnsa, atih))
    play.step(ministry.holder_agent, "assess_feasibility", acting.feasibility(), cnsa)
    play.step(ministry.other_holder_agent, "assess_feasibility", acting.feasibility(), atih)
    play.step(ministry.officer, "conclude_study", acting.study(personal=True))
    assert play.nodes() == ["give_opinion"] * 5

    for user, where in (
        (ministry.dpo_requester, ministry.requester_org),
        (ministry.dpo_holder, cnsa),
        (ministry.dpo_other_holder, atih),
    ):
        reserve = [acting.BEFORE_SIGNATURE] if where == cnsa else []
        _give_review(play, user, where, acting.opinion(reserve))
    security = {"security_level": "high", **acting.opinion([acting.IN_AGREEMENT])}
    _give_review(play, ministry.security, ministry.cell, security)
    play.step(ministry.legal, "give_opinion", acting.legal_opinion("d"))
    play.step(ministry.holder_agent, "decide", acting.DECISION, cnsa)
    play.step(ministry.other_holder_agent, "decide", acting.DECISION, atih)
    assert case.conditions.count() == 2
    play.step(ministry.amdac, "conclude", acting.CONCLUSION)
    _formalities_obtained(play)

    agreement = _drawn_up(play, "d")
    _signed(
        play,
        agreement,
        [ministry.holder_signatory, ministry.other_signatory, ministry.requester_signatory],
    )

    assert play.case().stage == "running"
    _audited(play, agreement)
    assert play.complaints() == []


def _give_review(play: Play, user: User, where: Any, values: dict[str, Any]) -> None:
    """A review of many points, all compliant, then the opinion."""
    task = next(
        one
        for one in case_selectors.open_tasks(play.case())
        if one.node == "give_opinion"
        and one.organisation == where
        and one.role in {held.role for held in user.held_roles}
    )
    someone = play.at(user)
    someone.open(f"/demandes/{play.case().reference}/avis/{task.pk}/")
    acting.comply(someone.page)
    someone.fill(values)
    someone.press("Vérifier avant d’enregistrer")
    someone.confirm()


def _formalities_obtained(play: Play) -> None:
    """The requester types the answer of each authority, then says that all are there."""
    someone, case = play.at(play.ministry.requester), play.case()
    page = f"/demandes/{case.reference}/formalites/"
    today = timezone.localdate()
    for formality in case.formalities.all():
        someone.open(f"{page}?modifier={formality.pk}")
        someone.fill(
            {
                "f-filed_on": (today - timedelta(days=10)).isoformat(),
                "f-answer": "favourable",
                "f-answered_on": today.isoformat(),
            }
        )
        someone.press("Enregistrer la formalité")
    someone.open(page)
    someone.press("Toutes les réponses sont reçues")


def _drawn_up(play: Play, act_type: str) -> Agreement:
    """The legal officer picks the act, fills its gaps, settles its reserves; the parties agree."""
    ministry, lawyer = play.ministry, play.at(play.ministry.legal)
    lawyer.open(step_address(play.case(), "choose_act"))
    lawyer.fill({"act_type": act_type})
    lawyer.press("Ouvrir la rédaction")
    agreement = Agreement.objects.get(source_case_id=play.case().pk)
    acting.designate(lawyer, agreement)
    acting.fill_gaps(lawyer, agreement)
    acting.fill_annexes(lawyer, agreement)
    acting.settle_reserves(play, agreement)
    lawyer.open(f"{agreement.get_absolute_url()}tour/")
    lawyer.press("Envoyer la version")
    for task in case_selectors.open_tasks(agreement):
        agent = {
            ministry.holder.pk: ministry.holder_agent,
            ministry.other_holder.pk: ministry.other_holder_agent,
            ministry.requester_org.pk: ministry.requester,
        }[task.organisation_id]
        party = play.at(agent)
        party.open(f"{agreement.get_absolute_url()}relecture/{task.pk}/")
        party.fill({"verdict": "agree"})
        party.press("Envoyer la réponse")
    lawyer.open(f"{agreement.get_absolute_url()}arret/")
    lawyer.press("Arrêter la version")
    run_jobs(agreement.pk)
    return Agreement.objects.get(pk=agreement.pk)


def _signed(play: Play, agreement: Agreement, signatories: list[User]) -> None:
    """Each reads, proves who he is, signs; the worker numbers, seals and archives."""
    assert agreement.stage == "signing"
    for user in signatories:
        someone = play.at(user)
        someone.open(f"{agreement.get_absolute_url()}signature/")
        someone.fill({"has_read": True, "password": world.PASSWORD})
        someone.press("Signer")
    run_jobs(agreement.pk)
    archived = Agreement.objects.get(pk=agreement.pk)
    assert archived.reference == f"CONV-{timezone.localdate().year}-001"
    assert hashlib.sha256(archived_bytes(archived.archived)).hexdigest() == archived.archived.sha256
    someone = play.at(signatories[0])
    someone.open(f"/conventions/{archived.reference}/acte/")
    with someone.page.expect_download() as download:
        someone.page.get_by_role("link", name="Acte signé").last.click()
    assert download.value.suggested_filename.endswith(".pdf")


def _audited(play: Play, agreement: Agreement) -> None:
    """The auditor finds who did what, and the chain of the file holds."""
    auditor = play.at(play.ministry.auditor)
    auditor.open(f"/audit/?q={play.case().reference}")
    expect(auditor.page.locator("main")).to_contain_text(str(play.case().reference))
    auditor.open(f"/demandes/{play.case().reference}/historique/")
    expect(auditor.page.locator("main")).to_contain_text("a constaté la signature")
    assert Event.objects.filter(chain=play.case().chain).count() > 15
    auditor.open(f"{agreement.get_absolute_url()}historique/")
    expect(auditor.page.locator("main")).to_contain_text("a signé")
