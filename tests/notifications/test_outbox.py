"""Each message leaves once, whatever a real mail server does to it."""

import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.utils import timezone

from notifications.enums import Family, MailState
from notifications.models import OutgoingMail
from notifications.services import purge_outbox
from notifications.services.outbox import BACK_OFF, wake_outbox
from tests.notifications.factories import UserFactory, tell

pytestmark = pytest.mark.django_db


def waiting(**changes) -> OutgoingMail:
    user = UserFactory()
    tell(user, family=Family.DECISION, subject="Décision rendue", **changes)
    return OutgoingMail.objects.get(recipient=user)


def later(time_machine, **delay) -> None:
    time_machine.move_to(timezone.now() + timedelta(**delay))


def test_message_arrives_whole_and_once(postman, send):
    row = waiting()

    assert send() == 1
    assert send() == 0

    (envelope,) = postman.received
    message = message_from_bytes(envelope.content, policy=policy.default)
    row.refresh_from_db()
    # A folded header is read back with the space of its fold.
    assert message["Subject"].strip() == "[Demandes de données] DEM-2026-0042 — Décision rendue"
    assert message["To"] == row.to
    assert message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Votre avis est attendu" in message.get_body(("plain",)).get_content()
    assert "<p>Votre avis est attendu" in message.get_body(("html",)).get_content()
    assert (row.state, row.attempts, row.last_error) == (MailState.SENT, 1, "")
    assert row.sent_at is not None


def test_unknown_recipient_is_given_up_at_once_and_others_leave(postman, send):
    bad, good = waiting(), waiting()
    postman.at_rcpt[bad.to] = "550 no such user"

    assert send() == 1

    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == (MailState.FAILED, 1)
    assert "no such user" in bad.last_error
    assert postman.addresses == [good.to]


def test_refused_content_is_given_up_at_once(postman, send):
    bad, good = waiting(), waiting()
    postman.at_data[bad.to] = "554 refused"

    assert send() == 1

    bad.refresh_from_db()
    assert bad.state == MailState.FAILED
    assert postman.addresses == [good.to]


@pytest.mark.parametrize("stage", ["at_rcpt", "at_data"])
def test_greylisted_message_is_tried_again_later(postman, send, stage, time_machine):
    time_machine.move_to("2026-03-17T09:00:00+01:00", tick=False)
    row = waiting()
    getattr(postman, stage)[row.to] = "451 try again later"

    assert send() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == (MailState.PENDING, 1)
    assert row.send_after == timezone.now() + timedelta(minutes=BACK_OFF[0])
    assert send() == 0
    row.refresh_from_db()
    assert row.attempts == 1

    getattr(postman, stage).clear()
    later(time_machine, minutes=BACK_OFF[0])
    assert send() == 1
    assert postman.addresses == [row.to]


def test_message_refused_for_days_is_given_up(postman, send, time_machine):
    time_machine.move_to("2026-03-17T09:00:00+01:00", tick=False)
    row = waiting()
    postman.at_rcpt[row.to] = "450 busy"

    for _try in range(len(BACK_OFF) + 1):
        send()
        later(time_machine, days=1)

    row.refresh_from_db()
    assert (row.state, row.attempts) == (MailState.FAILED, len(BACK_OFF) + 1)
    assert sum(BACK_OFF) > 24 * 60
    postman.at_rcpt.clear()
    assert send() == 0


def test_absent_server_changes_nothing_and_everything_leaves_when_it_is_back(send, postman):
    from django.core.mail import get_connection

    from notifications.services import send_outbox

    row = waiting()
    refused = lambda: get_connection(  # noqa: E731
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=9, timeout=1
    )

    assert send_outbox(connect=refused) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == (MailState.PENDING, 0)

    assert send() == 1


def test_server_that_hangs_up_stops_the_run_and_delays_only_that_message(
    postman, send, time_machine
):
    time_machine.move_to("2026-03-17T09:00:00+01:00", tick=False)
    bad, good = waiting(), waiting()
    postman.hangs_up_on = {bad.to}

    assert send() == 0
    assert send() == 1

    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == (MailState.PENDING, 1)
    assert postman.addresses == [good.to]
    postman.hangs_up_on = set()
    later(time_machine, minutes=2)
    assert send() == 1


def test_slow_server_times_out_and_the_message_is_kept(postman, send):
    row = waiting()
    postman.delays[row.to] = 1.6

    assert send() == 0

    row.refresh_from_db()
    assert (row.state, row.attempts) == (MailState.PENDING, 1)


def test_message_taken_without_an_answer_is_sent_again_as_the_same_message(
    postman, send, time_machine
):
    """Nobody can know whether it was taken: the same Message-ID lets the server tell."""
    time_machine.move_to("2026-03-17T09:00:00+01:00", tick=False)
    row = waiting()
    postman.hangs_up_after_taking = {row.to}

    send()
    later(time_machine, minutes=2)
    assert send() == 1

    ids = {message_from_bytes(envelope.content)["Message-ID"] for envelope in postman.received}
    assert ids == {row.message_id}


def test_impossible_address_is_given_up_and_blocks_nobody(postman, send):
    bad, good = waiting(), waiting()
    OutgoingMail.objects.filter(pk=bad.pk).update(to="a@b@@c")

    assert send() == 1

    bad.refresh_from_db()
    assert bad.state == MailState.FAILED
    assert postman.addresses == [good.to]


def test_worker_killed_before_the_commit_leaves_the_message_to_send(postman, send, monkeypatch):
    row = waiting()

    class Killed(BaseException):
        """As a signal that ends the process."""

    def die(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(OutgoingMail, "save", die)
        with pytest.raises(Killed):
            send()

    row.refresh_from_db()
    assert row.state == MailState.PENDING
    assert send() == 1


def test_run_is_bounded(postman, send):
    for _number in range(3):
        waiting()

    assert send(limit=2) == 2
    assert send(limit=2) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_message_once(postman, send):
    rows = [waiting() for _number in range(12)]
    sent = []

    def work():
        try:
            sent.append(send())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sent) == 12
    assert sorted(postman.addresses) == sorted(row.to for row in rows)


def test_old_messages_are_purged_but_never_one_to_send(time_machine):
    time_machine.move_to("2026-01-01T09:00:00+01:00", tick=False)
    sent, pending = waiting(), waiting()
    OutgoingMail.objects.filter(pk=sent.pk).update(state=MailState.SENT, sent_at=timezone.now())
    later(time_machine, days=91)
    recent = waiting()

    assert purge_outbox() == 1

    assert set(OutgoingMail.objects.all()) == {pending, recent}


@pytest.mark.django_db(transaction=True)
def test_worker_is_woken_once_when_the_fact_is_committed():
    from procrastinate.contrib.django.models import ProcrastinateJob

    tell(UserFactory(), UserFactory(), family=Family.DECISION)
    tell(UserFactory(), family=Family.DECISION)
    wake_outbox()

    jobs = ProcrastinateJob.objects.filter(task_name="notifications.send_outbox")
    assert jobs.count() == 1
