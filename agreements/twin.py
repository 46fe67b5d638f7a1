"""The machine-readable twin of an act: what its version says, as linked data (JSON-LD).

Parties, data sets (DCAT), purposes and legal bases (W3C DPV), permissions, duties and prohibitions
(W3C ODRL), dates, conditions, clause versions. Made from the frozen content of the version and
nothing else: the same version gives the same bytes. Its context travels inside it and its schema
is shipped (`data/twin/`), so that a reader fetches nothing. It names organisations, no person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.timezone import localtime

from agreements.models import AgreementVersion
from cases.enums import Side

DATA = Path(__file__).parent / "data" / "twin"
SCHEMA_ID = "urn:navette:schema:acte:1"
_FRENCH = "http://publications.europa.eu/resource/authority/language/FRA"
_SIDES = {"holder": (Side.HOLDER,), "recipient": (Side.REQUESTER,)}
# Facts of the case that say which kind of personal data is shared, in the words of DPV.
_KINDS = {
    "PD": "dpv:PersonalData",
    "SENS": "dpv:SpecialCategoryPersonalData",
    "PSEUDO": "dpv:PseudonymisedData",
}
_UNITS = {"days": "P{}D", "months": "P{}M", "hours": "PT{}H", "working_days": "P{}D"}
_DATASET_FIELDS = ("population", "filters", "period", "granularity", "volume", "frequency")

Content = Mapping[str, Any]
Node = dict[str, Any]


@cache
def schema() -> Node:
    """The JSON Schema that every twin is valid against."""
    return dict(json.loads((DATA / "acte.schema.json").read_text(encoding="utf-8")))


@cache
def _context() -> Node:
    return dict(json.loads((DATA / "context.json").read_text(encoding="utf-8")))


@cache
def _rules() -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load((DATA / "rules.yaml").read_text(encoding="utf-8")))


def twin_of(version: AgreementVersion) -> Node:
    """Return the twin of a version."""
    content: Content = version.content
    parties = [_party(party, number) for number, party in enumerate(content["parties"], start=1)]
    datasets = list(_datasets(content, parties))
    return _without_empty(
        {
            "@context": _context(),
            "id": f"urn:navette:acte:{content['reference']}:{version.number}",
            "type": "odrl:Agreement",
            "conformsTo": SCHEMA_ID,
            "identifier": content["reference"],
            "title": content["title"],
            "language": _FRENCH,
            "actType": content["act_type"],
            "actTypeLabel": content["act_type_label"],
            "signatureLevel": content["signature_level"],
            "source": f"urn:navette:demande:{content['source']}" if content["source"] else "",
            "version": version.number,
            "sha256": version.sha256,
            "issued": localtime(version.created_at).isoformat(timespec="seconds"),
            "validFrom": content["effective_on"],
            "validUntil": content["end_on"],
            "parties": parties,
            "datasets": datasets,
            "processing": _processing(content, parties),
            "permission": [_permission(content, parties, datasets)],
            "prohibition": list(_ruled("prohibition", content, parties, datasets)),
            "obligation": list(_ruled("duty", content, parties, datasets)),
            "conditions": [
                {
                    "type": "nav:Condition",
                    "description": reserve["text"],
                    "stage": reserve["stage"],
                    "state": reserve["state"],
                    "clause": reserve["article"],
                }
                for reserve in content["reserves"]
            ],
            "clauses": [_clause(article) for article in content["articles"]],
            "annexes": [
                {
                    "type": "nav:Annex",
                    "number": annex["number"],
                    "title": annex["title"],
                    "audience": annex["audience"],
                }
                for annex in content["annexes"]
            ],
        }
    )


def _without_empty(node: Any) -> Any:
    """Say nothing of what the act does not say."""
    if isinstance(node, dict):
        kept = {key: _without_empty(value) for key, value in node.items()}
        return {key: value for key, value in kept.items() if value not in ("", None, [], {})}
    return [_without_empty(one) for one in node] if isinstance(node, list) else node


def _party(party: Content, number: int) -> Node:
    siret = str(party.get("siret", ""))
    return {
        "id": f"urn:siret:{siret}" if siret else f"#partie-{number}",
        "type": ["odrl:Party", "foaf:Organization"],
        "name": party.get("name", party["short_name"]),
        "side": party["side"],
        "roleLabel": party.get("role_label", ""),
        "legalForm": party.get("legal_form", ""),
        "siret": siret,
        "address": party.get("address", ""),
        "unit": party.get("unit", ""),
        "representativeTitle": party.get("representative_title", ""),
        "delegation": party.get("delegation_ref", ""),
    }


def _on_side(parties: list[Node], by: str) -> list[str]:
    sides = _SIDES.get(by)
    return [party["id"] for party in parties if sides is None or party["side"] in sides]


def _datasets(content: Content, parties: list[Node]) -> Iterator[Node]:
    """The data sets of annex 1, or what the act says of its data when the annex lists none."""
    holders = _on_side(parties, "holder")
    annex = next((one for one in content["annexes"] if one["number"] == 1), None)
    rows = (annex["content"].get("datasets") or []) if annex else []
    data = content["values"].get("data") or {}
    if not rows:
        titles = data.get("datasets_list") or [content["title"]]
        rows = [{**data, "dataset": title} for title in titles]
    for number, row in enumerate(rows, start=1):
        yield {
            "id": f"#jeu-{number}",
            "type": "dcat:Dataset",
            "title": row.get("dataset", ""),
            "description": row.get("source", "") or data.get("summary", ""),
            "publisher": holders[0] if len(holders) == 1 else "",
            "publisherName": row.get("holder", ""),
            **{name: row.get(name, "") for name in _DATASET_FIELDS},
        }


def _processing(content: Content, parties: list[Node]) -> Node:
    values, facts = content["values"], content["facts"]
    legal, security = values.get("legal") or {}, values.get("security") or {}
    retention = values.get("retention") or {}
    bases = (legal.get("legal_basis_holder"), legal.get("legal_basis_recipient"))
    return {
        "type": "dpv:PersonalDataHandling" if facts.get("PD") else "nav:Sharing",
        "purposes": [{"type": "dpv:Purpose", "label": one} for one in _purposes(content)],
        "legalBases": [
            {"type": "dpv:LegalBasis", "label": one}
            for one in dict.fromkeys([*bases, *(legal.get("art9_list") or [])])
            if one
        ]
        if facts.get("PD")
        else [],
        "personalData": [iri for fact, iri in _KINDS.items() if facts.get(fact)],
        "controllers": _on_side(parties, "all") if facts.get("PD") else [],
        "recipients": _on_side(parties, "recipient"),
        "hostingCountry": [{"type": "dpv:Location", "label": security["country"]}]
        if security.get("country")
        else [],
        "storage": [
            {
                "type": "dpv:StorageDuration",
                "months": retention["months"],
                "startEvent": retention.get("start_event", ""),
            }
        ]
        if facts.get("PD") and retention.get("months")
        else [],
    }


def _purposes(content: Content) -> list[str]:
    case = content["values"].get("case") or {}
    found = case.get("purposes_list") or [case.get("purpose")]
    return [str(one) for one in found if one]


def _permission(content: Content, parties: list[Node], datasets: list[Node]) -> Node:
    """The recipient may use the data, for the purposes of the act, during its term."""
    constraints = [
        _constraint("odrl:purpose", "odrl:isAnyOf", _purposes(content)),
        _constraint("odrl:dateTime", "odrl:gteq", _day(content["effective_on"])),
        _constraint("odrl:dateTime", "odrl:lteq", _day(content["end_on"])),
    ]
    return {
        "type": "odrl:Permission",
        "action": "odrl:use",
        "target": [one["id"] for one in datasets],
        "assigner": _on_side(parties, "holder"),
        "assignee": _on_side(parties, "recipient"),
        "constraint": [one for one in constraints if one["rightOperand"]],
    }


def _ruled(
    kind: str, content: Content, parties: list[Node], datasets: list[Node]
) -> Iterator[Node]:
    """The rules of a kind that the clauses of the act bring."""
    for article in content["articles"]:
        rule = _rules().get(article["key"], {})
        if rule.get("kind") != kind:
            continue
        base = {
            "type": "odrl:Duty" if kind == "duty" else "odrl:Prohibition",
            "action": rule["action"],
            "label": rule["label"],
            "target": [one["id"] for one in datasets],
            "assignee": _on_side(parties, rule["by"]),
            "clause": article["key"],
        }
        if "each" in rule:
            forbidden = _value(content, rule["each"]) or []
            yield from (
                {**base, "constraint": [_constraint("odrl:purpose", "odrl:isA", one)]}
                for one in forbidden
            )
        else:
            yield {**base, "constraint": list(_bound(content, rule))}


def _bound(content: Content, rule: Mapping[str, str]) -> Iterator[Node]:
    value = _value(content, rule["value"]) if "value" in rule else None
    if value in (None, "", []):
        return
    unit = rule["unit"]
    if unit == "date":
        yield _constraint("odrl:dateTime", "odrl:eq", _day(str(value)))
    elif unit == "people":
        yield _constraint("odrl:count", "odrl:eq", {"@value": value, "@type": "xsd:integer"})
    elif unit in _UNITS:
        duration = {"@value": _UNITS[unit].format(value), "@type": "xsd:duration"}
        operand = "nav:workingTime" if unit == "working_days" else "odrl:elapsedTime"
        yield _constraint(operand, "odrl:lteq", duration)
    else:
        yield _constraint("nav:text", "odrl:eq", str(value))


def _constraint(left: str, operator: str, right: Any) -> Node:
    return {
        "type": "odrl:Constraint",
        "leftOperand": left,
        "operator": operator,
        "rightOperand": right,
    }


def _day(day: str) -> Node | None:
    return {"@value": day, "@type": "xsd:date"} if day else None


def _value(content: Content, path: str) -> Any:
    name, _dot, key = path.partition(".")
    return (content["values"].get(name) or {}).get(key)


def _clause(article: Content) -> Node:
    """An article: the clause and the version it was made of, and what identifies its text."""
    number = str(article["clause"]).rpartition(" v")[2]
    return {
        "type": "nav:Article",
        "number": article["number"],
        "clause": article["key"],
        "clauseVersion": int(number) if number.isdigit() else None,
        "title": article["title"],
        "deviates": bool(article["deviation_reason"]),
        "digest": article["digest"],
    }
