"""Who is told what, by which channel."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Absence
from notifications.enums import LOCKED_FAMILIES, Channel, Family
from notifications.models import Notification, OutgoingMail, ReminderSent
from notifications.services import mute, notify, remind_once, set_preferences, unmute
from tests.notifications.factories import UserFactory, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory()


def test_default_is_the_digest(person):
    (notice,) = tell(person)

    assert notice.awaits_digest
    assert not OutgoingMail.objects.exists()


def test_immediate_channel_writes_a_mail_in_the_exact_wording(person):
    set_preferences(channels={Family.OPINION: Channel.IMMEDIATE}, by=person)

    (notice,) = tell(person)

    mail = OutgoingMail.objects.get()
    lines = mail.text.splitlines()
    assert mail.subject == (
        "[Demandes de données] DEM-2026-0042 — Avis attendu avant le 24 mars 2026"
    )
    assert not notice.awaits_digest
    assert [line for line in lines if line][:5] == [
        "Bonjour,",
        "Votre avis est attendu sur cette demande.",
        "Sans réponse le 24 mars 2026, la cellule sera prévenue.",
        "Ouvrir le dossier\u00a0: http://127.0.0.1:8000/demandes/DEM-2026-0042/",
        "Vous recevez ce message car vous êtes DPD du détenteur. Modifier mes préférences\u00a0: "
        "http://127.0.0.1:8000/mon-compte/notifications/",
    ]
    assert lines[-1].startswith(
        "Ne plus recevoir ces rappels\u00a0: http://127.0.0.1:8000/notifications/arreter/"
    )
    assert mail.unsubscribe_url == lines[-1].split("\u00a0: ")[1]


def test_in_app_channel_sends_nothing(person):
    set_preferences(channels={Family.OPINION: Channel.IN_APP}, by=person)

    (notice,) = tell(person)

    assert not notice.awaits_digest
    assert not OutgoingMail.objects.exists()
    assert Notification.objects.get().recipient == person


@pytest.mark.parametrize("family", sorted(LOCKED_FAMILIES))
def test_locked_families_are_immediate_and_cannot_be_stopped(person, family):
    mute(reference="DEM-2026-0042", by=person)

    tell(person, family=family)

    mail = OutgoingMail.objects.get()
    assert mail.unsubscribe_url == ""
    assert "Ne plus recevoir" not in mail.text + mail.html


def test_caller_may_lock_one_message(person):
    set_preferences(channels={Family.OPINION: Channel.IN_APP}, by=person)

    tell(person, locked=True)

    assert OutgoingMail.objects.count() == 1


def test_muted_case_sends_nothing_but_stays_visible(person):
    set_preferences(channels={Family.OPINION: Channel.IMMEDIATE}, by=person)
    mute(reference="DEM-2026-0042", by=person)

    tell(person)
    tell(person, reference="DEM-2026-0043")
    unmute(reference="DEM-2026-0042", by=person)
    tell(person)

    assert Notification.objects.count() == 3
    assert [mail.subject.split()[3] for mail in OutgoingMail.objects.order_by("pk")] == [
        "DEM-2026-0043",
        "DEM-2026-0042",
    ]


def test_each_person_is_told_once(person):
    assert len(tell(person, person, UserFactory())) == 2


def test_closed_account_is_passed_over(person):
    assert tell(UserFactory(is_active=False)) == []


def test_deputy_of_an_absent_person_is_told_too(person):
    deputy, past = UserFactory(), UserFactory()
    today = timezone.localdate()
    Absence.objects.create(user=person, deputy=deputy, starts_on=today, ends_on=today)
    Absence.objects.create(
        user=person, deputy=past, starts_on=today - timedelta(9), ends_on=today - timedelta(1)
    )

    notices = {notice.recipient: notice for notice in tell(person)}

    assert set(notices) == {person, deputy}
    assert notices[deputy].role_label == (
        f"DPD du détenteur, en suppléance de {person.get_full_name()}"
    )
    assert tell(person, role_label="")[1].role_label == (
        f"en suppléance de {person.get_full_name()}"
    )


def test_rolled_back_fact_tells_nobody(person):
    with transaction.atomic():
        tell(person, family=Family.DECISION)
        transaction.set_rollback(True)

    assert not Notification.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_reference_is_not_repeated_and_subject_is_one_line(person):
    (notice,) = tell(person, subject="DEM-2026-0042 — Rappel :\r\nBcc: x@y.fr")

    assert notice.subject == "DEM-2026-0042 — Rappel : Bcc: x@y.fr"


def test_a_subject_keeps_its_no_break_spaces(person):
    (notice,) = tell(person, subject="DEM-2026-0042 —  Dernier rappel\u00a0: complément")

    assert notice.subject == "DEM-2026-0042 — Dernier rappel\u00a0: complément"


def test_address_of_the_service_is_kept_as_a_path(person, settings):
    (notice,) = tell(person, url=f"{settings.SITE_URL}/demandes/DEM-2026-0042/")
    assert notice.url == "/demandes/DEM-2026-0042/"

    (notice,) = tell(person, url="https://ailleurs.example/x")
    assert notice.url == "https://ailleurs.example/x"


def test_message_without_a_case_has_no_reference(person):
    (notice,) = tell(person, reference="", subject="Votre export est prêt", family=Family.ACCOUNT)

    assert notice.subject == "Votre export est prêt"


def test_html_of_a_title_is_shown_as_text(person):
    tell(person, sentence="<script>alert(1)</script> & co", family=Family.DECISION)

    mail = OutgoingMail.objects.get()
    assert "<script>" not in mail.html
    assert "<script>alert(1)</script> & co" in mail.text


def test_unknown_family_is_refused(person):
    with pytest.raises(ValueError, match="nope"):
        tell(person, family="nope")


def test_queries_do_not_grow_with_recipients(django_assert_num_queries):
    few, many = UserFactory.create_batch(2), UserFactory.create_batch(9)
    tell(*few, family=Family.SIGNATURE)

    with django_assert_num_queries(3):
        tell(*few, family=Family.SIGNATURE)
    with django_assert_num_queries(3):
        tell(*many, family=Family.SIGNATURE)
    with django_assert_num_queries(4):
        tell(*many)


REMINDER = {
    "family": Family.OPINION,
    "subject": "Rappel : avis attendu avant le 24 mars 2026",
    "sentence": "Votre avis est attendu.",
    "url": "/demandes/DEM-2026-0042/",
    "reference": "DEM-2026-0042",
}


def test_reminder_leaves_once(person):
    assert remind_once("opinion:812:50", recipients=[person], **REMINDER) is True
    assert remind_once("opinion:812:50", recipients=[person], **REMINDER) is False
    assert remind_once("opinion:812:80", recipients=[person], **REMINDER) is True

    assert Notification.objects.count() == 2


def test_reminder_that_failed_is_not_counted_as_sent(person):
    with pytest.raises(ValueError, match="nope"):
        remind_once("k", recipients=[person], **(REMINDER | {"family": "nope"}))

    assert not ReminderSent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_remind_once():
    import threading

    from django.db import connection

    person = UserFactory()
    outcomes = []

    def work():
        try:
            outcomes.append(remind_once("k", recipients=[person], **REMINDER))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False] * 7 + [True]
    assert Notification.objects.count() == 1


def test_signature_of_the_contract():
    import inspect

    assert list(inspect.signature(notify).parameters) == [
        "recipients",
        "family",
        "subject",
        "sentence",
        "consequence",
        "url",
        "reference",
        "role_label",
        "locked",
    ]
