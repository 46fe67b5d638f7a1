"""One message in the morning, once a day, to whom has news."""

import pytest

from notifications import digest
from notifications.digest import WorkFigures, figures_for, register_figures
from notifications.enums import Channel, Family
from notifications.models import Notification, OutgoingMail
from notifications.services import mark_all_read, send_digests, set_preferences
from tests.notifications.factories import UserFactory, tell

pytestmark = pytest.mark.django_db
BEFORE_EIGHT = "2026-03-17T07:59:00+01:00"
EIGHT = "2026-03-17T08:00:00+01:00"


@pytest.fixture(autouse=True)
def no_provider(monkeypatch):
    monkeypatch.setattr(digest, "_providers", [])


@pytest.fixture
def person():
    return UserFactory()


@pytest.mark.parametrize(
    ("to_do", "late", "sentence"),
    [
        (6, 2, "6 dossiers à traiter, dont 2 en retard"),
        (1, 0, "1 dossier à traiter"),
        (1, 1, "1 dossier à traiter, dont 1 en retard"),
        (0, 0, ""),
    ],
)
def test_figures_as_a_sentence(to_do, late, sentence):
    assert WorkFigures(to_do, late).sentence == sentence


def test_figures_of_all_providers_are_added_up():
    register_figures(lambda ids: {pk: WorkFigures(2, 1) for pk in ids})
    register_figures(lambda ids: {next(iter(ids)): WorkFigures(1, 0)})

    assert figures_for([7, 8]) == {7: WorkFigures(3, 1), 8: WorkFigures(2, 1)}


def test_provider_registered_twice_counts_once():
    provider = lambda ids: {pk: WorkFigures(1, 0) for pk in ids}  # noqa: E731
    register_figures(provider)
    register_figures(provider)

    assert figures_for([7]) == {7: WorkFigures(1, 0)}


def test_digest_leaves_at_eight_in_paris_with_the_figures(person, time_machine):
    register_figures(lambda ids: dict.fromkeys(ids, WorkFigures(6, 2)))
    time_machine.move_to(BEFORE_EIGHT, tick=False)
    tell(person)
    tell(person, reference="DEM-2026-0043", family=Family.MESSAGE, subject="Nouveau message")

    assert send_digests() == 0
    time_machine.move_to(EIGHT, tick=False)
    assert send_digests() == 1

    mail = OutgoingMail.objects.get()
    assert mail.subject == "[Demandes de données] 6 dossiers à traiter, dont 2 en retard"
    assert mail.text.splitlines()[2] == "6 dossiers à traiter, dont 2 en retard."
    assert "- DEM-2026-0042 — Avis attendu avant le 24 mars 2026" in mail.text
    assert "- DEM-2026-0043 — Nouveau message" in mail.text
    assert "http://127.0.0.1:8000/demandes/DEM-2026-0042/" in mail.text
    assert "Votre avis est attendu" not in mail.text


def test_digest_leaves_once_a_day_then_the_next_day(person, time_machine):
    time_machine.move_to(EIGHT, tick=False)
    tell(person)
    assert send_digests() == 1
    assert send_digests() == 0
    tell(person)
    time_machine.move_to("2026-03-17T15:00:00+01:00", tick=False)
    assert send_digests() == 0

    time_machine.move_to("2026-03-18T11:00:00+01:00", tick=False)
    assert send_digests() == 1
    assert OutgoingMail.objects.count() == 2


def test_digest_without_cases_to_deal_with_counts_the_news(person, time_machine):
    time_machine.move_to(EIGHT, tick=False)
    tell(person)
    tell(person)
    send_digests()

    assert OutgoingMail.objects.get().subject == (
        "[Demandes de données] 2 nouvelles sur vos dossiers"
    )


def test_news_read_meanwhile_are_left_out(person, time_machine):
    time_machine.move_to(EIGHT, tick=False)
    tell(person)
    mark_all_read(by=person, until=Notification.objects.latest("pk").pk)

    assert send_digests() == 0
    assert not Notification.objects.filter(awaits_digest=True).exists()


def test_only_the_digest_channel_is_grouped(person, time_machine):
    time_machine.move_to(EIGHT, tick=False)
    set_preferences(
        channels={Family.OPINION: Channel.IN_APP, Family.MESSAGE: Channel.IMMEDIATE}, by=person
    )
    tell(person)
    tell(person, family=Family.MESSAGE)

    assert send_digests() == 0
    assert OutgoingMail.objects.count() == 1


def test_long_digest_keeps_the_last_lines(person, time_machine):
    time_machine.move_to(EIGHT, tick=False)
    for number in range(40):
        tell(person, reference=f"DEM-2026-{number:04}")
    send_digests()

    text = OutgoingMail.objects.get().text
    assert "DEM-2026-0039" in text
    assert "DEM-2026-0009" not in text
    assert not Notification.objects.filter(awaits_digest=True).exists()


def test_account_closed_meanwhile_gets_nothing(person, time_machine):
    time_machine.move_to(EIGHT, tick=False)
    tell(person)
    person.is_active = False
    person.save()

    assert send_digests() == 0


def test_tasks_call_the_services(person, time_machine, settings):
    from notifications import tasks
    from notifications.enums import MailState

    time_machine.move_to(EIGHT, tick=False)
    tell(person)
    tasks.send_digests(timestamp=0)
    tasks.send_outbox(timestamp=0)
    assert OutgoingMail.objects.get().state == MailState.SENT

    time_machine.move_to("2026-09-17T08:00:00+01:00", tick=False)
    tasks.purge_outbox(timestamp=0)
    assert not OutgoingMail.objects.exists()
