"""DCAT, DCAT-AP and HealthDCAT-AP in Turtle, RDF/XML or JSON-LD. Nothing is ever fetched."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from accounts.siret import is_valid_siret, normalise_siret
from catalogue import enums
from catalogue.imports import vocabulary
from catalogue.imports.cleaning import clean_text, plain_text, read_date, split_list
from catalogue.imports.reading import as_text, read_document
from catalogue.imports.rows import IncomingDataset, IncomingProducer, ParsedRow, UnreadableFile

HEALTHDCAT = Namespace("http://healthdataportal.eu/ns/health#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
SCHEMA = Namespace("http://schema.org/")
DPV = Namespace("https://w3id.org/dpv#")
DQV = Namespace("http://www.w3.org/ns/dqv#")
# Newer than the term list of the library.
IN_SERIES = URIRef(f"{DCAT}inSeries")

FORMATS = {"turtle": "turtle", "rdfxml": "xml", "jsonld": "json-ld"}
_DEEPEST = 100


def load(content: bytes, kind: str) -> Graph:
    """Parse a document into a graph, or say in French why it cannot be."""
    data: bytes | str = content
    if kind == "jsonld":
        data = _without_remote_context(as_text(content))
    graph = Graph(bind_namespaces="none")
    try:
        with warnings.catch_warnings():
            # The library's JSON-LD parser still calls what the library itself deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            # `publicID` keeps relative addresses from meaning folders of this machine.
            graph.parse(data=data, format=FORMATS[kind], publicID="http://import.invalid/")
    except Exception as error:  # a parser of foreign files may raise anything
        raise UnreadableFile(
            _("Le fichier n’est pas du %(kind)s valide : %(error)s")
            % {"kind": _NAMES[kind], "error": clean_text(error)[:300]}
        ) from error
    return graph


_NAMES = {"turtle": "Turtle", "rdfxml": "RDF/XML", "jsonld": "JSON-LD"}


def _without_remote_context(text: str) -> str:
    """Refuse a JSON-LD document whose meaning stands at an address: it would have to be fetched."""
    try:
        document = json.loads(text)
        remote = _remote_context(document, 0)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(_("Le fichier JSON est illisible.")) from error
    if remote:
        raise UnreadableFile(
            _(
                "Ce JSON-LD renvoie à un contexte distant (%(address)s). Navette ne va rien "
                "chercher sur le réseau : donnez un fichier dont le « @context » est écrit "
                "dans le fichier, ou une version Turtle."
            )
            % {"address": clean_text(remote)[:200]}
        )
    return text


def _remote_context(node: Any, depth: int) -> str:
    if depth > _DEEPEST:
        raise RecursionError
    children: list[Any] = []
    if isinstance(node, dict):
        for key in ("@context", "@import"):
            contexts = node.get(key)
            for context in contexts if isinstance(contexts, list) else [contexts]:
                if isinstance(context, str):
                    return context
        children = list(node.values())
    elif isinstance(node, list):
        children = node
    for child in children:
        if remote := _remote_context(child, depth + 1):
            return remote
    return ""


def read(path: Path, kind: str) -> Iterator[ParsedRow]:
    """Read every dcat:Dataset of a file, in the order of their identifiers."""
    graph = load(read_document(path), kind)
    nodes = sorted({*graph.subjects(RDF.type, DCAT.Dataset)}, key=str)
    if not nodes:
        raise UnreadableFile(_("Le fichier ne contient aucun jeu de données (dcat:Dataset)."))
    for number, node in enumerate(nodes, start=1):
        yield _Reader(graph, node, number).row()


def _language_rank(value: Node) -> int:
    """French first, then French by machine, then no language, then English, then any other."""
    language = (getattr(value, "language", None) or "").lower()
    if language in ("fr", "fr-fr"):
        return 0
    if language.startswith("fr"):
        return 1
    return {"": 2, "en": 3}.get(language, 4)


class _Reader:
    """Reads one dataset node."""

    def __init__(self, graph: Graph, node: Node, number: int) -> None:
        self.graph = graph
        self.node = node
        self.parsed = ParsedRow(number, "")

    # Values

    def best(self, subject: Node, *predicates: Node) -> str:
        """Return the literal in the language nearest to French."""
        for predicate in predicates:
            found = [o for o in self.graph.objects(subject, predicate) if isinstance(o, Literal)]
            for value in sorted(found, key=lambda o: (_language_rank(o), str(o))):
                if text := clean_text(value):
                    return text
        return ""

    def all_texts(self, subject: Node, predicate: Node) -> list[str]:
        """Return the literals in the nearest language, in order."""
        found = [o for o in self.graph.objects(subject, predicate) if isinstance(o, Literal)]
        if not found:
            return []
        nearest = min(_language_rank(o) for o in found)
        return sorted(clean_text(o) for o in found if _language_rank(o) == nearest)

    def words(self, predicate: Node) -> str:
        """Return a text, or the label of the statement that stands in its place."""
        if text := self.best(self.node, predicate):
            return plain_text(text)
        for value in sorted(self.graph.objects(self.node, predicate), key=str):
            label = self.best(value, RDFS.label, DCTERMS.description, SKOS.prefLabel, DCTERMS.title)
            if label:
                return plain_text(label)
        return ""

    def addresses(self, subject: Node, *predicates: Node) -> list[str]:
        found = {
            clean_text(value)
            for predicate in predicates
            for value in self.graph.objects(subject, predicate)
        }
        return sorted(a for a in found if a.startswith(("http://", "https://")))

    def codes(self, predicate: Node) -> list[str]:
        values = self.graph.objects(self.node, predicate)
        return sorted({vocabulary.last_part(clean_text(value)) for value in values})

    def date(self, subject: Node, *predicates: Node, last_day: bool = False) -> Any:
        for predicate in predicates:
            for value in sorted(self.graph.objects(subject, predicate), key=str):
                day, remark = read_date(clean_text(value), last_day=last_day)
                if remark:
                    self.parsed.warnings.append(remark)
                if day:
                    return day
        return None

    def number(self, subject: Node, predicate: Node) -> int | None:
        for value in sorted(self.graph.objects(subject, predicate), key=str):
            if match := re.fullmatch(r"\+?(\d{1,15})(?:\.0*)?", clean_text(value)):
                return int(match[1])
        return None

    # Parts

    def row(self) -> ParsedRow:
        title = plain_text(self.best(self.node, DCTERMS.title, RDFS.label))
        self.parsed.label = title[:120] or clean_text(self.node)[:120]
        if not title:
            self.parsed.errors.append(_("le titre (dct:title) est absent"))
            return self.parsed
        producer = self.producer()
        series = self.graph.value(self.node, IN_SERIES)
        self.parsed.content = IncomingDataset(
            title=title,
            source_identifier=self.identifier(title, producer),
            producer=producer,
            values=self.values(),
            distributions=self.distributions(),
            part_of=f"dcat:{series}"[:500] if isinstance(series, URIRef) else "",
        )
        return self.parsed

    def identifier(self, title: str, producer: IncomingProducer) -> str:
        if isinstance(self.node, URIRef):
            return f"dcat:{clean_text(self.node)}"[:500]
        if text := self.best(self.node, DCTERMS.identifier):
            return f"dcat:{text}"[:500]
        digest = hashlib.sha256(f"{producer.name}|{title}".encode()).hexdigest()
        return f"dcat:{digest}"

    def producer(self) -> IncomingProducer:
        agents = [
            agent
            for predicate in (DCTERMS.publisher, DCTERMS.creator)
            for agent in sorted(self.graph.objects(self.node, predicate), key=str)
        ]
        for agent in agents:
            name = self.best(agent, FOAF.name, VCARD.fn, SKOS.prefLabel, RDFS.label)
            name = name or (clean_text(agent) if isinstance(agent, Literal) else "")
            if name:
                return IncomingProducer(name=plain_text(name)[:200], siret=self.siret(agent))
        return IncomingProducer()

    def siret(self, agent: Node) -> str:
        candidates = [*self.graph.objects(agent, DCTERMS.identifier)]
        for identifier in self.graph.objects(agent, ADMS.identifier):
            candidates += [*self.graph.objects(identifier, SKOS.notation), identifier]
        digits = (normalise_siret(vocabulary.last_part(clean_text(c))) for c in candidates)
        return next((text for text in digits if is_valid_siret(text)), "")

    def contact(self) -> str:
        for point in sorted(self.graph.objects(self.node, DCAT.contactPoint), key=str):
            for predicate in (VCARD.hasEmail, VCARD.email):
                for value in sorted(self.graph.objects(point, predicate), key=str):
                    address = self.graph.value(value, VCARD.hasValue) or value
                    if "@" in (text := clean_text(address).removeprefix("mailto:")):
                        return text
        return ""

    def licence_text(self) -> str:
        places = [self.node, *sorted(self.graph.objects(self.node, DCAT.distribution), key=str)]
        for place in places:
            for value in sorted(self.graph.objects(place, DCTERMS.license), key=str):
                if isinstance(value, Literal):
                    return clean_text(value)
                title = self.best(value, DCTERMS.title, RDFS.label)
                return title or (clean_text(value) if isinstance(value, URIRef) else "")
        return ""

    def values(self) -> dict[str, Any]:
        periods = sorted(self.graph.objects(self.node, DCTERMS.temporal), key=str)
        period = periods[0] if periods else None
        licence_text = self.licence_text()
        rights = [vocabulary.most_restrictive(self.codes(DCTERMS.accessRights))]
        values: dict[str, Any] = {
            "alt_title": self.best(self.node, DCTERMS.alternative),
            "description": plain_text(self.best(self.node, DCTERMS.description)),
            "keywords": self.keywords(),
            "themes": [c for c in self.codes(DCAT.theme) if c in enums.EuTheme.values],
            "contact_email": self.contact(),
            "landing_url": next(iter(self.addresses(self.node, DCAT.landingPage)), ""),
            "access_rights": rights[0],
            "access_conditions": self.words(DCTERMS.rights),
            "licence": vocabulary.licence(licence_text),
            "licence_label": licence_text,
            "provenance": self.words(DCTERMS.provenance),
            "purpose_original": self.words(DPV.hasPurpose),
            "applicable_legislation": self.addresses(self.node, DCATAP.applicableLegislation),
            "conforms_to": self.addresses(self.node, DCTERMS.conformsTo),
            "spatial_label": self.words(DCTERMS.spatial),
            "spatial": vocabulary.territory(self.words(DCTERMS.spatial)),
            "frequency": self.frequency(),
            "issued": self.date(self.node, DCTERMS.issued),
            "modified": self.date(self.node, DCTERMS.modified),
            "dataset_type": next(
                (c for c in self.codes(DCTERMS.type) if c in enums.DatasetType.values), ""
            ),
            "language": next(
                (c for c in self.codes(DCTERMS.language) if c in enums.Language.values), ""
            ),
        }
        if period is not None:
            values["temporal_start"] = self.date(period, DCAT.startDate, SCHEMA.startDate)
            values["temporal_end"] = self.date(period, DCAT.endDate, SCHEMA.endDate, last_day=True)
        if values["access_rights"] == enums.AccessRights.PUBLIC:
            values["request_route"] = enums.RequestRoute.OPEN_DATA
        values |= self.health_values()
        return {column: value for column, value in values.items() if value not in ("", None, [])}

    def keywords(self) -> list[str]:
        """Some catalogues write all their keywords in one literal."""
        texts = self.all_texts(self.node, DCAT.keyword)
        return list(dict.fromkeys(word for text in texts for word in split_list(text)))

    def frequency(self) -> str:
        values = sorted(self.graph.objects(self.node, DCTERMS.accrualPeriodicity), key=str)
        return next((c for v in values if (c := vocabulary.frequency(clean_text(v)))), "")

    def health_values(self) -> dict[str, Any]:
        categories = self.codes(HEALTHDCAT.healthCategory)
        return {
            "health_category": [c for c in categories if c in enums.HealthCategory.values],
            "health_theme": self.codes(HEALTHDCAT.healthTheme),
            "min_age": self.number(self.node, HEALTHDCAT.minTypicalAge),
            "max_age": self.number(self.node, HEALTHDCAT.maxTypicalAge),
            "record_count": self.number(self.node, HEALTHDCAT.numberOfRecords),
            "person_count": self.number(self.node, HEALTHDCAT.numberOfUniqueIndividuals),
            "population": self.words(HEALTHDCAT.populationCoverage),
        }

    def distributions(self) -> list[dict[str, Any]]:
        rows = []
        for node in sorted(self.graph.objects(self.node, DCAT.distribution), key=str):
            formats = self.graph.objects(node, DCTERMS["format"])
            media = [*formats, *self.graph.objects(node, DCAT.mediaType)]
            codes = [vocabulary.last_part(clean_text(m)) for m in media if not _is_blank(m)]
            row = {
                "title": plain_text(self.best(node, DCTERMS.title))[:300],
                "format": next(iter(sorted(filter(None, codes))), "")[:120],
                "access_url": next(
                    iter(self.addresses(node, DCAT.downloadURL, DCAT.accessURL)), ""
                )[:1000],
                "byte_size": self.number(node, DCAT.byteSize),
                "is_api": (node, DCAT.accessService, None) in self.graph,
            }
            if row["title"] or row["format"] or row["access_url"]:
                rows.append(row)
        return sorted(rows, key=lambda row: (row["title"], row["format"], row["access_url"]))


def _is_blank(node: Node) -> bool:
    return not isinstance(node, URIRef | Literal)
