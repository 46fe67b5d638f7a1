"""Reads of answers: problems, facts, progress, read view, comparison, assessment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from questionnaires import comparison, display, sources, validation
from questionnaires import values as answer_values
from questionnaires.definitions import Definition, Field, Rule, Section
from questionnaires.enums import LISTS, FieldType, RiskLevel, SectionState
from questionnaires.models import AnswerSet
from questionnaires.validation import Known, Problem
from questionnaires.values import Situation, is_blank


def get(pk: int) -> AnswerSet:
    """Return answers by their key. Errors: Http404."""
    return get_object_or_404(AnswerSet, pk=pk)


def situation(answers: AnswerSet) -> Situation:
    return answer_values.situation(answers.definition, answers.values, answers.context)


def problems(
    answers: AnswerSet,
    stage: str,
    section: str | None = None,
    *,
    attachments: sources.AttachmentSource | None = None,
) -> list[Problem]:
    """List what must be corrected for a stage, in a section or everywhere (see validation)."""
    return validation.problems(
        answers.definition, answers.values, stage, section,
        context=answers.context, attachments=attachments,
    )  # fmt: skip


def facts(answers: AnswerSet) -> dict[str, Any]:
    """Return the facts that the answers establish; an unknown fact is absent."""
    return situation(answers).facts


def effective_values(answers: AnswerSet) -> dict[str, Any]:
    """Return the answers that count: those of questions that apply, blank ones left out."""
    return situation(answers).values


def sections(answers: AnswerSet) -> tuple[Section, ...]:
    """Return the sections that apply, in order: seven steps rather than eight without persons."""
    return situation(answers).sections


def verdict(answers: AnswerSet) -> str:
    """Return the opinion or decision given in a form that has one, else an empty text."""
    name = answers.definition.verdict
    return str(effective_values(answers).get(name, "")) if name else ""


def conditions(answers: AnswerSet) -> list[dict[str, Any]]:
    """Return the reserves of an opinion or decision: rows of text, owner, due, proof."""
    name = answers.definition.conditions
    return list(effective_values(answers).get(name, [])) if name else []


# --- Progress ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SectionProgress:
    """Where a draft stands in one step. The names suit `components/steps.html` (`url` apart)."""

    number: int
    code: str
    title: str
    state_code: SectionState
    missing: int
    url: str = ""

    @property
    def label(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        marks = {"complete": "ok", "missing": "warn", "current": "current", "empty": "todo"}
        return marks[self.state_code]

    @property
    def detail(self) -> str:
        """« Complète », « 1 champ à compléter », « En cours », « À remplir »."""
        if self.state_code != SectionState.MISSING:
            return str(self.state_code.label)
        text = _("%d champ à compléter") if self.missing == 1 else _("%d champs à compléter")
        return text % self.missing


def stepper(answers: AnswerSet, current: str) -> dict[str, Any]:
    """Return what `components/stepper.html` shows: step n of m, its title, the next one.

    Errors: KeyError when the section does not apply.
    """
    steps = sections(answers)
    ranks = {section.code: rank for rank, section in enumerate(steps)}
    rank = ranks[current]
    following = steps[rank + 1].title if rank + 1 < len(steps) else ""
    return {
        "current": rank + 1, "total": len(steps), "title": steps[rank].title, "next": following,
    }  # fmt: skip


def neighbours(answers: AnswerSet, current: str) -> tuple[str, str]:
    """Return the codes of the step before and of the step after, empty at the ends.

    A step that no longer applies (no personal data) leads to the next one that does.
    """
    shown = {section.code for section in sections(answers)}
    codes = [section.code for section in answers.definition.sections]
    rank = codes.index(current)
    before = [code for code in codes[:rank] if code in shown]
    after = [code for code in codes[rank + 1 :] if code in shown]
    return (before[-1] if before else "", after[0] if after else "")


def progress(
    answers: AnswerSet,
    current: str = "",
    stage: str = "S",
    *,
    url_of: Callable[[str], str] | None = None,
) -> list[SectionProgress]:
    """Tell step by step what is complete, what lacks an answer, what has not been opened.

    `url_of` gives the address of a step by its code, for the links of « Votre brouillon ».
    """
    found = situation(answers)
    wrong: dict[str, set[str]] = {}
    for problem in problems(answers, stage):
        wrong.setdefault(problem.section, set()).add(problem.field)
    return [
        SectionProgress(
            number, section.code, section.title,
            _state(answers, section, found, current, bool(wrong.get(section.code))),
            len(wrong.get(section.code, ())),
            url_of(section.code) if url_of else "",
        )
        for number, section in enumerate(found.sections, 1)
    ]  # fmt: skip


def _state(
    answers: AnswerSet, section: Section, found: Situation, current: str, is_wrong: bool
) -> SectionState:
    if section.code == current:
        return SectionState.CURRENT
    opened = section.code in answers.visited
    begun = opened or any(field.name in found.values for field in section.fields)
    if not begun or (not opened and is_wrong):
        return SectionState.EMPTY
    return SectionState.MISSING if is_wrong else SectionState.COMPLETE


# --- Assessment -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Assessment:
    """What is computed at submission. Source: domain/forms.md, end of §1 and §3."""

    risk_level: str
    risk_reasons: tuple[str, ...]
    aipd_required: bool
    aipd_reasons: tuple[str, ...]
    suggested_pathway: str
    pathway_reason: str
    pathway_label: str = ""

    @property
    def risk_label(self) -> str:
        return str(RiskLevel(self.risk_level).label)

    @property
    def aipd_sentence(self) -> str:
        """« D’après vos réponses, une AIPD est nécessaire : données sensibles, croisement. »"""
        if not self.aipd_required:
            return ""
        return _("D’après vos réponses, une AIPD est nécessaire : %s.") % ", ".join(
            self.aipd_reasons
        )


def assess(
    definition: Definition, values: Mapping[str, Any], context: Mapping[str, Any] | None = None
) -> Assessment:
    """Compute the level of risk, whether an impact analysis is needed and why, the likely pathway.

    The level is the highest of its factors. An analysis is needed from two of the nine criteria, or
    one case of the CNIL's list. The pathway is a suggestion: the officer confirms it.
    """
    found = answer_values.situation(definition, values, context)
    level = str(found.facts.get("RISK_LEVEL", RiskLevel.LOW))
    risk = [rule for rule in definition.risk if found.holds(rule.when)]
    aipd = [r for r in (*definition.aipd_criteria, *definition.aipd_list) if found.holds(r.when)]
    pathway = next(
        (r for r in definition.pathways if found.holds(r.when)), Rule(when="", result="")
    )
    labels = (
        definition.fields["legal_pathway"].labels if "legal_pathway" in definition.fields else {}
    )
    return Assessment(
        level,
        tuple(rule.reason for rule in risk if rule.result == level),
        bool(found.facts.get("AIPD_REQUIRED", False)),
        tuple(rule.reason for rule in aipd),
        pathway.result,
        pathway.reason,
        labels.get(pathway.result, ""),
    )


def assessment(answers: AnswerSet) -> Assessment:
    """Compute risk, impact analysis and pathway of a request (see assess)."""
    return assess(answers.definition, answers.values, answers.context)


# --- Read view --------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadItem:
    """One question and its answer. `value` suits `components/definition_list.html`."""

    name: str
    label: str
    value: Any
    table: display.Table | None = None
    hint: str = ""
    changed: str = ""

    @property
    def is_blank(self) -> bool:
        return self.table is None and self.value == ""


@dataclass(frozen=True)
class ReadSection:
    number: int
    code: str
    title: str
    items: tuple[ReadItem, ...]


@dataclass(frozen=True)
class ReadView:
    title: str
    version: int
    sections: tuple[ReadSection, ...]
    saved_at: Any = None
    is_draft: bool = False
    meta: dict[str, Any] = field(default_factory=dict)


def read_view(
    answers: AnswerSet,
    *,
    previous: AnswerSet | None = None,
    changed_label: str = "",
    attachments: sources.AttachmentSource | None = None,
) -> ReadView:
    """Return the questions that apply with their answers, section by section.

    With `previous`, what changed since carries `changed_label` (« modifié en version 2 »).
    """
    definition, found = answers.definition, situation(answers)
    known = Known.of(definition, found.values, attachments)
    changed: set[str] = set()
    if previous is not None:
        before = effective_values(previous)
        changed = {n for n in found.visible if before.get(n) != found.values.get(n)}
    parts = []
    for number, section in enumerate(found.sections, 1):
        items = tuple(
            _item(question, found, known, changed_label if question.name in changed else "")
            for question in section.fields
            if question.name in found.visible and question.type != FieldType.AUTO
        )
        parts.append(ReadSection(number, section.code, section.title, items))
    return ReadView(
        definition.title, definition.version, tuple(parts), answers.updated_at,
        not answers.is_frozen,
    )  # fmt: skip


def print_view(
    answers: AnswerSet, *, attachments: sources.AttachmentSource | None = None
) -> ReadView:
    """Return what is printed: the saved answers, watermarked « Brouillon » until they are filed."""
    return read_view(answers, attachments=attachments)


def _item(question: Field, found: Situation, known: Known, changed: str) -> ReadItem:
    value = found.values.get(question.name)
    hint = _("à confirmer") if question.type == FieldType.TRI and value == "unknown" else ""
    if question.type == FieldType.ROWS and not is_blank(value):
        table = display.table(question, value, known)
        return ReadItem(question.name, question.label, "", table, hint, changed)
    texts = display.texts(question, value, known)
    many = question.type in LISTS or question.type == FieldType.FILE
    shown: Any = texts if many and texts else "".join(texts)
    return ReadItem(question.name, question.label, shown, None, hint, changed)


# --- Comparison -------------------------------------------------------------------------------


def diff(old: AnswerSet, new: AnswerSet) -> comparison.Comparison:
    """Compare two versions of the answers that count: words of texts, lines of lists and tables.

    Questions are those of the newer version; one that only the older asked counts as removed.
    """
    before, after = situation(old), situation(new)
    known = Known.of(new.definition, after.values), Known.of(old.definition, before.values)
    fields = {**old.definition.answered, **new.definition.answered}
    asked = [n for n in fields if n in before.visible or n in after.visible]
    changes = []
    for name in asked:
        if before.values.get(name) == after.values.get(name):
            continue
        definition = new.definition if name in new.definition.fields else old.definition
        change = _change(
            definition.section_of[name],
            fields[name],
            before.values.get(name),
            after.values.get(name),
            known,
        )
        if change.segments or change.is_list:  # lines that only moved change nothing
            changes.append(change)
    order = {name: rank for rank, name in enumerate(new.definition.fields)}
    changes.sort(key=lambda change: order.get(change.name, len(order)))
    return comparison.Comparison(tuple(changes), len(asked))


def _change(
    section: Section, question: Field, before: Any, after: Any, known: tuple[Known, Known]
) -> comparison.FieldChange:
    place = (section.code, section.title, question.name, question.label)
    if question.type in LISTS or question.type in (FieldType.ROWS, FieldType.FILE):
        added, removed = comparison.lines(
            _lines(question, before, known[1]), _lines(question, after, known[0])
        )
        return comparison.FieldChange(*place, added=added, removed=removed)
    segments = comparison.words(
        display.text(question, before, known[1]), display.text(question, after, known[0])
    )
    return comparison.FieldChange(*place, segments=segments, short=comparison.shorten(segments))


def _lines(question: Field, value: Any, known: Known) -> list[str]:
    if question.type != FieldType.ROWS:
        return display.texts(question, value, known)
    table = [] if is_blank(value) else answer_values.filled_rows(value)
    return [
        " · ".join(t for c in question.columns if (t := display.text(c, row.get(c.name), known)))
        for row in table
    ]


# --- Conflict of two editors ------------------------------------------------------------------


@dataclass(frozen=True)
class ConflictRow:
    """One field changed on both sides, as the conflict page shows it."""

    name: str
    label: str
    mine: str
    theirs: str
    by: str
    at: Any


def conflict_rows(answers: AnswerSet, conflicts: Sequence[Any]) -> list[ConflictRow]:
    """Return both texts of each field of an EditConflict, as people read them."""
    rows = []
    for one in conflicts:
        mine, theirs = (_side(answers, one.field, value) for value in (one.mine, one.theirs))
        rows.append(ConflictRow(one.field.name, one.field.label, mine, theirs, one.by, one.at))
    return rows


def _side(answers: AnswerSet, question: Field, value: Any) -> str:
    known = Known.of(answers.definition, {question.name: value})
    return "\n".join(_lines(question, value, known)) or _("(vide)")
