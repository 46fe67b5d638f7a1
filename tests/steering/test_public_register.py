"""The public register: everybody reads it, nobody's name is in it."""

import csv
import io
import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.enums import AgreementStage
from agreements.models import AnnexContent
from steering.selectors import public_register
from tests.steering.factories import OrganisationFactory, UserFactory, act

pytestmark = pytest.mark.django_db
URL = "/registre/"


def publish(title="Parcours en ITEP", **changes):
    holder = OrganisationFactory(short_name="CNSA", contact_email="donnees@cnsa.example")
    made = act(
        title,
        holder=holder,
        requester=OrganisationFactory(short_name="DGCS"),
        **{
            "facts": {"PD": True, "HEALTH": True},
            "values": {
                "case": {"purposes_list": ["suivre les parcours"]},
                "legal": {"legal_basis_recipient": "l’article 6.1.e du RGPD"},
                "party_1": {"representative": "Hélène Aubry", "dpo_name": "Julie Costa"},
                "security": {"hosting": "centre secret"},
                "breach": {"contact": "astreinte secrète"},
            },
        }
        | changes,
    )
    AnnexContent.objects.create(
        agreement=made,
        number=10,
        changed_by=UserFactory(),
        changed_at=timezone.now(),
        content={
            "sheet": {
                "categories": "orientation des jeunes",
                "basis": "art. L. 247-2 du CASF",
                "contact": "itep@cnsa.example",
            }
        },
    )
    return made


def test_signed_acts_are_read_without_a_sign_in(client, text_of):
    publish()

    text = text_of(client.get(URL))

    assert (
        "CONV-2026-001 Parcours en ITEP CNSA DGCS orientation des jeunes art. L. 247-2 du CASF "
        "01/04/2026 31/03/2029 En vigueur"
    ) in text
    assert "1 partage affiché" in text


@pytest.mark.parametrize("stage", AgreementStage.values)
def test_only_signed_acts_are_published_and_ended_ones_stay(client, stage):
    not_yet = {"drafting", "negotiation", "final", "signing", "abandoned"}
    made = publish(stage=stage, signed=None if stage in not_yet else "2026-03-02T10:00+01:00")

    found = [sheet.title for sheet in public_register.sheets(public_register.PublicCriteria())]

    assert found == ([] if stage in not_yet else ["Parcours en ITEP"])
    status = client.get(f"{URL}{made.reference}/").status_code
    assert status == (404 if stage in not_yet else 200)


def test_hidden_things_are_nowhere(client):
    made = publish()
    AnnexContent.objects.create(
        agreement=made,
        number=3,
        changed_by=UserFactory(),
        changed_at=timezone.now(),
        content={"measures": "pare-feu secret"},
    )

    pages = [
        client.get(URL).content,
        client.get(f"{URL}{made.reference}/").content,
        b"".join(client.get(f"{URL}export.csv").streaming_content),
        b"".join(client.get(f"{URL}export.json").streaming_content),
    ]

    for page in pages:
        for hidden in (
            "Hélène Aubry",
            "Julie Costa",
            "secret",
            "PRJ-2026",
            made.created_by.last_name,
        ):
            text = page.decode().replace("secrets protégés", "")
            assert hidden not in text


def test_sheet_of_one_act(client, text_of):
    publish()

    text = text_of(client.get(f"{URL}CONV-2026-001/"))

    assert "Finalité suivre les parcours" in text
    assert "Contact itep@cnsa.example" in text
    assert "Début 1er avril 2026" in text


def test_act_without_a_sheet_tells_what_its_facts_tell(client):
    made = publish()
    AnnexContent.objects.filter(agreement=made).delete()

    sheet = public_register.get_published("CONV-2026-001")

    assert sheet.categories == "données de santé, données à caractère personnel"
    assert sheet.basis == "l’article 6.1.e du RGPD"
    assert sheet.contact == "donnees@cnsa.example"


def test_act_without_personal_data_says_so():
    act("Agrégats", values={}, facts={})

    assert public_register.get_published("CONV-2026-001").categories == "données non personnelles"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"texte": "itep"}, True),
        ({"texte": "conv-2026-001"}, True),
        ({"texte": "orientation"}, True),
        ({"organisme": "dgcs"}, True),
        ({"etat": "in_force"}, True),
        ({"texte": "zzz"}, False),
        ({"organisme": "zzz"}, False),
        ({"etat": "suspended"}, False),
    ],
)
def test_each_filter_keeps_what_answers(client, query, found, text_of):
    publish()

    text = text_of(client.get(URL, query))

    assert ("CONV-2026-001" in text) is found
    assert ("Aucun partage publié pour ces critères." in text) is not found


@pytest.mark.parametrize("query", ["etat=x", "texte=a%00", "texte=" + "x" * 300, "etat=drafting"])
def test_wrong_filters_are_explained(client, query, text_of):
    publish()

    response = client.get(f"{URL}?{query}")

    assert response.status_code == 200
    assert "CONV-2026-001" not in text_of(response)
    assert client.get(f"{URL}export.csv?{query}").url == f"{URL}?{query}"


@pytest.mark.parametrize("reference", ["CONV-2026-999", "PRJ-2026-0001", "x", "é", "a%00b", "😀"])
def test_unknown_reference_does_not_exist(client, reference):
    publish()

    assert client.get(f"{URL}{reference}/").status_code == 404


def test_csv_feed(client):
    publish()
    publish("=1+1", signed="2026-03-05T10:00+01:00")

    content = b"".join(client.get(f"{URL}export.csv").streaming_content).decode("utf-8-sig")

    head, first, second = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    assert head[0] == "Référence"
    assert first[:5] == ["CONV-2026-001", "Parcours en ITEP", "suivre les parcours", "CNSA", "DGCS"]
    assert first[7:9] == ["01/04/2026", "31/03/2029"]
    assert second[1] == "'=1+1"


def test_json_feed(client):
    assert json.loads(b"".join(client.get(f"{URL}export.json").streaming_content)) == {
        "partages": []
    }
    publish()
    publish("Deux", end_on=None)

    feed = json.loads(b"".join(client.get(f"{URL}export.json").streaming_content))

    assert [one["objet"] for one in feed["partages"]] == ["Parcours en ITEP", "Deux"]
    assert feed["partages"][0]["debut"] == date(2026, 4, 1).isoformat()
    assert feed["partages"][1]["fin"] is None


def test_queries_do_not_grow_with_the_register(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    publish()
    few = queries()
    for number in range(30):
        publish(f"Partage {number}")

    assert queries() == few <= 4
    with CaptureQueriesContext(connection) as captured:
        list(public_register.sheets(public_register.PublicCriteria()))
    assert len(captured) == 3


def test_register_pages_by_key(client):
    for number in range(27):
        publish(f"Partage {number}")

    first = client.get(URL)
    second = client.get(first.context["next"])

    assert len(second.context["page"].rows) == 2
    assert client.get(second.context["previous"]).context["page"] == first.context["page"]
