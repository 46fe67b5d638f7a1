"""What a definition is made of: sections, fields, columns, choices, rules."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic import Field as Attribute

from questionnaires.enums import TRI, FieldType

TEXT_LENGTH: Final = 4000  # « every free text ≤ 4 000 characters »
LINE_LENGTH: Final = 255
StageCode = Literal["S", "D", "G", "L"]
Name = Attribute(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Choice(Model):
    value: str
    label: str
    hint: str = ""


def _as_choices(raw: Any) -> Any:
    """Read `{code: label}` or `{code: {label, hint}}`, the short way to write choices."""
    if not isinstance(raw, dict):
        return raw
    return [
        {"value": value, **(text if isinstance(text, dict) else {"label": text})}
        for value, text in raw.items()
    ]


class Question(Model):
    """What a field and a column of a table have in common."""

    name: str = Name
    label: str
    help: str = ""
    type: FieldType
    choices: tuple[Choice, ...] = ()
    max_length: int | None = Attribute(default=None, gt=0)
    min: int | None = None
    max: int | None = None
    not_before: str = ""  # name of the date that this one may not precede
    scope: dict[str, str] = {}  # narrows a list of persons: {organisation: field, role: code}

    @field_validator("choices", mode="before")
    @classmethod
    def _short_choices(cls, raw: Any) -> Any:
        return _as_choices(raw)

    @property
    def length(self) -> int:
        return self.max_length or (TEXT_LENGTH if self.type == FieldType.TEXT else LINE_LENGTH)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The labels of the choices, by code."""
        if self.type == FieldType.TRI:
            return {code: str(label) for code, label in TRI}
        return {choice.value: choice.label for choice in self.choices}


class Column(Question):
    required: bool = False


class Field(Question):
    columns: tuple[Column, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()  # columns of which a row must fill at least one
    max_rows: int = Attribute(default=100, gt=0, le=500)
    min_rows: int = Attribute(default=1, ge=1)
    heading: str = ""  # starts a part of the section
    when: str = ""
    required: dict[StageCode, bool | str] = {}
    must: bool = False  # a commitment: only « yes » answers it
    empty: str = ""  # what to say when the answer is missing
    exclusive: tuple[str, ...] = ()  # choices that exclude every other one (« aucune »)
    default: str = ""  # expression that proposes an answer
    link: str = ""  # page that explains the question
    inline: bool = False
    weight: int | None = None
    knockout: bool = False
    group: str = ""
    source: str = ""  # article or evidence shown beside the question

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @cached_property
    def derived(self) -> tuple[str, ...]:
        """Names that conditions may read besides the answer itself.

        `hosting_country__outside_eea` of a list of countries; `variables__sensitivity`, the list of
        what a column of choices holds.
        """
        if self.type == FieldType.COUNTRY:
            return (f"{self.name}__outside_eea",)
        chosen = (FieldType.ENUM, FieldType.TRI)
        return tuple(f"{self.name}__{c.name}" for c in self.columns if c.type in chosen)


class Section(Model):
    code: str = Name
    title: str
    intro: str = ""
    when: str = ""
    fields: tuple[Field, ...]


class Check(Model):
    """A rule between several fields, said at one of them."""

    when: str
    field: str
    message: str
    stage: StageCode = "S"


class Rule(Model):
    """`when` holds → `result`, for `reason`."""

    when: str
    result: str
    reason: str = ""


class Definition(Model):
    code: str = Name
    version: int = Attribute(gt=0)
    title: str
    external: dict[str, str] = {}  # facts that the caller passes in, with what they mean
    facts: dict[str, str] = {}
    sections: tuple[Section, ...] = Attribute(min_length=1)
    checks: tuple[Check, ...] = ()
    risk: tuple[Rule, ...] = ()
    aipd_criteria: tuple[Rule, ...] = ()
    aipd_list: tuple[Rule, ...] = ()
    pathways: tuple[Rule, ...] = ()
    thresholds: dict[str, int] = {}
    redirect_criterion: str = ""  # a scored criterion whose 0 advises a redirection
    verdict: str = ""  # the field that carries the opinion or the decision
    conditions: str = ""  # the table that carries its reserves

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.name: field for section in self.sections for field in section.fields}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        return {field.name: section for section in self.sections for field in section.fields}

    def section(self, code: str) -> Section:
        """Return a section. Errors: KeyError."""
        for section in self.sections:
            if section.code == code:
                return section
        raise KeyError(code)

    @cached_property
    def computed(self) -> set[str]:
        """Facts counted from the rules below rather than written as one expression."""
        found = {"AIPD_REQUIRED"} if self.aipd_criteria or self.aipd_list else set()
        return found | ({"RISK_LEVEL"} if self.risk else set())

    @cached_property
    def answered(self) -> dict[str, Field]:
        """The fields that a person answers: all but those the service fills in."""
        return {n: f for n, f in self.fields.items() if f.type != FieldType.AUTO}
