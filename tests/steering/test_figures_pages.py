"""The pages of « Pilotage »: titles say what was found, every figure leads to its list."""

import csv
import io
import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from odfdo import Document

from accounts.enums import Role
from journal.models import Event
from steering import charts
from steering.selectors.indicators.definitions import DEFINITIONS
from tests.steering import factories
from tests.steering.factories import OrganisationFactory, act, concluded, filed, step

pytestmark = pytest.mark.django_db
URL = "/pilotage/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to("2026-03-17T10:00:00+01:00", tick=False)


@pytest.fixture
def officer(client):
    user = factories.person(Role.OFFICER)
    client.force_login(user)
    return user


def page(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_empty_service_has_a_calm_dashboard(client, officer, text_of):
    text = text_of(client.get(URL))

    assert "1er semestre 2026, en cours — chiffres du 17 mars 2026 à 10 h 00" in text
    assert "Pas encore assez de dossiers conclus pour calculer une médiane." in text
    assert "Aucun dossier ouvert" in text
    assert "Aucun dossier en retard." in text


def test_titles_state_what_was_found(client, officer, text_of):
    late = filed("Ruptures de droits", opened="2026-01-05T10:00+01:00", stage="study")
    step(late, "2026-03-02", "2026-03-13")
    for _number in range(2):
        step(filed(), "2026-02-02", "2026-02-16", finished="2026-03-16")

    text = text_of(client.get(URL))

    assert "Le dépôt dépasse la conclusion depuis trois mois" in text
    assert "Recevabilité : la cible est dépassée" in text
    assert "3 dossiers ouverts, dont 1 depuis plus de 2 mois" in text
    assert "Ruptures de droits DEM-2026-0001" in text
    assert "2 j" in text
    assert "Voir la demande en retard" in text


def test_every_figure_leads_to_a_list_with_as_many_cases(client, officer):
    ours, theirs = OrganisationFactory(), OrganisationFactory()
    case = concluded("2026-02-02", requester=ours, holders=(theirs,))
    filed(requester=ours)
    filed()
    act(holder=theirs, requester=ours, end_on=date(2026, 8, 1), source_case_id=case.pk)
    act()
    step(filed(requester=ours), "2026-03-02", "2026-03-13")

    for query in ("", f"?demandeur={ours.pk}", f"?demandeur={ours.pk}&detenteur={theirs.pk}"):
        board = page(client.get(URL + query))
        for kpi in board.select(".cdd-kpi"):
            label = kpi.dt.get_text()
            if label in ("Délai médian de réponse", "Étapes dans les délais"):
                continue
            shown = int(kpi.select_one(".cdd-kpi__n").get_text())
            target = page(client.get(kpi.a["href"]))
            status = target.select_one("p[role=status]").get_text()
            assert int(re.match(r"\d+", status)[0]) in ({shown} if shown else {0}), (query, label)


def test_late_link_counts_what_the_register_lists(client, officer):
    ours = OrganisationFactory()
    for requester in (ours, ours, OrganisationFactory()):
        step(filed(requester=requester), "2026-03-02", "2026-03-13")

    board = page(client.get(f"{URL}?demandeur={ours.pk}"))
    link = next(a for a in board.select("a") if "demandes en retard" in a.get_text())
    register = client.get(link["href"]).context["register"]

    assert "Voir les 2 demandes en retard" in link.get_text()
    assert register.count == 2


def test_chart_and_its_table_hold_the_same_values(client, officer):
    filed(opened="2026-03-02T10:00+01:00")
    concluded("2026-02-02", opened="2026-01-05T10:00+01:00")

    board = page(client.get(URL))

    rows = {
        row.th.get_text(): [int(td.get_text()) for td in row.select("td")]
        for row in board.select("figure table tbody tr")
    }
    assert len(rows) == 12
    assert rows["mars 2026"] == [1, 0]
    assert rows["févr. 2026"] == [0, 1]
    assert rows["janv. 2026"] == [1, 0]
    assert len(board.select("figure svg rect.s1")) == 13  # twelve bars and the key


def test_compares_with_the_same_date_a_year_before(client, officer, text_of):
    filed(opened="2025-03-17T23:00+01:00")
    filed(opened="2025-03-18T01:00+01:00")

    assert "1 à la même date en 2025" in text_of(client.get(URL))


def test_leap_day_is_compared_with_the_day_before_march(client, officer, time_machine, text_of):
    time_machine.move_to("2028-02-29T10:00:00+01:00")
    client.force_login(officer)

    assert "0 à la même date en 2027" in text_of(client.get(URL))


def test_past_half_year_can_be_chosen(client, officer, text_of):
    filed(opened="2025-05-02T10:00+02:00")

    text = text_of(client.get(f"{URL}?periode=2025S1"))

    assert "1er semestre 2025 — chiffres du" in text


@pytest.mark.parametrize("code", list(DEFINITIONS))
def test_indicator_page_prints_its_definition_beside_its_values(client, officer, code, text_of):
    concluded("2026-02-02", holders=(OrganisationFactory(),))
    act()
    step(filed(), "2026-02-02", "2026-02-16", finished="2026-02-20")

    text = text_of(client.get(f"/pilotage/indicateurs/{code}/"))

    assert " ".join(str(DEFINITIONS[code].definition).split()) in text
    assert " ".join(str(DEFINITIONS[code].listed).split()) in text
    assert "du 1er janvier 2026 au 17 mars 2026" in text


@pytest.mark.parametrize("code", ["I01", "I99", "X"])
def test_unknown_indicator_does_not_exist(client, officer, code):
    assert client.get(f"/pilotage/indicateurs/{code}/").status_code == 404


def test_list_of_an_indicator_pages_by_key(client, officer):
    for _number in range(27):
        filed()

    first = client.get("/pilotage/indicateurs/I05/")
    second = client.get(first.context["next"])

    assert first.context["count"] == 27
    assert len(second.context["page"].rows) == 2
    issued = [concluded("2026-02-02") for _number in range(30)]
    first = client.get("/pilotage/indicateurs/I07/?periode=2026S1")
    second = client.get(first.context["next"])
    shown = {one.pk for one in [*first.context["page"].rows, *second.context["page"].rows]}
    assert shown == {one.pk for one in issued}


def test_definitions_page_lists_them_all(client, officer, text_of):
    text = text_of(client.get("/pilotage/definitions/"))

    for one in DEFINITIONS.values():
        assert f"{one.code} — {one.label}" in text


@pytest.mark.parametrize(
    "query", ["periode=2026S9", "demandeur=abc", "voie=x", "detenteur=%00", "periode=1999S1"]
)
def test_wrong_filters_are_explained(client, officer, query, text_of):
    for url in (URL, "/pilotage/indicateurs/I05/"):
        assert "Choisissez une valeur de la liste." in text_of(client.get(f"{url}?{query}"))
    assert client.get(f"/pilotage/export.csv?{query}").url == f"{URL}?{query}"


PAGES = [URL, "/pilotage/definitions/", "/pilotage/indicateurs/I05/", "/pilotage/export.csv"]


@pytest.mark.parametrize("url", PAGES)
def test_pages_are_closed_to_others(client, url):
    assert client.get(url).status_code == 302
    client.force_login(factories.person(Role.REQUESTER))

    assert client.get(url).status_code == 403


def test_csv_holds_the_same_values_as_the_pages(client, officer):
    filed(requester=OrganisationFactory(name="=DGCS"))

    response = client.get("/pilotage/export.csv")

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert head == ["Période", "Code", "Indicateur", "Ligne", "Mesure", "Valeur"]
    assert ["2026S1", "I05", "Demandes déposées", "'=DGCS", "Demandes", "1"] in rows
    assert "indicateurs-2026S1" in response["Content-Disposition"]
    assert Event.objects.get(kind="export.made").subject == "Indicateurs"


def test_ods_has_a_sheet_per_indicator_and_the_definitions(client, officer):
    filed()
    step(filed(), "2026-02-02", "2026-02-16", finished="2026-02-20")

    response = client.get("/pilotage/export.ods")

    tables = Document(io.BytesIO(response.content)).body.tables
    names = [table.name for table in tables]
    assert len(names) == len(DEFINITIONS) + 2
    assert names[0] == "I03 Conventions signées"
    assert names[-1] == "Définitions"


def test_queries_do_not_grow_with_cases(client, officer):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    def more():
        case = concluded("2026-02-02", holders=(OrganisationFactory(),))
        step(case, "2026-02-02", "2026-02-16", finished="2026-02-20")
        step(case, "2026-02-02", "2026-02-16", finished="2026-02-20", delay="study")
        step(filed(), "2026-03-02", "2026-03-13")
        act()

    more()
    before = {url: queries(url) for url in (URL, "/pilotage/indicateurs/I07/")}
    for _number in range(8):
        more()

    assert {url: queries(url) for url in before} == before


def test_bars_stay_inside_their_drawing():
    chart = charts.month_chart(["m"] * 12, [0, 3, 17, *[1] * 9], [5] * 12)

    for bar in chart.bars:
        assert 0 <= float(bar.x) + float(bar.width) <= charts.WIDTH
        assert charts.TOP - 0.1 <= float(bar.y) <= charts.BOTTOM
    assert chart.lines[-1].label >= 17
    assert [line.label for line in charts.month_chart(["m"], [0], [0]).lines] == [0, 1]


def test_bar_beyond_its_target_has_another_fill_and_a_mark():
    assert [rect.kind for rect in charts.target_bar(38, 35, 40)] == ["s4", "tg"]
    assert [rect.kind for rect in charts.target_bar(30, 35, 40)] == ["s1", "tg"]
    assert [rect.kind for rect in charts.target_bar(30, None, 40)] == ["s1"]


def test_stacked_bar_skips_empty_classes():
    assert [rect.kind for rect in charts.stacked_bar([4, 0, 6, 2], 12)] == ["a1", "a3", "a4"]
