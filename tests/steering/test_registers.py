"""The registers: what is filtered is listed, what is listed is exported."""

import csv
import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from odfdo import Document

from accounts.enums import Role
from journal.models import Event
from steering.selectors import registers
from steering.selectors.registers import AgreementCriteria, RequestCriteria
from tests.steering import factories
from tests.steering.factories import OrganisationFactory, act, filed

pytestmark = pytest.mark.django_db
REQUESTS, AGREEMENTS = "/registres/demandes/", "/registres/conventions/"


def titles(user, **asked) -> list[str]:
    register = registers.list_requests(user, RequestCriteria(**asked))
    assert register.count == len(register.page.rows)
    return [one.title for one in register.page.rows]


def acts(user, **asked) -> list[str]:
    register = registers.list_agreements(user, AgreementCriteria(**asked))
    return [one.title for one in register.page.rows]


def csv_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_drafts_are_in_no_register(auditor):
    filed(opened=None)

    assert titles(auditor) == []


def test_last_filed_comes_first(auditor):
    filed("un", opened="2026-03-02T10:00+01:00")
    filed("deux", opened="2026-03-03T10:00+01:00")

    assert titles(auditor) == ["deux", "un"]


def test_each_filter_of_requests_keeps_what_answers(auditor):
    ours, theirs = OrganisationFactory(short_name="DGCS"), OrganisationFactory()
    filed(
        "voulue",
        requester=ours,
        holders=(theirs,),
        stage="rejected",
        outcome="unfavourable",
        legal_pathway="gdpr_joint",
        opened="2026-03-10T23:30+01:00",
    )
    filed("autre", opened="2026-03-12T00:10+01:00")

    for asked in (
        {"filed_to": date(2026, 3, 11)},
        {"filed_from": date(2026, 3, 10), "filed_to": date(2026, 3, 10)},
        {"stages": ("rejected",)},
        {"outcome": "unfavourable"},
        {"requester": "dgcs"},
        {"holder": theirs.slug},
        {"pathway": "gdpr_joint"},
        {"text": "VOULUE"},
        {"text": "dem-2026-0001"},
    ):
        assert titles(auditor, **asked) == ["voulue"], asked
    assert titles(auditor, filed_from=date(2026, 3, 12)) == ["autre"]
    assert titles(auditor, holder=ours.name) == []
    assert titles(auditor, is_late=True) == []


def test_each_filter_of_acts_keeps_what_answers(auditor):
    party = OrganisationFactory()
    act(
        "voulue",
        holder=party,
        act_type="d",
        stage="suspended",
        signed="2026-02-01T10:00+01:00",
        requester=OrganisationFactory(short_name="DREES"),
        source_case_id=filed("origine", legal_pathway="l114_8_i").pk,
        end_on=date(2026, 12, 31),
    )
    act("autre", signed="2026-03-02T10:00+01:00")
    act("projet", signed=None)

    for asked in (
        {"signed_to": date(2026, 2, 1)},
        {"stage": "suspended"},
        {"act_type": "d"},
        {"holder": party.name},
        {"recipient": "drees"},
        {"pathway": "l114_8_i"},
        {"ends_before": date(2027, 1, 1)},
        {"text": "voul"},
        {"text": "conv-2026-001"},
    ):
        assert acts(auditor, **asked) == ["voulue"], asked
    assert set(acts(auditor)) == {"voulue", "autre", "projet"}
    assert acts(auditor, signed_from=date(2026, 2, 2)) == ["autre"]
    assert acts(auditor, text="PRJ-2026-0003") == ["projet"]


@pytest.mark.parametrize("role", list(Role))
def test_registers_are_for_the_cell_managers_and_auditors(role):
    user = factories.person(role)
    if role in {Role.OFFICER, Role.AMDAC, Role.MANAGER, Role.AUDITOR}:
        assert registers.list_requests(user, RequestCriteria()).count == 0
        return
    with pytest.raises(PermissionDenied):
        registers.list_requests(user, RequestCriteria())
    with pytest.raises(PermissionDenied):
        registers.agreements_sheet(user, AgreementCriteria())


EXPORTS = [f"{REQUESTS}export.csv", f"{AGREEMENTS}export.ods"]


@pytest.mark.parametrize("url", [REQUESTS, AGREEMENTS, *EXPORTS])
def test_pages_are_closed_to_others(client, url):
    assert client.get(url).status_code == 302
    client.force_login(factories.person(Role.SIGNATORY))

    assert client.get(url).status_code == 403


def test_page_shows_rows_filters_and_exports_with_the_same_filters(client, auditor, text_of):
    holder = OrganisationFactory(short_name="CNSA")
    filed("Recours", holders=(holder,), outcome="favourable")
    filed("Autre")

    response = client.get(REQUESTS, {"texte": "recours"})

    text = text_of(response)
    assert "1 demande, de la dernière déposée à la première" in text
    assert "Recours DEM-2026-0001 02/03/2026" in text
    assert "CNSA" in text
    assert 'href="/registres/demandes/export.csv?texte=recours"' in response.content.decode()


