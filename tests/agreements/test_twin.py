"""The machine-readable twin: what the act says, valid, readable offline, inside the file."""

from __future__ import annotations

import json
import warnings
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import rfc8785
from django.test import Client
from jsonschema import Draft202012Validator
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from agreements import services, snapshots
from agreements.documents import conformance, rendering
from agreements.documents.attachments import attached_file
from agreements.library import shipped
from agreements.models import AgreementVersion
from agreements.twin import _rules, schema, twin_of
from tests.agreements import factories
from tests.agreements.worlds import facts

pytestmark = pytest.mark.django_db
ODRL = Namespace("http://www.w3.org/ns/odrl/2/")
DPV = Namespace("https://w3id.org/dpv#")
NAV = Namespace("urn:navette:vocabulaire:")


def version_of(world: factories.World, **changed: Any) -> AgreementVersion:
    """The version that a project sends to its parties."""
    agreement = factories.drafted(world, **changed)
    factories.filled_annexes(agreement, world.legal)
    services.send_round(agreement=agreement, by=world.legal)
    return AgreementVersion.objects.get(agreement=agreement)


def graph_of(twin: dict[str, Any]) -> Graph:
    """The twin as rdflib reads it; the network is closed to tests, nothing can be fetched."""
    data = rfc8785.dumps(twin).decode()
    with warnings.catch_warnings():
        # The library warns of what it calls itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=data, format="json-ld", publicID="urn:navette:base")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"facts": facts(PD=False), "act_type": "b"},
        {"facts": facts(SENS=True, PSEUDO=True, NIR=True, L1148_II=True), "act_type": "c"},
        {"facts": facts(LINK=True), "act_type": "d"},
        {"act_type": "f"},
        {"values": {}},
        {"reserves": [services.ReserveValue("Chiffrer", "DGCS", source="RSSI")]},
    ],
)
def test_every_type_of_act_has_a_valid_twin(
    world: factories.World, changed: dict[str, Any]
) -> None:
    twin = twin_of(version_of(world, **changed))

    errors = [one.message for one in Draft202012Validator(schema()).iter_errors(twin)]
    assert errors == []
    assert rfc8785.dumps(twin)


def test_the_twin_says_what_the_act_says(world: factories.World) -> None:
    version = version_of(world)
    twin = twin_of(version)

    assert [party["side"] for party in twin["parties"]] == ["holder", "requester"]
    assert [party["name"] for party in twin["parties"]] == [
        party["name"] for party in version.content["parties"]
    ]
    assert (twin["validFrom"], twin["validUntil"]) == ("2027-03-12", "2030-03-11")
    assert twin["sha256"] == version.sha256
    codes = [article["key"] for article in version.content["articles"]]
    assert [clause["clause"] for clause in twin["clauses"]] == codes
    assert {clause["clauseVersion"] for clause in twin["clauses"]} == {1}
    assert twin["processing"]["legalBases"]
    assert twin["processing"]["storage"][0]["months"] == 36
    told = {one["action"] for one in twin["obligation"]}
    assert {"odrl:delete", "nav:deliver", "nav:notifyBreach", "odrl:inform"} <= told
    forbidden = [one for one in twin["prohibition"] if one["clause"] == "C08"]
    assert [one["constraint"][0]["rightOperand"] for one in forbidden] == [
        "premier élément", "second élément",
    ]  # fmt: skip
    # No person is named: the act names them, its data need not.
    text = json.dumps(twin, ensure_ascii=False)
    for person in (world.holder_signatory, world.requester_signatory, world.legal):
        assert person.last_name not in text


def test_a_program_reads_it_offline(world: factories.World) -> None:
    version = version_of(world)
    graph = graph_of(twin_of(version))

    act = URIRef(f"urn:navette:acte:{version.content['reference']}:1")
    assert (act, RDF.type, ODRL.Agreement) in graph
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) >= 1
    assert len(list(graph.subjects(RDF.type, ODRL.Permission))) == 1
    assert len(list(graph.subjects(RDF.type, DPV.Purpose))) == 2
    permission = next(graph.subjects(RDF.type, ODRL.Permission))
    assert graph.value(permission, ODRL.action) == ODRL.use
    assert str(graph.value(act, DCTERMS.title)) == version.content["title"]
    articles = graph.value(act, NAV.article)
    assert len(list(graph.items(articles))) == len(version.content["articles"])
    assert not any(str(one).startswith("file:") for triple in graph for one in triple)


def test_every_rule_belongs_to_a_clause_and_reads_a_known_field() -> None:
    library = shipped()

    for code, rule in _rules().items():
        assert code in library.clauses
        path = rule.get("value") or rule.get("each")
        assert path is None or path in library.fields, code


def test_the_twin_travels_in_the_file_and_the_file_conforms(world: factories.World) -> None:
    version = version_of(world)
    act = snapshots.act_document(version)
    rendered = rendering.render(act)

    conformance.require_conforming(rendered.data)
    attached = attached_file(rendered.data, rendering.TWIN_NAME)
    assert attached == rfc8785.dumps(twin_of(version))
    with pikepdf.open(BytesIO(rendered.data)) as pdf:
        assert str(pdf.attachments[rendering.TWIN_NAME].obj.AFRelationship) == "/Data"
        assert len(pdf.Root.AF) == 1
    again = AgreementVersion.objects.get(pk=version.pk)
    assert rendering.render(snapshots.act_document(again)).data == rendered.data
    assert attached_file(rendered.data, "autre.json") is None
    assert attached_file(b"rien", rendering.TWIN_NAME) is None


def test_the_data_of_a_signed_act_are_downloaded(
    client: Client, world: factories.World, fast_documents: None
) -> None:
    agreement = factories.registered(world)
    client.force_login(world.requester_agent)
    page = f"/conventions/{agreement.reference}/acte/"

    assert f"{page}jumeau/" in client.get(page).content.decode()
    response = client.get(f"{page}jumeau/")
    assert response["Content-Type"] == "application/ld+json"
    assert f"{agreement.reference}.jsonld" in response["Content-Disposition"]
    assert response.content == rfc8785.dumps(twin_of(agreement.archived.version))
    client.force_login(world.outsider)
    assert client.get(f"{page}jumeau/").status_code == 404
