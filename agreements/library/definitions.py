"""What the clause library is made of: clauses, annexes, merge fields, facts, templates of acts.

The body of a clause is plain text with:
- `{{ object.field }}`: a merge field of `data/merge_fields.yaml`;
- `{{ ref:CODE }}`: the number of the article that carries another clause;
- `[[si CONDITION]]…[[sinon]]…[[fin]]`: a conditional sentence, alternative or variant. The
  condition is an expression over the facts of `data/facts.yaml` and over the codes of the clauses
  (a code is true when that clause is in the act);
- `[[par partie]]…[[fin]]`: a passage repeated for each party, where `party` is that party.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from agreements.enums import ActType, AnnexAudience, FieldType
from agreements.markup import plain_text
from questionnaires import expressions


class LibraryError(Exception):
    """A file of the library is wrong; the message names the file and what is wrong in it."""

    def __init__(self, file: str, message: str) -> None:
        self.file = file
        super().__init__(f"{file}: {message}")


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError(_("Le texte contient un caractère interdit."))
    return text


# Figures are ASCII ones: a code stands in addresses and in names of files.
CODE = r"[A-Z][0-9]{2}"
MAX_TITLE, MAX_PURPOSE, MAX_CONDITION, MAX_BODY, MAX_NOTE = 200, 300, 1000, 20_000, 500
_Text = Annotated[str, AfterValidator(_storable)]
_Condition = Annotated[_Text, Field(max_length=MAX_CONDITION)]
_Note = Annotated[_Text, Field(max_length=MAX_NOTE)]
_Number = Annotated[int, Field(ge=1, le=32_767)]


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClauseText(_Definition):
    """One version of a clause, as its file says it."""

    code: str = Field(pattern=f"^{CODE}$")
    version: _Number
    title: _Text = Field(max_length=MAX_TITLE)
    purpose: _Text = Field(max_length=MAX_PURPOSE)
    types: list[ActType]
    condition: _Condition
    order: int = Field(ge=0, le=1_000_000)
    fields: list[str]
    locked: bool
    mandatory_when: _Condition
    validated_by: _Text = Field(max_length=200)
    validated_on: date | None
    # What the version changes, and whether the clause is still proposed in new acts.
    note: _Note = ""
    active: bool = True
    body: _Text = Field(max_length=MAX_BODY)

    @property
    def references(self) -> tuple[str, ...]:
        return expressions.merge_references(plain_text(self.body))


class MergeField(_Definition):
    label: str
    type: FieldType = FieldType.TEXT
    default: str | int | None = None
    computed: bool = False


class MergeObject(_Definition):
    label: str
    also: list[str] = []
    fields: dict[str, MergeField]


class Fact(_Definition):
    label: str
    default: bool | None = None
    same_as: str = ""
    computed: bool = False


class AnnexColumn(_Definition):
    key: str
    label: str
    required: bool = False
    required_when: str = ""
    choices: list[str] = []
    merge: str = ""


class AnnexRow(_Definition):
    key: str
    label: str


class AnnexSection(_Definition):
    """A part of an annex: `rows` are typed in, `grid` has its rows given, `matrix` has a column
    per party, `fields` is a list of questions, `fixed` and `template` are given texts."""

    key: str
    title: str
    kind: Literal["rows", "fields", "grid", "matrix", "fixed", "template"]
    required: bool = False
    columns: list[AnnexColumn] = []
    fields: list[AnnexColumn] = []
    rows: list[AnnexRow] = []
    choices: list[str] = []
    values: list[list[str]] = []
    body: str = ""


class AnnexTemplate(_Definition):
    number: int = Field(ge=1, le=99)
    title: str
    source: str
    condition: str
    audience: AnnexAudience
    is_published: bool
    intro: str = ""
    closing: str = ""
    blank: list[str] = []
    sections: list[AnnexSection]

    @property
    def is_filled_in(self) -> bool:
        """Tell whether somebody has something to write in it."""
        return any(
            section.kind in ("rows", "fields", "grid", "matrix") for section in self.sections
        )


class ActTemplate(_Definition):
    """The clauses of a type of act, in their order. A clause is in an act when its own condition
    holds; `mandatory` and `locked` add to what the clause says of itself."""

    label: _Text = Field(max_length=MAX_TITLE)
    version: _Number = 1
    clauses: list[str]
    mandatory: list[str] = []
    locked: list[str] = []
    note: _Note = ""


@dataclass(frozen=True)
class Library:
    clauses: dict[str, ClauseText]
    annexes: dict[int, AnnexTemplate]
    objects: dict[str, MergeObject]
    facts: dict[str, Fact]
    templates: dict[str, ActTemplate]
    eea: frozenset[str]
    fields: dict[str, MergeField] = field(default_factory=dict)

    def labels(self) -> dict[str, str]:
        return {path: merge_field.label for path, merge_field in self.fields.items()}
