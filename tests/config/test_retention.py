"""What apps declare of personal data is what happens (architecture.md, §4 rule 8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from accounts import services as accounts
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.personal_data import PERSONAL_DATA
from accounts.services.erasure import erase_account
from cases import services as cases
from cases.enums import Room
from cases.models import Case, Message
from config.retention import months_before, purge
from journal.models import Event
from notifications.models import Notification
from tests.accounts.factories import OrganisationFactory, UserFactory, holder
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


def in_months(months: int) -> datetime:
    return timezone.now() + timedelta(days=31 * months)


@pytest.fixture
def former() -> User:
    """Somebody who left, and was the contact of his office."""
    person = UserFactory(
        email="parti@dgcs.test", first_name="Luc", last_name="Roy", job_title="Chef", phone="0102"
    )
    OrganisationFactory(contact_email="Parti@dgcs.test")
    accounts.close_account(person=person, by=holder(Role.MANAGER))
    return person


def test_a_closed_account_keeps_but_a_name(former: User) -> None:
    assert purge(now=in_months(11)).accounts == 0
    former.refresh_from_db()
    assert former.email == "parti@dgcs.test"

    assert purge(now=in_months(13)).accounts == 1
    former.refresh_from_db()

    assert former.get_full_name() == "Luc Roy"
    assert former.email == f"compte-{former.pk}@compte-efface.invalid"
    assert (former.job_title, former.phone) == ("", "")
    assert not former.has_usable_password()
    assert not Organisation.objects.exclude(contact_email="").exists()
    (event,) = Event.objects.filter(kind="account.erased")
    assert "parti@" not in event.entry


def test_it_erases_what_accounts_declare(former: User) -> None:
    purge(now=in_months(13))

    told = Event.objects.get(kind="account.erased").data["fields"]
    declared = [name for name, fate in PERSONAL_DATA["User"].items() if fate == "scrub"]
    assert told == sorted(declared)


def test_an_account_opened_again_is_not_erased(former: User) -> None:
    accounts.reopen_account(person=former, by=holder(Role.MANAGER))

    assert purge(now=in_months(40)).accounts == 0
    with pytest.raises(ValidationError):
        erase_account(person=former)


def test_an_account_is_erased_once(former: User) -> None:
    purge(now=in_months(13))

    assert purge(now=in_months(14)).accounts == 0
    assert Event.objects.filter(kind="account.erased").count() == 1


@pytest.fixture
def thread() -> Message:
    """A message of a case that ended today."""
    world = worlds.ministry()
    case = worlds.filed(world)
    message = cases.post_message(
        case=case, room=Room.PARTIES, body="Le numéro de Mme Roy ?", by=world.requester
    )
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now())
    return message


def test_messages_outlive_the_case_by_five_years(thread: Message) -> None:
    purge(now=in_months(58))
    thread.refresh_from_db()
    assert thread.body == "Le numéro de Mme Roy ?"

    purge(now=in_months(62))
    thread.refresh_from_db()
    assert thread.body == "[effacé]"


def test_the_messages_of_a_living_or_held_case_stay(thread: Message) -> None:
    Case.objects.update(closed_at=None)
    purge(now=in_months(100))
    Case.objects.update(closed_at=timezone.now(), legal_hold=True)
    purge(now=in_months(100))

    thread.refresh_from_db()
    assert thread.body == "Le numéro de Mme Roy ?"


def test_each_model_leaves_one_event_and_once(thread: Message) -> None:
    assert Notification.objects.exclude(sentence="[effacé]").exists()

    purge(now=in_months(62))
    told = {one.subject for one in Event.objects.filter(kind="personal_data.purged")}
    assert {"cases.Message", "notifications.Notification"} <= told
    assert not Notification.objects.exclude(sentence="[effacé]").exists()

    before = Event.objects.count()
    assert not any(one.rows for one in purge(now=in_months(62)).purged)
    assert Event.objects.count() == before


def test_a_dry_run_counts_and_erases_nothing(thread: Message, former: User) -> None:
    before = Event.objects.count()

    report = purge(now=in_months(62), dry_run=True)

    assert report.accounts == 1
    assert {one.model: one.rows for one in report.purged}["cases.Message"] == 1
    assert Event.objects.count() == before
    thread.refresh_from_db()
    assert thread.body == "Le numéro de Mme Roy ?"


def test_the_command_says_what_it_would_do(
    former: User, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.ERASE_ACCOUNTS_AFTER_MONTHS = -1

    call_command("purge_personal_data", "--a-blanc")
    assert "Comptes effacés" in capsys.readouterr().out
    former.refresh_from_db()
    assert former.email == "parti@dgcs.test"

    call_command("purge_personal_data")
    former.refresh_from_db()
    assert former.email.endswith("@compte-efface.invalid")


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 3, 31), 1, (2024, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 31), 12, (2025, 12, 31)),
        ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2026, 5, 31), 60, (2021, 5, 31)),
    ],
)
def test_months_are_those_of_the_calendar(
    moment: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*moment, tzinfo=UTC), months) == datetime(*expected, tzinfo=UTC)
