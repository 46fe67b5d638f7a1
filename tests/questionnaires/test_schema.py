"""The JSON Schema accepts what the checks accept."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from accounts.models import Organisation
from questionnaires import definitions, schema
from questionnaires.values import normalise
from tests.questionnaires.factories import personal_values, request_values

CODES = [definition.code for definition in definitions.all_latest()]


def errors(code: str, values: dict[str, Any]) -> list[str]:
    validator = Draft202012Validator(schema.json_schema(definitions.get(code)))
    return ["/".join(map(str, error.absolute_path)) for error in validator.iter_errors(values)]


@pytest.mark.parametrize("code", CODES)
def test_schema_is_valid(code: str) -> None:
    found = schema.json_schema(definitions.get(code))

    Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["properties"].keys() == definitions.get(code).answered.keys()


def stored(values: dict[str, Any]) -> dict[str, Any]:
    fields = definitions.get("use_case").fields
    return {name: normalise(fields[name], value) for name, value in values.items()}


def test_schema_accepts_complete_requests(organisation: Organisation) -> None:
    assert errors("use_case", stored(request_values(organisation))) == []
    assert errors("use_case", stored(personal_values(organisation))) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"title": "x" * 161}, "title"),
        ({"title": None}, "title"),
        ({"request_kind": "zz"}, "request_kind"),
        ({"sharing_duration": "douze"}, "sharing_duration"),
        ({"sharing_duration": 0}, "sharing_duration"),
        ({"period_covered": {"from": "2020-01-01", "zz": 1}}, "period_covered"),
        ({"use_category": ["zz"]}, "use_category/0"),
        ({"datasets": [{"zz": 1}]}, "datasets/0"),
        ({"expected_outcomes": [{"type": "publication"}]}, "expected_outcomes/0"),
        ({"zz": 1}, ""),
    ],
)
def test_schema_refuses(organisation: Organisation, changes: dict[str, Any], path: str) -> None:
    assert path in errors("use_case", {**stored(request_values(organisation)), **changes})


def test_schema_requires_what_is_always_due() -> None:
    found = schema.json_schema(definitions.get("use_case"))

    assert "title" in found["required"]
    assert not {"retention_months", "parent_agreement", "secrecy"} & set(found["required"])
    assert found["properties"]["retention_reason"]["x-when"] == "retention_months > 36"
