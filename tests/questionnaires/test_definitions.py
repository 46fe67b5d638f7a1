"""A definition is checked wholly at load, and the message names the file and the field."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from questionnaires import definitions
from questionnaires.definitions import DefinitionError

GOOD: dict[str, Any] = {
    "code": "sample",
    "version": 1,
    "title": "Exemple",
    "external": {"EXT": "fait passé"},
    "facts": {"BIG": "count > 3", "BOTH": "BIG and EXT"},
    "sections": [
        {
            "code": "one",
            "title": "Un",
            "fields": [
                {"name": "count", "label": "Nombre", "type": "int", "required": {"S": True}},
                {"name": "kind", "label": "Genre", "type": "enum", "choices": {"a": "A", "b": "B"}},
                {"name": "why", "label": "Pourquoi", "type": "text", "when": "BOTH"},
                {
                    "name": "lines", "label": "Lignes", "type": "rows",
                    "columns": [
                        {"name": "x", "label": "X", "type": "str"},
                        {"name": "t", "label": "T", "type": "enum", "choices": {"u": "U"}},
                    ],
                },
                {"name": "mark", "label": "Note", "type": "score", "weight": 10},
                {"name": "item", "label": "Point", "type": "review", "when": "'u' in lines__t"},
            ],
        }
    ],
}  # fmt: skip


def fields(raw: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = raw["sections"][0]["fields"]
    return found


def changed(change: Any) -> dict[str, Any]:
    raw = copy.deepcopy(GOOD)
    change(raw)
    return raw


def test_good_definition_is_read() -> None:
    definition = definitions.build(GOOD, "sample.v1.yaml")

    assert list(definition.fields) == [
        "count", "kind", "why", "lines", "mark", "mark_comment",
        "item", "item_comment", "item_condition",
    ]  # fmt: skip
    assert definition.fields["kind"].labels == {"a": "A", "b": "B"}
    assert definition.fields["lines"].derived == ("lines__t",)
    assert definition.section("one").title == "Un"


BAD: dict[str, tuple[Any, str]] = {
    "unknown type": (lambda raw: fields(raw)[0].update(type="number"), "count"),
    "unknown key": (lambda raw: fields(raw)[0].update(colour="red"), "count.colour"),
    "bad name": (lambda raw: fields(raw)[0].update(name="Count"), "name"),
    "no label": (lambda raw: fields(raw)[0].pop("label"), "count"),
    "bad condition": (lambda raw: fields(raw)[1].update(when="count >"), "kind"),
    "unknown name in a condition": (lambda raw: fields(raw)[1].update(when="ZZ"), r"kind\W.*ZZ"),
    "unknown name in required": (
        lambda raw: fields(raw)[1].update(required={"D": "ZZ"}),
        r"kind\W.*ZZ",
    ),
    "unknown stage": (lambda raw: fields(raw)[1].update(required={"X": True}), "kind"),
    "unknown name in a default": (lambda raw: fields(raw)[1].update(default="ZZ"), r"kind\W.*ZZ"),
    "unknown name in a section": (lambda raw: raw["sections"][0].update(when="ZZ"), r"one\W.*ZZ"),
    "unknown name in a fact": (lambda raw: raw["facts"].update(BAD="ZZ"), r"BAD\W.*ZZ"),
    "fact before its source": (
        lambda raw: raw.update(facts={"BOTH": "BIG and EXT", "BIG": "count > 3"}),
        r"BOTH\W.*BIG",
    ),
    "fact named as a field": (lambda raw: raw["facts"].update(count="EXT"), "count"),
    "duplicate field": (lambda raw: fields(raw).append(dict(fields(raw)[0])), "count"),
    "duplicate section": (
        lambda raw: raw["sections"].append({"code": "one", "title": "X", "fields": []}),
        "one",
    ),
    "duplicate column": (
        lambda raw: fields(raw)[3]["columns"].append({"name": "x", "label": "X", "type": "str"}),
        r"lines\.x",
    ),
    "column of rows": (
        lambda raw: fields(raw)[3]["columns"][0].update(type="daterange"),
        "lines.x",
    ),
    "rows without columns": (lambda raw: fields(raw)[3].pop("columns"), "lines"),
    "columns without rows": (
        lambda raw: fields(raw)[0].update(columns=[{"name": "x", "label": "X", "type": "str"}]),
        "count",
    ),
    "choice without choices": (lambda raw: fields(raw)[1].pop("choices"), "kind"),
    "choices without a choice": (lambda raw: fields(raw)[0].update(choices={"a": "A"}), "count"),
    "unknown exclusive choice": (lambda raw: fields(raw)[1].update(exclusive=["z"]), "kind"),
    "unknown earlier date": (lambda raw: fields(raw)[0].update(not_before="zz"), "count"),
    "unknown scope": (lambda raw: fields(raw)[0].update(scope={"organisation": "zz"}), "count"),
    "unknown one_of": (lambda raw: fields(raw)[3].update(one_of=[["zz"]]), "lines"),
    "unknown earlier column": (
        lambda raw: fields(raw)[3]["columns"][0].update(not_before="zz"),
        r"lines\.x",
    ),
    "check on an unknown field": (
        lambda raw: raw.update(checks=[{"when": "EXT", "field": "zz", "message": "m"}]),
        "zz",
    ),
    "bad rule": (lambda raw: raw.update(risk=[{"when": "ZZ", "result": "high"}]), r"high\W.*ZZ"),
    "unknown verdict": (lambda raw: raw.update(verdict="zz"), "zz"),
    "no section": (lambda raw: raw.update(sections=[]), "sections"),
    "version zero": (lambda raw: raw.update(version=0), "version"),
    "too many rows": (lambda raw: fields(raw)[3].update(max_rows=501), "lines"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_definition_names_the_file_and_the_field(case: str) -> None:
    change, where = BAD[case]

    with pytest.raises(DefinitionError, match=rf"^sample\.v1\.yaml\W.*{where}"):
        definitions.build(changed(change), "sample.v1.yaml")


def test_not_a_dictionary() -> None:
    with pytest.raises(DefinitionError, match=r"sample\.v1\.yaml"):
        definitions.build(["a"], "sample.v1.yaml")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sample.yaml", yaml.safe_dump(GOOD)),
        ("sample.v2.yaml", yaml.safe_dump(GOOD)),
        ("other.v1.yaml", yaml.safe_dump(GOOD)),
        ("sample.v1.yaml", "code: [unfinished"),
        ("sample.v1.yaml", "!!python/object/apply:os.system ['true']"),
        ("sample.v1.yaml", ""),
    ],
)
def test_bad_file_is_refused_by_its_name(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DefinitionError, match=name.replace(".", r"\.")):
        definitions.read(path)


def test_registry_gives_the_latest_version_or_the_pinned_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in (1, 2, 10):
        raw = {**GOOD, "version": version, "title": f"Version {version}"}
        (tmp_path / f"sample.v{version}.yaml").write_text(yaml.safe_dump(raw), encoding="utf-8")
    monkeypatch.setattr(definitions, "DATA", tmp_path)
    definitions.reload()
    try:
        assert definitions.get("sample").version == 10
        assert definitions.get("sample", 1).title == "Version 1"
        assert len(definitions.every_version()) == 3
        with pytest.raises(KeyError):
            definitions.get("sample", 3)
        with pytest.raises(KeyError):
            definitions.get("zz")
    finally:
        definitions.reload()


def test_section_unknown() -> None:
    with pytest.raises(KeyError):
        definitions.get("visa").section("zz")
