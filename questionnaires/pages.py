"""One page of a form: its questions gathered in groups, bound to the answers, with their problems.

The form is bound to the answers as stored (as typed), and its errors are the problems found by
`validation`: saving never depends on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from dsfr.forms import DsfrBaseForm

from questionnaires import controls, reveals, sources, validation
from questionnaires.definitions import Column, Definition, Field, Section
from questionnaires.enums import LATER_NOTICE, FieldType
from questionnaires.validation import Known, Problem
from questionnaires.values import Situation

FIELDS_ID = "champs"  # what htmx replaces


@dataclass
class Row:
    """One row of a table of questions."""

    rank: int
    cells: list[tuple[Column, Any]]
    is_new: bool = False
    number: int = 1


@dataclass
class Block:
    """One question on the page, with all that its template needs."""

    question: Field
    kind: str  # field | range | rows | file | auto
    bound: Any = None
    sides: list[Any] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    kept: list[tuple[Any, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    optional: bool = False
    notice: str = ""
    value: str = ""
    off: bool = False  # its condition does not hold: shown without script only
    depends_on: str = ""  # label of the question that it depends on
    rule: str = ""  # the same, for the script
    emptied: bool = False  # a row was removed from it, and none follows
    template: str = ""  # another layout, chosen by the app that owns the case
    extra: Any = None  # what that layout needs

    @property
    def id(self) -> str:
        return f"id_{self.question.name}"


@dataclass
class Group:
    """Questions that stand together: under a heading, or revealed by the one before."""

    blocks: list[Block]
    heading: str = ""
    reveal: bool = False
    off: bool = False
    depends_on: str = ""
    rule: str = ""


class AnswersForm(DsfrBaseForm):
    """A form whose data are the answers as stored and whose errors come from `validation`."""

    use_required_attribute = False

    def __init__(self, *, fields: dict[str, forms.Field], data: MultiValueDict[str, Any]) -> None:
        self.base_fields = fields
        super().__init__(data=data)
        self._errors = ErrorDict()

    def full_clean(self) -> None:
        """The answers are checked against the definition, not by the fields of the page."""
        self.cleaned_data: dict[str, Any] = {}

    def say(self, name: str, message: str) -> None:
        """Attach a message to a field."""
        self.errors.setdefault(name, self.error_class(renderer=self.renderer)).append(message)


class SectionForm(AnswersForm):
    """The page of one section."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.section = page.section
        self.definition = page.definition
        self.revision = page.revision
        self.editor = page.editor
        fields, data = page.inputs()
        super().__init__(fields=fields, data=data)
        for problem in page.problems:
            for name in page.input_names(problem):
                if name in self.fields:
                    self.say(name, problem.message)
        self.groups = page.groups(self)

    @property
    def is_multipart(self) -> bool:
        return any(q.type == FieldType.FILE for q in self.section.fields)

    @property
    def error_entries(self) -> list[dict[str, str]]:
        """What the error summary lists, each with the id of the control to go to."""
        return [
            {"text": _("%(label)s : %(message)s") % {"label": p.label, "message": p.message},
             "target": self.page.target(self, p)}
            for p in self.page.problems
        ]  # fmt: skip

    @property
    def has_optional(self) -> bool:
        return any(block.optional for group in self.groups for block in group.blocks)


