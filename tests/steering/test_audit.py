"""Search in the journal: who, what he may find, and that the search itself is kept."""

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from journal import services as journal
from journal.chain import link
from journal.enums import Audience
from journal.models import Check, Event
from journal.services import Actor, Subject
from steering.forms import AuditForm
from steering.selectors import audit
from steering.selectors.audit import Criteria
from tests.journal.factories import attack
from tests.steering import factories

pytestmark = pytest.mark.django_db
JULIE = Actor(7, "Julie Costa", str(Role.DPO.label), "DGCS")
MARC = Actor(8, "Marc Petit", str(Role.HOLDER.label), "CNSA")


def write(**changes) -> Event:
    at = changes.pop("at", None)
    values = {
        "chain": "case:1",
        "kind": "opinion.given",
        "by": JULIE,
        "subject": Subject("request", "1", "DEM-2026-0001 — Parcours de soins"),
        "summary": "a rendu un avis favorable",
        "reason": "Base légale claire",
    } | changes
    event = journal.build(**values, at=at)
    journal.record_many([event])
    return Event.objects.latest("pk")


def criteria(**changes) -> Criteria:
    return Criteria(**(vars(Criteria.default()) | changes))


def found(user, **changes) -> list[Event]:
    return audit.search(user, criteria(**changes)).page.rows


@pytest.fixture
def someone():
    return factories.auditor()


def test_default_period_is_thirty_days(someone):
    recent = write(at=timezone.now() - timedelta(days=30))
    write(at=timezone.now() - timedelta(days=32))

    assert found(someone) == [recent]


def test_last_day_is_included(someone):
    today = timezone.localdate()
    event = write()

    assert found(someone, starts_on=today, ends_on=today) == [event]
    assert found(someone, starts_on=today - timedelta(2), ends_on=today - timedelta(1)) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"person": "costa"},
        {"role": str(Role.DPO.label)},
        {"organisation": "dgcs"},
        {"reference": "DEM-2026-0001"},
        {"noun": "opinion"},
        {"nature": "write"},
        {"text": "favorable"},
        {"text": "PARCOURS"},
        {"text": "base légale"},
    ],
)
def test_each_filter_keeps_what_answers(someone, asked):
    wanted = write()
    write(
        chain="case:2",
        kind="decision.recorded",
        by=MARC,
        summary="a décidé",
        reason="",
        subject=Subject("request", "2", "DEM-2026-0002 — Autre"),
        is_read=True,
    )

    assert found(someone, **asked) == [wanted]


def test_reads_are_found_by_their_nature(someone):
    write()
    read = write(is_read=True, kind="attachment.read")

    assert found(someone, nature="read") == [read]


def test_noun_is_a_whole_word(someone):
    write(kind="opinions.opened")

    assert found(someone, noun="opinion") == []


def test_percent_and_underscore_are_letters(someone):
    write(summary="100 % conforme")
    write(summary="mille")

    assert len(found(someone, text="%")) == 1
    assert found(someone, text="_") == []


def test_manager_finds_what_was_done_not_what_was_read_nor_searched():
    manager = factories.manager()
    done = write()
    write(is_read=True)
    write(audience=Audience.AUDIT)

    assert found(manager) == [done]
    with pytest.raises(Http404):
        audit.get_event_for(manager, Event.objects.latest("pk").pk)


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.AUDITOR, Role.MANAGER)])
def test_other_roles_may_not_search(role):
    user = factories.person(role)
    event = write()

    with pytest.raises(PermissionDenied):
        audit.search(user, Criteria.default())
    with pytest.raises(PermissionDenied):
        audit.get_event_for(user, event.pk)
    with pytest.raises(PermissionDenied):
        audit.export_rows(user, Criteria.default())


def test_role_ended_yesterday_searches_no_more():
    from accounts.models import Membership

    user = factories.auditor()
    Membership.objects.filter(user=user).update(
        starts_on=timezone.localdate() - timedelta(9),
        ends_on=timezone.localdate() - timedelta(1),
    )

    with pytest.raises(PermissionDenied):
        audit.search(user, Criteria.default())


def test_pages_follow_each_other_without_gap_although_hours_are_equal(someone):
    at = timezone.now()
    written = [write(at=at if n % 2 else at - timedelta(seconds=n)) for n in range(60)]

    seen, key = [], None
    while True:
        page = audit.search(someone, Criteria.default(), before=key).page
        seen += page.rows
        if page.older is None:
            break
        key = page.older

    expected = sorted(written, key=lambda event: (event.at, event.pk), reverse=True)
    assert seen == expected
    last = audit.search(someone, Criteria.default(), before=seen[49].pk).page
    back = audit.search(someone, Criteria.default(), after=last.newer).page
    assert back.rows == expected[25:50]
    first = audit.search(someone, Criteria.default(), after=back.newer).page
    assert first.rows == expected[:25]
    assert first.newer is None