def test_act_page_shows_rows(client, auditor, text_of):
    act("Parcours")

    text = text_of(client.get(AGREEMENTS))

    assert "1 convention ou projet" in text
    assert "Parcours CONV-2026-001" in text
    assert "01/04/2026 31/03/2029" in text


@pytest.mark.parametrize("url", [REQUESTS, AGREEMENTS])
def test_empty_register_says_so(client, auditor, url, text_of):
    assert "ne correspond à ces filtres." in text_of(client.get(url, {"texte": "zzz"}))


@pytest.mark.parametrize("url", [REQUESTS, AGREEMENTS])
@pytest.mark.parametrize(
    "query",
    [
        "du=hier",
        "etat=perdu",
        "texte=a%00b",
        "du=2026-02-02&au=2026-01-01",
        "au=99999-01-01",
        "detenteur=a%00b",
        "fin=32/13/2026&issue=x",
    ],
)
def test_wrong_filters_are_explained_and_never_exported(client, auditor, url, query):
    response = client.get(f"{url}?{query}")

    assert response.status_code == 200
    assert b"fr-error-text" in response.content or b"fr-message--error" in response.content
    assert client.get(f"{url}export.csv?{query}").status_code == 302
    assert not Event.objects.filter(kind="export.made").exists()


def test_csv_holds_exactly_what_is_filtered(client, auditor):
    holder = OrganisationFactory(short_name="CNSA")
    filed("=cmd|' /C calc'!A0", holders=(holder,), due_on=date(2026, 4, 17), stage="study")
    filed("Autre", stage="closed")

    response = client.get(f"{REQUESTS}export.csv", {"etat": "study"})

    head, *rows = csv_of(response)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="registre-demandes-')
    assert head[:3] == ["Référence", "Déposée le", "Titre"]
    assert len(rows) == 1
    assert rows[0][:3] == ["DEM-2026-0001", "02/03/2026", "'=cmd|' /C calc'!A0"]
    assert rows[0][4] == "CNSA"
    assert rows[0][9] == "17/04/2026"


def test_ods_holds_the_same_rows(client, auditor):
    act("Parcours", act_type="d")

    response = client.get(f"{AGREEMENTS}export.ods")

    table = Document(io.BytesIO(response.content)).body.tables[0]
    rows = table.get_values()
    assert rows[0][0] == "Référence"
    assert rows[1][0] == "CONV-2026-001"
    assert rows[1][2] == "Convention multi-parties avec appariement"
    assert rows[1][7] == date(2026, 4, 1)


def test_each_export_is_an_event_with_its_filters(client, auditor):
    b"".join(client.get(f"{REQUESTS}export.csv", {"texte": "apa"}).streaming_content)

    event = Event.objects.get(kind="export.made")
    assert event.actor_id == auditor.pk
    assert event.data == {"format": "csv", "filters": {"Texte": "apa"}}
    assert event.summary == "a exporté «\u00a0Registre des demandes\u00a0» (CSV)"


def test_too_many_rows_for_ods_propose_the_csv(client, auditor, monkeypatch, text_of):
    from steering.views import registers as views

    monkeypatch.setattr(views, "ODS_ROWS_AT_MOST", 1)
    filed()

    response = client.get(f"{REQUESTS}export.ods", follow=True)

    assert "Trop de lignes pour un tableur ODS" in text_of(response)


@pytest.mark.parametrize(("url", "make"), [(REQUESTS, filed), (AGREEMENTS, act)])
def test_queries_do_not_grow_with_the_register(client, auditor, url, make):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    make()
    queries()
    few = queries()
    for _number in range(30):
        make()

    assert queries() == few <= 8


def test_export_reads_in_a_constant_number_of_queries(auditor):
    for _number in range(3):
        filed(holders=(OrganisationFactory(), OrganisationFactory()))
    registers.requests_matching(auditor, RequestCriteria())  # reads his roles once
    with CaptureQueriesContext(connection) as few:
        list(registers.requests_sheet(auditor, RequestCriteria()).rows)
    for _number in range(9):
        filed(holders=(OrganisationFactory(),))
    with CaptureQueriesContext(connection) as many:
        list(registers.requests_sheet(auditor, RequestCriteria()).rows)

    assert len(few) == len(many)


def test_register_pages_by_key(client, auditor):
    for _number in range(30):
        filed()

    first = client.get(REQUESTS, {"etat": "completeness"})
    second = client.get(first.context["next"])

    assert len(second.context["register"].page.rows) == 5
    assert "etat=completeness" in first.context["next"]
    back = client.get(second.context["previous"])
    assert back.context["register"].page.rows == first.context["register"].page.rows