@dataclass
class Page:
    """What a page is built from."""

    definition: Definition
    section: Section
    values: Mapping[str, Any]
    found: Situation
    problems: list[Problem]
    revision: int = 0
    editor: str = ""
    attachments: sources.AttachmentSource | None = None
    refresh_url: str = ""
    added: str = ""
    known: Known = field(init=False)

    def __post_init__(self) -> None:
        self.known = Known.of(self.definition, self.values, self.attachments)
        self.memo: dict[Any, list[tuple[Any, str]]] = {}
        self.reveals = reveals.reveals(self.definition, self.section, self.found)
        # A question whose condition reads another one of this page is on the page all the same.
        self.asked = [
            question
            for question in self.section.fields
            if question.name in self.found.visible or question.name in self.reveals.rules
        ]

    def rows_of(self, question: Field) -> list[dict[str, Any]]:
        """The rows as stored, and a blank one when there is none."""
        stored = self.values.get(question.name)
        rows = [row for row in stored if isinstance(row, dict)] if isinstance(stored, list) else []
        return rows or [dict.fromkeys(column.name for column in question.columns)]

    def inputs(self) -> tuple[dict[str, forms.Field], MultiValueDict[str, Any]]:
        """Return the fields of the page and the data that fill them."""
        made: dict[str, forms.Field] = {}
        data: MultiValueDict[str, Any] = MultiValueDict()
        for question in self.asked:
            for name, part, value in self._inputs(question):
                made[name] = controls.build(part, value, self._settings(part, name))
                made[name].required = self._required(question, part)
                # One of these columns is enough: none of them is said to be optional.
                either = any(part.name in group for group in question.one_of)
                made[name].mark_optional = not (either and isinstance(part, Column))  # type: ignore[attr-defined]
                made[name].needed_for = self._notice(question) if part is question else ""  # type: ignore[attr-defined]
                data.setlist(name, controls.raw(part, value))
        return made, data

    def _inputs(self, question: Field) -> Iterable[tuple[str, Any, Any]]:
        name, value = question.name, self.values.get(question.name)
        if question.type == FieldType.AUTO:
            return
        if question.type == FieldType.FILE:
            yield f"{name}-upload", question, None
        elif question.type == FieldType.ROWS:
            for rank, row in enumerate(self.rows_of(question)):
                for column in question.columns:
                    yield f"{name}-{rank}-{column.name}", column, row.get(column.name)
        elif question.type == FieldType.DATERANGE:
            sides = value if isinstance(value, Mapping) else {"from": value, "to": None}
            labels = {"from": _("Du"), "to": _("Au")}
            for side, label in labels.items():
                part = Column(name=side, label=label, type=FieldType.DATE, required=True)
                yield f"{name}-{side}", part, sides.get(side)
        else:
            yield name, question, value

    def _settings(self, part: Any, name: str) -> controls.Settings:
        return controls.Settings(
            known=self.known,
            scope={key: self._scope(text) for key, text in part.scope.items()},
            attachments=self.attachments,
            memo=self.memo,
            attrs=self._htmx() if name in self.reveals.asking and self.refresh_url else {},
        )

    def _scope(self, text: str) -> Any:
        """Read a scope: the answer to a field, what a column of a table holds, or a plain word."""
        name, _dot, column = text.partition(".")
        if column and name in self.definition.fields:
            stored = self.values.get(name)
            rows = stored if isinstance(stored, list) else []
            return [row.get(column) for row in rows if isinstance(row, dict)]
        return self.values.get(text) if text in self.definition.fields else text

    def _htmx(self) -> dict[str, str]:
        return {
            "hx-post": self.refresh_url,
            "hx-trigger": "change",
            "hx-target": f"#{FIELDS_ID}",
            "hx-swap": "outerHTML",
            "hx-include": "closest form",
            "hx-sync": "closest form:queue all",
        }

    def _required(self, question: Field, part: Any) -> bool:
        if isinstance(part, Column):
            return part.required
        return bool(validation.due_stage(question, self.found))

    def _notice(self, question: Field) -> str:
        stage = validation.due_stage(question, self.found)
        return str(LATER_NOTICE.get(stage, "")) if "S" in self._stages() else ""

    def _stages(self) -> set[str]:
        return {stage for q in self.definition.fields.values() for stage in q.required}

    def input_names(self, problem: Problem) -> list[str]:
        """Return the names of the inputs that a problem concerns."""
        if problem.row is not None:
            return [f"{problem.field}-{problem.row}-{problem.column}"]
        if problem.column:
            return [f"{problem.field}-{problem.column}"]
        is_file = self.definition.fields[problem.field].type == FieldType.FILE
        return [f"{problem.field}-upload" if is_file else problem.field]

    def target(self, form: SectionForm, problem: Problem) -> str:
        """Return the id of the control that the error summary leads to."""
        name = self.input_names(problem)[0]
        if name in form.fields:
            return controls.focus_id(form[name])
        return f"id_{problem.field}"

    def groups(self, form: SectionForm) -> list[Group]:
        """Gather the questions: headings start a group, revealed questions make one."""
        groups: list[Group] = []
        for question in self.asked:
            block = self._block(form, question)
            reveal = question.name in self.reveals.rules
            last = groups[-1] if groups else None
            same = (
                last is not None and not question.heading
                and (last.reveal, last.off) == (reveal, block.off)
                and (not reveal or (last.rule, last.depends_on) == (block.rule, block.depends_on))
            )  # fmt: skip
            if last is not None and same:
                last.blocks.append(block)
            else:
                groups.append(
                    Group(
                        [block], question.heading, reveal, block.off, block.depends_on, block.rule
                    )
                )
        return groups

    def _block(self, form: SectionForm, question: Field) -> Block:
        kinds = {"rows": "rows", "daterange": "range", "file": "file", "auto": "auto"}
        block = Block(question, kinds.get(question.type, "field"))
        block.off = question.name not in self.found.visible
        block.depends_on = self.reveals.labels.get(question.name, "")
        block.rule = self.reveals.rules.get(question.name, "")
        due = validation.due_stage(question, self.found)
        block.optional = not due
        block.notice = self._notice(question)
        block.errors = [p.message for p in self.problems
                        if p.field == question.name and p.row is None and not p.column]  # fmt: skip
        if block.kind == "rows":
            block.rows = self._table(form, question)
            block.emptied = self._is_pressed(question) and not any(one.is_new for one in block.rows)
        elif block.kind == "range":
            block.sides = [form[f"{question.name}-{side}"] for side in ("from", "to")]
        elif block.kind == "file":
            block.kept = self._kept(question)
            block.bound = form[f"{question.name}-upload"]
        elif block.kind == "field":
            block.bound = form[question.name]
        else:
            block.value = str(self.values.get(question.name) or "")
        return block

    def _table(self, form: SectionForm, question: Field) -> list[Row]:
        count = len(self.rows_of(question))
        next_one = self._next_row(question, count)
        return [
            Row(
                rank,
                [(part, form[f"{question.name}-{rank}-{part.name}"]) for part in question.columns],
                is_new=rank == next_one,
                number=rank + 1,
            )
            for rank in range(count)
        ]  # fmt: skip

    def _is_pressed(self, question: Field) -> bool:
        return self.added.partition(":")[0] == question.name

    def _next_row(self, question: Field, count: int) -> int | None:
        """The row to go on with: the one just added, else the one after that just removed."""
        if not self._is_pressed(question):
            return None
        _name, removed, rank = self.added.partition(":")
        if not removed:
            return count - 1
        return int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 6 else None

    def _kept(self, question: Field) -> list[tuple[Any, str]]:
        stored = self.values.get(question.name)
        keys = stored if isinstance(stored, list) else []
        return [(key, self.known.label(FieldType.FILE, key)) for key in keys]