def test_too_wide_a_search_asks_to_be_narrowed(someone, monkeypatch):
    monkeypatch.setattr(audit, "RESULTS_AT_MOST", 3)
    for _number in range(4):
        write()

    result = audit.search(someone, Criteria.default())

    assert (result.count, result.is_too_wide) == (3, True)


def test_kinds_in_use_are_named_in_french():
    write()
    write(kind="opinion.asked")
    write(kind="zeta.done")

    assert audit.nouns_in_use() == [("opinion", "Avis"), ("zeta", "zeta")]


def test_queries_do_not_grow_with_the_journal(client, auditor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/audit/")
        return len(captured)

    write()
    client.get("/audit/")
    few = queries()
    for _number in range(40):
        write()

    assert queries() == few


def test_page_lists_events_and_says_that_the_search_is_kept(client, auditor, text_of):
    event = write()

    response = client.get("/audit/")

    text = text_of(response)
    assert "Cette recherche est enregistrée dans le journal." in text
    assert f"Julie Costa ({Role.DPO.label}, DGCS)" in text
    assert "1 événement, du plus récent au plus ancien" in text
    assert f'href="/audit/evenements/{event.pk}/"' in response.content.decode()


def test_each_search_is_an_event_of_its_own(client, auditor):
    client.get("/audit/?personne=Costa&du=2026-01-01")

    event = Event.objects.get(kind="audit.searched")
    assert event.actor_id == auditor.pk
    assert event.role == Role.AUDITOR.label
    assert event.is_read
    assert event.data["filters"] == {"Du": "01/01/2026", "Personne": "Costa"}


def test_empty_search_says_what_to_do(client, auditor, text_of):
    response = client.get("/audit/?personne=personne-de-ce-nom")

    assert "Aucun événement. Élargissez la période." in text_of(response)


def test_filters_in_use_can_be_removed_one_by_one(client, auditor):
    response = client.get("/audit/?personne=Costa&texte=avis")

    links = [a["href"] for a in BeautifulSoup(response.content, "html.parser").select("a.fr-tag")]
    assert links == ["?texte=avis", "?personne=Costa"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("du=hier", "Indiquez une date"),
        ("du=2026-13-45", "Indiquez une date"),
        ("du=2026-03-02&au=2026-03-01", "Indiquez une date postérieure"),
        ("type=inconnu", "Choisissez une valeur de la liste."),
        ("role=roi", "Choisissez une valeur de la liste."),
        ("personne=" + "x" * 300, "Ce texte est trop long"),
        ("personne=a%00b", "caractère impossible"),
        ("reference=" + "D" * 50, "Ce texte est trop long"),
        ("nature=lire", "Choisissez une valeur de la liste."),
    ],
)
def test_wrong_filter_is_explained_and_nothing_is_searched(
    client, auditor, query, message, text_of
):
    response = client.get(f"/audit/?{query}")

    assert response.status_code == 200
    assert message in text_of(response)
    assert not Event.objects.filter(kind="audit.searched").exists()


@pytest.mark.parametrize(
    "query",
    [
        "avant=zz",
        "apres=99999999999999999999",
        "avant=1",
        "du=0001-01-01",
        "au=9999-12-31",
        "texte=😀%F0",
        "x=y",
    ],
)
def test_odd_addresses_never_break_the_page(client, auditor, query):
    write()

    assert client.get(f"/audit/?{query}").status_code == 200


def test_event_page_shows_before_and_after_and_the_hashes(client, auditor, text_of):
    write()
    event = write(data={"before": {"titre": "Ancien"}, "after": {"titre": "Neuf", "voie": "d"}})

    response = client.get(f"/audit/evenements/{event.pk}/")

    text = text_of(response)
    assert " ".join(event.sentence.split()) in text
    assert "titre Ancien Neuf" in text
    assert event.hash in text
    assert event.previous_hash in text
    assert Event.objects.filter(kind="audit.event_read", subject_id=str(event.pk)).count() == 1


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ({}, []),
        ({"note": 3}, [("note", "", "3")]),
        ({"before": {"a": 1}, "after": {"a": None}}, [("a", "1", "")]),
        (
            {"after": {"a": [1, True]}, "x": {"k": "v"}},
            [("a", "", "1, oui"), ("x", "", "k\u00a0: v")],
        ),
    ],
)
def test_changes_of_an_event(data, lines):
    event = write(data=data)

    assert [(c.name, c.before, c.after) for c in audit.changes_of(event)] == lines


