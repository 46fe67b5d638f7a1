"""DCAT-AP 3, and HealthDCAT-AP for health datasets, in Turtle or JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import Namespace
from rdflib.term import Node

from accounts.models import Organisation
from catalogue import enums
from catalogue.exports import disclosure
from catalogue.imports.dcat import ADMS, DCATAP, DPV, DQV, HEALTHDCAT, VCARD
from catalogue.models import Dataset

LOCAL = Namespace("https://navette.invalid/ns/catalogue#")
CSVW = Namespace("http://www.w3.org/ns/csvw#")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
GDPR = Namespace("https://w3id.org/dpv/legal/eu/gdpr#")
LICENCES = {
    enums.Licence.LO2: "https://spdx.org/licenses/etalab-2.0",
    enums.Licence.ODBL: "https://opendatacommons.org/licenses/odbl/1-0/",
}
EHDS_REGULATION = "http://data.europa.eu/eli/reg/2025/327/oj"
ROUTES = {"turtle": ("text/turtle", "ttl"), "json-ld": ("application/ld+json", "jsonld")}
# A remote context would have to be fetched: the JSON-LD we write carries its own.
CONTEXT = {
    "dcat": str(DCAT), "dct": str(DCTERMS), "foaf": str(FOAF), "vcard": str(VCARD),
    "adms": str(ADMS), "dcatap": str(DCATAP), "dpv": str(DPV), "dqv": str(DQV),
    "healthdcatap": str(HEALTHDCAT), "prov": str(PROV), "skos": str(SKOS), "xsd": str(XSD),
    "rdfs": str(RDFS), "local": str(LOCAL),
}  # fmt: skip


def write(datasets: Iterable[Dataset], *, form: str, catalogue_url: str, title: str) -> str:
    """Write a catalogue in `turtle` or `json-ld`. Resources must be prefetched."""
    graph = Graph()
    for prefix, address in CONTEXT.items():
        graph.bind(prefix, address, override=True)
    catalogue = URIRef(catalogue_url)
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    graph.add((catalogue, DCTERMS.title, Literal(title, lang="fr")))
    graph.add((catalogue, DCTERMS.language, _authority("language", "FRA")))
    for dataset in datasets:
        graph.add((catalogue, DCAT.dataset, _Writer(graph, dataset).write()))
    if form == "json-ld":
        return graph.serialize(format="json-ld", context=CONTEXT, indent=1, ensure_ascii=False)
    return graph.serialize(format="turtle")


def _authority(table: str, code: str) -> URIRef:
    return URIRef(f"{AUTHORITY}{table}/{code}")


def _address(text: str) -> URIRef | None:
    """Return an address that RDF can carry: no space or quote in it."""
    return None if any(char in text for char in ' <>"{}|\\^`\n\t') else URIRef(text)


class _Writer:
    """Writes one record."""

    def __init__(self, graph: Graph, dataset: Dataset) -> None:
        self.graph = graph
        self.dataset = dataset
        self.node = URIRef(dataset.identifier)

    def add(self, predicate: Node, value: Node | None, subject: Node | None = None) -> None:
        if value is not None:
            self.graph.add((subject or self.node, predicate, value))

    def words(self, predicate: Node, text: str) -> None:
        if text:
            self.add(predicate, Literal(text, lang="fr"))

    def statement(self, predicate: Node, kind: Node, text: str) -> None:
        """A text that the profile wants as a labelled statement."""
        if text:
            node = BNode()
            self.add(predicate, node)
            self.add(RDF.type, kind, node)
            self.add(RDFS.label, Literal(text, lang="fr"), node)

    def day(self, predicate: Node, value: date | None, subject: Node | None = None) -> None:
        if value:
            self.add(predicate, Literal(value.isoformat(), datatype=XSD.date), subject)

    def addresses(self, predicate: Node, values: list[str]) -> None:
        for value in values:
            self.add(predicate, _address(value))

    def write(self) -> URIRef:
        self.identity()
        self.people()
        self.access()
        self.coverage()
        self.distributions()
        if self.dataset.is_health:
            self.health()
        return self.node

    def identity(self) -> None:
        dataset = self.dataset
        self.add(RDF.type, DCAT.Dataset)
        self.add(DCTERMS.identifier, Literal(dataset.identifier))
        self.words(DCTERMS.title, dataset.title)
        self.words(DCTERMS.alternative, dataset.alt_title)
        self.words(DCTERMS.description, dataset.description)
        for word in dataset.keywords:
            self.words(DCAT.keyword, word)
        for theme in dataset.themes:
            self.add(DCAT.theme, _authority("data-theme", theme))
        if dataset.social_theme:
            self.add(DCAT.theme, LOCAL[f"champ/{dataset.social_theme}"])
        if dataset.dataset_type:
            self.add(DCTERMS.type, _authority("dataset-type", dataset.dataset_type))
        if dataset.language:
            self.add(DCTERMS.language, _authority("language", dataset.language))
        if dataset.part_of is not None:
            self.add(DCTERMS.isPartOf, URIRef(dataset.part_of.identifier))
        self.addresses(DCTERMS.conformsTo, dataset.conforms_to)
        self.day(DCTERMS.issued, dataset.issued)
        self.day(DCTERMS.modified, dataset.modified)

    def agent(self, organisation: Organisation) -> Node:
        agent = URIRef(
            f"{self.dataset.identifier.rsplit('/catalogue/', 1)[0]}/organismes/{organisation.slug}/"
        )
        self.add(RDF.type, FOAF.Agent, agent)
        self.add(FOAF.name, Literal(organisation.name, lang="fr"), agent)
        if organisation.siret:
            identifier = BNode()
            self.add(ADMS.identifier, identifier, agent)
            self.add(RDF.type, ADMS.Identifier, identifier)
            self.add(SKOS.notation, Literal(organisation.siret), identifier)
        return agent

    def people(self) -> None:
        dataset = self.dataset
        self.add(DCTERMS.publisher, self.agent(dataset.producer_org))
        if dataset.data_controller is not None:
            attribution = BNode()
            self.add(PROV.qualifiedAttribution, attribution)
            self.add(RDF.type, PROV.Attribution, attribution)
            self.add(PROV.agent, self.agent(dataset.data_controller), attribution)
            self.add(DCAT.hadRole, LOCAL["role/responsable-de-traitement"], attribution)
        addresses = (dataset.contact_email, disclosure.personal_contact(dataset))
        address = next(filter(None, addresses), "")
        if address or dataset.producer_unit:
            point = BNode()
            self.add(DCAT.contactPoint, point)
            self.add(RDF.type, VCARD.Organization, point)
            name = dataset.producer_unit or dataset.producer_org.name
            self.add(VCARD.fn, Literal(name, lang="fr"), point)
            if address:
                self.add(VCARD.hasEmail, _address(f"mailto:{address}"), point)

    def access(self) -> None:
        dataset = self.dataset
        if dataset.access_rights:
            self.add(DCTERMS.accessRights, _authority("access-right", dataset.access_rights))
        self.statement(DCTERMS.rights, DCTERMS.RightsStatement, dataset.access_conditions)
        self.statement(DCTERMS.provenance, DCTERMS.ProvenanceStatement, dataset.provenance)
        self.statement(DPV.hasPurpose, DPV.Purpose, dataset.purpose_original)
        for basis in dataset.legal_basis:
            self.add(DPV.hasLegalBasis, GDPR[basis])
        self.addresses(DCATAP.applicableLegislation, dataset.applicable_legislation)
        self.words(LOCAL["loc"], disclosure.location(dataset))
        self.words(LOCAL["protection"], disclosure.protection_measures(dataset))
        if dataset.sensitivity:
            self.add(LOCAL["sensibilite"], Literal(dataset.sensitivity))
        if dataset.landing_url:
            self.add(DCAT.landingPage, _address(dataset.landing_url))
        self.statement(DQV.hasQualityAnnotation, DQV.QualityAnnotation, dataset.quality_statement)
        if dataset.api_url:
            service = BNode()
            self.add(RDF.type, DCAT.DataService, service)
            self.add(DCTERMS.title, Literal(f"API — {dataset.title}", lang="fr"), service)
            self.add(DCAT.endpointURL, _address(dataset.api_url), service)
            self.add(DCAT.servesDataset, self.node, service)
            if dataset.api_documentation:
                self.add(DCAT.endpointDescription, _address(dataset.api_documentation), service)

    def coverage(self) -> None:
        dataset = self.dataset
        label = dataset.spatial_label or str(dataset.get_spatial_display())
        self.statement(DCTERMS.spatial, DCTERMS.Location, label)
        if dataset.temporal_start or dataset.temporal_end:
            period = BNode()
            self.add(DCTERMS.temporal, period)
            self.add(RDF.type, DCTERMS.PeriodOfTime, period)
            self.day(DCAT.startDate, dataset.temporal_start, period)
            self.day(DCAT.endDate, dataset.temporal_end, period)
        if dataset.frequency:
            self.add(DCTERMS.accrualPeriodicity, _authority("frequency", dataset.frequency))

    def distributions(self) -> None:
        dataset = self.dataset
        licence = LICENCES.get(dataset.licence)  # type: ignore[call-overload]
        for place, row in enumerate(dataset.distributions.all(), start=1):
            node = URIRef(f"{dataset.identifier}#ressource-{place}")
            self.add(DCAT.distribution, node)
            self.add(RDF.type, DCAT.Distribution, node)
            if row.title:
                self.add(DCTERMS.title, Literal(row.title, lang="fr"), node)
            address = row.access_url or dataset.landing_url or dataset.identifier
            self.add(DCAT.accessURL, _address(address), node)
            if row.format:
                self.add(DCTERMS["format"], self.file_type(row.format), node)
            if row.byte_size is not None:
                size = Literal(str(row.byte_size), datatype=XSD.nonNegativeInteger)
                self.add(DCAT.byteSize, size, node)
            if licence:
                self.add(DCTERMS.license, URIRef(licence), node)
            if dataset.is_health:
                self.add(DCATAP.applicableLegislation, URIRef(EHDS_REGULATION), node)

    def file_type(self, text: str) -> Node:
        if text.isascii() and text.replace("_", "").isalnum():
            return _authority("file-type", text.upper())
        node = BNode()
        self.add(RDF.type, DCTERMS.MediaTypeOrExtent, node)
        self.add(RDFS.label, Literal(text, lang="fr"), node)
        return node

    def health(self) -> None:
        """What HealthDCAT-AP adds (EHDS, art. 51 and 77)."""
        dataset = self.dataset
        self.add(DCATAP.applicableLegislation, URIRef(EHDS_REGULATION))
        for code in dataset.health_category:
            self.add(HEALTHDCAT.healthCategory, LOCAL[f"healthcategory/{code}"])
        for theme in dataset.health_theme:
            node = BNode()
            self.add(HEALTHDCAT.healthTheme, node)
            self.add(RDF.type, SKOS.Concept, node)
            self.add(SKOS.prefLabel, Literal(theme, lang="fr"), node)
        for system in dataset.coding_systems:
            self.add(HEALTHDCAT.hasCodingSystem, LOCAL[f"codingsystem/{system.replace(' ', '-')}"])
        self.statement(HEALTHDCAT.populationCoverage, RDFS.Resource, dataset.population)
        figures: tuple[tuple[Any, int | None], ...] = (
            (HEALTHDCAT.minTypicalAge, dataset.min_age),
            (HEALTHDCAT.maxTypicalAge, dataset.max_age),
            (HEALTHDCAT.numberOfRecords, dataset.record_count),
            (HEALTHDCAT.numberOfUniqueIndividuals, dataset.person_count),
        )
        for predicate, figure in figures:
            if figure is not None:
                self.add(predicate, Literal(str(figure), datatype=XSD.nonNegativeInteger))
        self.health_actors()
        if dataset.retention_start or dataset.retention_end:
            period = BNode()
            self.add(HEALTHDCAT.retentionPeriod, period)
            self.add(RDF.type, DCTERMS.PeriodOfTime, period)
            self.day(DCAT.startDate, dataset.retention_start, period)
            self.day(DCAT.endDate, dataset.retention_end, period)

    def health_actors(self) -> None:
        """The access body, and what the regulation asks of the publisher."""
        dataset = self.dataset
        if dataset.hdab is not None:
            self.add(HEALTHDCAT.hdab, self.agent(dataset.hdab))
        publisher = self.agent(dataset.producer_org)
        if dataset.trusted_holder is not None:
            held = Literal("true" if dataset.trusted_holder else "false", datatype=XSD.boolean)
            self.add(HEALTHDCAT.trustedDataHolder, held, publisher)
        if dataset.publisher_type:
            kind = LOCAL[f"publisher-type/{dataset.publisher_type}"]
            self.add(HEALTHDCAT.publisherType, kind, publisher)
        if dataset.publisher_note:
            note = Literal(dataset.publisher_note, lang="fr")
            self.add(HEALTHDCAT.publisherNote, note, publisher)
