"""Pages of messages: one's own only, nothing written by a GET, no input breaks them."""

import pytest
from bs4 import BeautifulSoup
from django.core import signing
from django.urls import reverse

from journal.models import Event
from notifications import selectors
from notifications.enums import LOCKED_FAMILIES, Channel, Family
from notifications.letters import UNSUBSCRIBE_SALT, unsubscribe_url
from notifications.models import Mute, Notification, Preference
from notifications.services import set_preferences, stop_family
from tests.notifications.factories import UserFactory, tell

pytestmark = pytest.mark.django_db
LIST = "/notifications/"
PREFERENCES = "/mon-compte/notifications/"


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def text_of(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


@pytest.mark.parametrize("url", [LIST, PREFERENCES])
def test_pages_need_a_sign_in(client, url):
    response = client.get(url)

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_list_shows_my_notices_newest_first(client, person):
    tell(UserFactory(), reference="DEM-2026-0001")
    tell(person, reference="DEM-2026-0002")
    tell(person, reference="DEM-2026-0003")

    response = client.get(LIST)

    titles = [
        h2.get_text(" ", strip=True)
        for h2 in BeautifulSoup(response.content, "html.parser").select("main h2")
    ]
    assert [title.split()[0] for title in titles] == ["DEM-2026-0003", "DEM-2026-0002"]
    assert "2 notifications non lues" in text_of(response)


def test_empty_list(client, person):
    assert "Aucune notification." in text_of(client.get(LIST))


def test_list_pages_by_key(client, person):
    for number in range(30):
        tell(person, reference=f"DEM-2026-{number:04}")

    first = client.get(LIST)
    older = first.context["next"]
    second = client.get(older)

    assert len(first.context["page"].notices) == 25
    assert len(second.context["page"].notices) == 5
    back = client.get(second.context["previous"])
    assert back.context["page"].notices == first.context["page"].notices


@pytest.mark.parametrize(
    "query", ["avant=abc", "avant=-1", "apres=1e9", "avant=9" + "9" * 40, "avant=%00", "apres=😀"]
)
def test_wrong_key_shows_the_first_page(client, person, query):
    tell(person)

    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 200
    assert len(response.context["page"].notices) == 1


def test_queries_of_the_list_do_not_grow(client, person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    tell(person)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(LIST)
    for _number in range(20):
        tell(person)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(one) <= 8


def test_opening_marks_as_read_and_goes_to_the_case(client, person):
    (notice,) = tell(person)
    client.get(LIST)
    assert selectors.unread_count(person) == 1

    response = client.post(reverse("notifications:open_notification", args=[notice.pk]))

    assert response.url == "/demandes/DEM-2026-0042/"
    assert selectors.unread_count(person) == 0


def test_notice_of_somebody_else_does_not_exist(client, person):
    (notice,) = tell(UserFactory())

    response = client.post(reverse("notifications:open_notification", args=[notice.pk]))

    assert response.status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_opening_by_get_is_refused(client, person):
    (notice,) = tell(person)

    url = reverse("notifications:open_notification", args=[notice.pk])

    assert client.get(url).status_code == 405


def test_all_read_stops_at_what_was_on_the_page(client, person):
    (seen,) = tell(person)
    tell(person)

    client.post(reverse("notifications:read_all"), {"jusqu_a": seen.pk})

    assert selectors.unread_count(person) == 1
    client.post(reverse("notifications:read_all"), {"jusqu_a": "zéro"})
    assert selectors.unread_count(person) == 1


def test_unread_count_is_one_query(person, django_assert_num_queries):
    tell(person)

    with django_assert_num_queries(1):
        assert selectors.unread_count(person) == 1


def all_channels(**changes):
    free = [family for family in Family if family not in LOCKED_FAMILIES]
    return {family.value: Channel.DIGEST.value for family in free} | changes


def test_preferences_show_default_and_locked_rows(client, person):
    page = BeautifulSoup(client.get(PREFERENCES).content, "html.parser")

    rows = page.select("table tbody tr")
    assert len(rows) == len(Family)
    checked = {radio["name"]: radio["value"] for radio in page.select("input[type=radio][checked]")}
    assert checked == all_channels()
    assert len([row for row in rows if "Toujours immédiat" in row.get_text()]) == 4


def test_preferences_are_saved_with_one_event(client, person):
    response = client.post(PREFERENCES, all_channels(message="immediate"), follow=True)

    assert "Vos préférences sont enregistrées." in text_of(response)
    assert Preference.objects.get(user=person, family=Family.MESSAGE).channel == "immediate"
    event = Event.objects.get(kind="preferences.changed")
    assert event.actor_id == person.pk
    client.post(PREFERENCES, all_channels(message="in_app"))
    assert Preference.objects.get(user=person, family=Family.MESSAGE).channel == "in_app"


@pytest.mark.parametrize("value", ["fax", "", "\0", "😀" * 500])
def test_wrong_channel_says_so_and_saves_nothing(client, person, value):
    response = client.post(PREFERENCES, all_channels(message=value))

    assert response.status_code == 422
    assert "Choisissez" in text_of(response)
    assert not Preference.objects.exists()


def test_locked_family_cannot_be_posted(client, person):
    client.post(PREFERENCES, all_channels(incident="in_app"))

    assert not Preference.objects.filter(family=Family.INCIDENT).exists()
    with pytest.raises(ValueError, match="locked"):
        set_preferences(channels={Family.INCIDENT: Channel.IN_APP}, by=person)


def test_case_is_muted_and_unmuted_once(client, person):
    for _twice in range(2):
        client.post(reverse("notifications:mute"), {"reference": "DEM-2026-0042"})
    assert Mute.objects.get().user == person
    assert "DEM-2026-0042" in text_of(client.get(PREFERENCES))
    assert selectors.is_muted(person, "DEM-2026-0042")

    for _twice in range(2):
        client.post(reverse("notifications:unmute"), {"reference": "DEM-2026-0042"})
    assert not Mute.objects.exists()
    assert Event.objects.filter(kind__in=["case.muted", "case.unmuted"]).count() == 2


@pytest.mark.parametrize("reference", ["", "x", "DEM-2026-0042\0", "D" * 5000, "😀"])
def test_wrong_reference_is_explained(client, person, reference):
    response = client.post(reverse("notifications:mute"), {"reference": reference}, follow=True)

    assert "Indiquez" in text_of(response)
    assert not Mute.objects.exists()


def test_unsubscribing_needs_no_sign_in_and_a_get_only_asks(client):
    person = UserFactory()
    url = unsubscribe_url(person.pk, Family.OPINION).removeprefix("http://127.0.0.1:8000")

    asked = client.get(url)
    assert asked.status_code == 200
    assert "Avis attendus et rendus" in text_of(asked)
    assert not Preference.objects.exists()

    done = client.post(url, {"List-Unsubscribe": "One-Click"})
    assert "C’est noté" in text_of(done)
    assert Preference.objects.get().channel == Channel.IN_APP
    assert Event.objects.get().actor_id == person.pk
    tell(person)
    assert not Notification.objects.get().awaits_digest


def test_mail_programs_unsubscribe_without_a_csrf_token():
    from django.test import Client

    url = unsubscribe_url(UserFactory().pk, Family.OPINION).removeprefix("http://127.0.0.1:8000")

    assert Client(enforce_csrf_checks=True).post(url).status_code == 200


@pytest.mark.parametrize(
    ("content", "salt"),
    [
        ({"u": 1, "f": "nope"}, UNSUBSCRIBE_SALT),
        ([1], UNSUBSCRIBE_SALT),
        ({"u": 1, "f": "opinion"}, "other"),
        ({"u": 10**12, "f": "opinion"}, UNSUBSCRIBE_SALT),
    ],
)
def test_link_that_says_something_else_does_not_exist(client, content, salt):
    url = reverse("notifications:unsubscribe", args=[signing.dumps(content, salt=salt)])

    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("token", ["abc", "x" * 3000, "é"])
def test_forged_link_does_not_exist(client, token):
    url = reverse("notifications:unsubscribe", args=[token])

    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


def test_locked_family_cannot_be_stopped():
    assert stop_family(user=UserFactory(), family=Family.DECISION) is False
    assert not Preference.objects.exists()