def test_unknown_event_does_not_exist(client, auditor):
    assert client.get("/audit/evenements/987654321/").status_code == 404


def test_hostile_texts_are_shown_as_text(client, auditor):
    write(summary="<script>alert(1)</script>", reason="<b>x</b>")

    assert b"<script>alert(1)" not in client.get("/audit/").content


def test_control_of_the_chain_tells_and_keeps_the_result(client, auditor, text_of):
    write()

    response = client.post("/audit/controle/", follow=True)

    assert "1 événement contrôlé, aucune rupture." in text_of(response)
    assert "Chaîne intacte" in text_of(response)
    assert Event.objects.get(kind="journal.checked").actor_id == auditor.pk

    attack("UPDATE journal_event SET summary = 'x' WHERE chain = 'case:1'")
    response = client.post("/audit/controle/", follow=True)

    text = text_of(response)
    assert "1 rupture : ne modifiez rien et prévenez l’exploitant." in text
    assert "Chaîne case:1 : l’événement 1 a été modifié (summary)." in text
    assert "1 rupture" in text_of(client.get("/audit/"))


def test_looking_at_the_control_controls_nothing(client, auditor, text_of):
    assert "pas encore été contrôlé" in text_of(client.get("/audit/controle/"))
    assert not Check.objects.exists()


def test_export_holds_what_a_third_party_needs(client, auditor):
    write()
    event = write(summary="=HYPERLINK(1)")
    write(by=MARC)
    journal.seal()

    response = client.get("/audit/export.zip?personne=Costa")

    packed = zipfile.ZipFile(io.BytesIO(response.content))
    files = {name: packed.read(name) for name in packed.namelist()}
    for line in files["empreintes.sha256"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    lines = [json.loads(line) for line in files["evenements.jsonl"].decode().splitlines()]
    assert len(lines) == 2
    for line in lines:
        assert link(line["previous_hash"], line["sequence"], line["entry"]) == line["hash"]
    rows = list(csv.reader(io.StringIO(files["evenements.csv"].decode("utf-8-sig")), delimiter=";"))
    assert rows[2][4] == "'=HYPERLINK(1)"
    assert rows[2][-1] == event.hash
    (seal,) = json.loads(files["scelles.json"])
    assert hashlib.sha256(seal["manifest"].encode()).hexdigest() == seal["root"]
    assert "Personne = Costa" in files["LISEZMOI.txt"].decode()
    assert Event.objects.filter(kind="export.made").count() == 1


def test_export_of_wrong_filters_goes_back_to_the_page(client, auditor):
    response = client.get("/audit/export.zip?du=hier")

    assert response.url == "/audit/?du=hier"
    assert not Event.objects.filter(kind="export.made").exists()


PAGES = ["/audit/", "/audit/controle/", "/audit/export.zip"]


@pytest.mark.parametrize("url", PAGES)
def test_pages_are_closed_to_others(client, url):
    assert client.get(url).status_code == 302
    client.force_login(factories.person(Role.REQUESTER))

    response = client.get(url)

    assert response.status_code == 403
    assert "réservé aux auditeurs et aux gestionnaires" in response.content.decode()


def test_control_is_closed_to_others(client):
    client.force_login(factories.person(Role.OFFICER))

    assert client.post("/audit/controle/").status_code == 403
    assert not Check.objects.exists()


def test_form_needs_no_filter():
    form = AuditForm({}, nouns=[])

    assert form.is_valid()
    assert form.criteria() == Criteria.default()
    assert form.active() == {}


def test_period_that_ends_long_ago_starts_before_it():
    form = AuditForm({"au": "2020-05-01"}, nouns=[])

    assert form.is_valid()
    assert form.criteria().starts_on == form.criteria().ends_on


def test_every_kind_of_event_has_a_french_name():
    """A new noun in the code without its name here would be shown in English to auditors."""
    root = Path(__file__).resolve().parent.parent.parent
    written = re.compile(r'(?:(?:record\(\s*|kind=)"|f")([a-z_]+)\.(?:[a-z_]+"|\{\w+\}",)')
    apps = ["accounts", "agreements", "cases", "catalogue", "notifications", "journal",
            "questionnaires", "requests_flow", "sharing", "steering"]  # fmt: skip
    nouns = {
        noun
        for app in apps
        for path in (root / app).rglob("*.py")
        for noun in written.findall(path.read_text(encoding="utf-8"))
    }

    assert len(nouns) > 15
    assert nouns - audit.NOUNS.keys() == set()
