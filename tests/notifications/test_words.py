"""Managers write the words of the messages; what could not be sent is never kept."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from journal.models import Event
from notifications import administration_tables as tables
from notifications import kinds
from notifications.enums import Family
from notifications.kinds import DUE, TITLE, Kind
from notifications.models import MessageWords
from notifications.selectors import get_message, messages, versions_of, wording
from notifications.services import reset_words, set_words
from tests.accounts.factories import holder
from tests.architecture.french import mistakes

pytestmark = pytest.mark.django_db
CODE = "request-filed"
PAGE = f"/administration/modeles-de-message/{CODE}/"


@pytest.fixture
def manager() -> User:
    return holder(Role.MANAGER)


def write(by: Any, **changes: str) -> None:
    words = {"subject": "Reçue", "sentence": "« {titre} » est reçue.", "consequence": ""}
    set_words(code=CODE, **(words | changes), by=by)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_proposed_words_are_those_of_the_specification() -> None:
    due = {"titre": "T", "attendu": "A", "echeance": "24 mars 2026", "sinon": ""}
    for code, subject, more in [
        ("requests_flow-give_opinion", "Avis attendu avant le 24 mars 2026", {}),
        ("requests_flow-check_admissibility",
         "Nouvelle demande à vérifier avant le 24 mars 2026", {}),
        ("requests_flow-provide_complement", "Complément attendu avant le 24 mars 2026", {}),
        ("agreements-review_version", "Version 3 à relire avant le 24 mars 2026",
         {"version": "3"}),
        ("agreements-sign_version", "Acte à signer avant le 24 mars 2026", {}),
        ("late", "Avis en retard de 3 jours ouvrés",
         {"objet": "Avis", "retard": "3 jours ouvrés"}),
        ("reminder", "Rappel : Avis", {"annonce": "Avis"}),
    ]:  # fmt: skip
        found = wording(code, **due, **more)["subject"]
        assert found.replace("\u00a0", " ") == subject
    day = {"titre": "T", "date": "17 avril 2026"}
    filed = wording("request-filed", **day)["subject"]
    assert filed == "Demande enregistrée, réponse attendue le 17 avril 2026"
    assert wording("request-decided", **day)["subject"] == "Décision rendue"
    signed = wording("agreement-signed", **day)["subject"]
    assert signed == "Convention signée, effet le 17 avril 2026"


@pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.code)
def test_each_proposal_can_be_sent_and_is_french(kind: Kind) -> None:
    for words in kind.proposal.values():
        assert kinds.unknown_variables(kind, words) == []
        assert not kinds.has_lone_brace(words)
        assert mistakes(kinds.fill(words, kind.samples)) == []


def test_words_of_a_manager_are_used_at_once_and_kept_by_version(manager: User) -> None:
    write(manager)
    write(manager, subject="Enregistrée")

    words = wording(CODE, titre="Crèches {date}", date="17 avril 2026")
    assert words["family"] == Family.FILING
    assert words["subject"] == "Enregistrée"
    assert words["sentence"] == "« Crèches {date} » est reçue."
    assert [(row.version, row.subject) for row in versions_of(CODE)] == [
        (2, "Enregistrée"), (1, "Reçue"),
    ]  # fmt: skip
    event = Event.objects.latest("pk")
    assert (event.kind, event.subject_id) == ("message.changed", CODE)
    assert event.data["before"] == {"subject": "Reçue"}
    assert event.data["after"] == {"subject": "Enregistrée"}


def test_same_words_change_nothing(manager: User) -> None:
    set_words(code=CODE, **get_message(CODE).kind.proposal, by=manager)
    write(manager)
    write(manager)

    assert MessageWords.objects.count() == 1
    assert Event.objects.filter(kind="message.changed").count() == 1


def test_proposal_is_taken_again(manager: User) -> None:
    reset_words(code=CODE, by=manager)
    write(manager)
    reset_words(code=CODE, by=manager)

    assert get_message(CODE).is_proposed
    assert [row.is_proposal for row in versions_of(CODE)] == [True, False]
    assert Event.objects.latest("pk").kind == "message.reset"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("subject", "", "ne part pas sans lui"),
        ("sentence", "   ", "ne part pas sans lui"),
        ("subject", "Pour {personne}", "La variable {personne} n’existe pas"),
        ("sentence", "Pour {titre.__class__}", "La variable {titre.__class__} n’existe pas"),
        ("consequence", "{}", "La variable {} n’existe pas"),
        ("subject", "Reçue {titre", "accolade est seule"),
        ("subject", "Reçue }", "accolade est seule"),
        ("subject", "a" * 201, "trop long : 200"),
        ("sentence", "a" * 1001, "trop long : 1000"),
    ],
)
def test_words_that_could_not_be_sent_are_refused_at_their_field(
    manager: User, field: str, value: str, said: str
) -> None:
    with pytest.raises(ValidationError) as error:
        write(manager, **{field: value})

    assert said in error.value.message_dict[field][0].replace("\u00a0", " ")
    assert not MessageWords.objects.exists()


def test_only_managers_write(manager: User) -> None:
    for role in (Role.AUDITOR, Role.OFFICER, Role.AMDAC):
        with pytest.raises(PermissionDenied):
            write(holder(role))
    with pytest.raises(PermissionDenied):
        reset_words(code=CODE, by=holder(Role.AUDITOR))


def test_unknown_message_or_missing_value_is_an_error_of_the_code() -> None:
    with pytest.raises(KeyError):
        wording("nothing")
    with pytest.raises(KeyError):
        wording(CODE, titre="Crèches")
    with pytest.raises(ValueError, match="personne"):
        kinds.register(Kind("x", "", Family.STUDY, "{personne}", "", "", (TITLE, DUE)))


def test_reads_cost_one_query(manager: User, django_assert_num_queries: Any) -> None:
    write(manager)
    with django_assert_num_queries(1):
        assert len(messages()) == len(kinds.every())
    with django_assert_num_queries(1):
        wording(CODE, titre="", date="")


@pytest.mark.django_db(transaction=True)
def test_managers_at_once_write_one_version_each() -> None:
    by = [holder(Role.MANAGER) for _number in range(4)]

    def work(person: User) -> None:
        try:
            write(person, subject=f"Reçue {person.pk}")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[person]) for person in by]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [row.version for row in versions_of(CODE)] == [4, 3, 2, 1]


def test_pages_list_edit_and_reset(client: Client, manager: User) -> None:
    client.force_login(manager)
    words = {"subject": "Reçue", "sentence": "« {titre} »", "consequence": ""}

    assert "Demande enregistrée, au demandeur" in text(
        client.get("/administration/modeles-de-message/")
    )
    assert "proposition/" not in text(client.get(PAGE))
    assert client.post(PAGE, words).status_code == 302
    shown = text(client.get(PAGE))
    assert "proposition/" in shown
    assert "[Demandes de données] DEM-2026-0042 — Reçue" in shown
    assert client.post(f"{PAGE}proposition/").status_code == 302
    assert get_message(CODE).is_proposed
    assert client.get("/administration/modeles-de-message/rien/").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_preview_keeps_nothing(client: Client, manager: User, headers: dict[str, str]) -> None:
    client.force_login(manager)
    words = {"subject": "Au {date}", "sentence": "Phrase", "consequence": "Suite", "preview": "1"}

    shown = text(client.post(PAGE, words, headers=headers))

    assert "DEM-2026-0042 — Au 20 avril 2026" in shown
    assert ("<h1>" in shown) is not bool(headers)
    assert not MessageWords.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize("value", ["{personne}", "\x00", "", "{" * 300, "😀}"])
def test_wrong_words_are_said_in_the_preview_and_at_the_field(
    client: Client, manager: User, headers: dict[str, str], value: str
) -> None:
    client.force_login(manager)

    response = client.post(
        PAGE, {"subject": value, "sentence": "Phrase", "preview": "1"}, headers=headers
    )

    assert response.status_code == 200
    assert "Corrigez le modèle" in text(response)
    assert "fr-error-text" in text(response)
    assert not MessageWords.objects.exists()


def test_the_last_notice_leaves_at_once_though_others_of_its_family_wait() -> None:
    last = wording("request-complement-last", titre="T", date="20 avril 2026")

    assert last["locked"]
    assert not get_message("request-filed").kind.is_locked
    rows = tables.messages([get_message("request-complement-last")])["rows"]
    assert rows[0][3] == "Non"
