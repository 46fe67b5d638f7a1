"""What is missing or wrong in the answers, said so that the person knows what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from questionnaires import french, sources
from questionnaires.definitions import Column, Definition, Field, Question, Section
from questionnaires.enums import LISTS, SOURCED, STAGE_ORDER, FieldType
from questionnaires.values import (
    CONTROL_PICTURES,
    Situation,
    filled_rows,
    is_blank,
    parse_date,
    parse_decimal,
    situation,
)

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Problem:
    """One point to correct. `row` and `column` place it in a table (row counted from 0)."""

    section: str
    field: str
    message: str
    label: str = ""
    row: int | None = None
    column: str = ""

    @property
    def anchor(self) -> str:
        """The id of the control to go to."""
        if self.row is not None:
            return f"id_{self.field}-{self.row}-{self.column}"
        return f"id_{self.field}-{self.column}" if self.column else f"id_{self.field}"


def problems(
    definition: Definition,
    values: Mapping[str, Any],
    stage: str,
    section: str | None = None,
    *,
    context: Mapping[str, Any] | None = None,
    attachments: sources.AttachmentSource | None = None,
) -> list[Problem]:
    """List what must be corrected in one section, or in all, for a stage to be passed.

    An answer due at an earlier stage is due too; an unreadable answer is a problem at every stage.
    Questions that do not apply are never a problem. Source: domain/forms.md, head.
    """
    found = situation(definition, values, context)
    known = Known.of(definition, values, attachments)
    return [
        problem
        for part in found.sections
        if section in (None, part.code)
        for problem in _section_problems(definition, part, values, stage, found, known)
    ]


@dataclass(frozen=True)
class Known:
    """The labels of everything chosen in a list, read in one query a list."""

    labels: dict[str, dict[Any, str]]

    @classmethod
    def of(
        cls,
        definition: Definition,
        values: Mapping[str, Any],
        attachments: sources.AttachmentSource | None = None,
    ) -> Known:
        chosen: dict[str, set[Any]] = {}
        for question, value in _leaves(definition, values):
            if question.type in SOURCED and isinstance(value, int | str):
                chosen.setdefault(question.type, set()).add(value)
            elif question.type == FieldType.FILE and isinstance(value, list):
                chosen.setdefault(FieldType.FILE, set()).update(
                    v for v in value if isinstance(v, int | str)
                )
        files = chosen.pop(FieldType.FILE, set())
        labels = {kind: sources.get(kind).labels(keys) for kind, keys in chosen.items()}
        if attachments is not None:
            labels[FieldType.FILE] = attachments.labels(files) if files else {}
        return cls(labels)

    def has(self, kind: str, key: Any) -> bool:
        """Tell whether a key exists. Files are trusted when nobody says which ones exist."""
        if kind == FieldType.FILE and kind not in self.labels:
            return True
        return isinstance(key, int | str) and key in self.labels.get(kind, {})

    def label(self, kind: str, key: Any) -> str:
        if not isinstance(key, int | str):
            return str(key)
        return self.labels.get(kind, {}).get(key, str(key))


def _leaves(definition: Definition, values: Mapping[str, Any]) -> Iterator[tuple[Question, Any]]:
    for name, field in definition.fields.items():
        value = values.get(name)
        if field.type == FieldType.ROWS:
            for row in filled_rows(value):
                yield from ((column, row.get(column.name)) for column in field.columns)
        else:
            yield field, value


def due(field: Field, stage: str, found: Situation) -> bool:
    """Tell whether an answer is due at a stage or before it."""
    upto = STAGE_ORDER[: STAGE_ORDER.index(stage) + 1]
    return any(found.holds(field.required.get(step, False)) for step in upto)  # type: ignore[call-overload]


def due_stage(field: Field, found: Situation) -> str:
    """Return the first stage at which an answer is due, or an empty text."""
    return next((stage for stage in STAGE_ORDER if due(field, stage, found)), "")


def _section_problems(
    definition: Definition,
    section: Section,
    values: Mapping[str, Any],
    stage: str,
    found: Situation,
    known: Known,
) -> Iterator[Problem]:
    for field in section.fields:
        if field.name not in found.visible or field.type == FieldType.AUTO:
            continue
        value = values.get(field.name)
        if is_blank(value):
            if due(field, stage, found):
                yield _at(section, field, field.empty or missing_message(field))
            continue
        wrong = list(_field_problems(section, field, value, values, known))
        yield from wrong
        if not wrong:
            yield from _check_problems(definition, section, field, stage, found)


def _at(
    section: Section, field: Field, message: str, row: int | None = None, column: str = ""
) -> Problem:
    label = field.label
    if row is not None:
        label = _("%(label)s, ligne %(row)d") % {"label": field.label, "row": row + 1}
    return Problem(section.code, field.name, message, label, row, column)


def _check_problems(
    definition: Definition, section: Section, field: Field, stage: str, found: Situation
) -> Iterator[Problem]:
    upto = STAGE_ORDER[: STAGE_ORDER.index(stage) + 1]
    for check in definition.checks:
        if check.field == field.name and check.stage in upto and found.holds(check.when):
            yield _at(section, field, check.message)


def _field_problems(
    section: Section, field: Field, value: Any, values: Mapping[str, Any], known: Known
) -> Iterator[Problem]:
    if field.type == FieldType.ROWS:
        yield from _table_problems(section, field, value, known)
    elif field.type == FieldType.DATERANGE:
        yield from _period_problems(section, field, value)
    else:
        message = question_message(field, value, known)
        if not message and field.not_before:
            message = _order_message(value, values.get(field.not_before))
        if not message and field.must and value is not True:
            message = field.empty or missing_message(field)
        if not message and len(value if isinstance(value, list) else []) > 1:
            message = _exclusive_message(field, value)
        if message:
            yield _at(section, field, message)


def _exclusive_message(field: Field, value: list[Any]) -> str:
    alone = [field.labels[code] for code in field.exclusive if code in value]
    return _("« %s » ne va avec aucun autre choix.") % alone[0] if alone else ""


def _period_problems(section: Section, field: Field, value: Any) -> Iterator[Problem]:
    period = value if isinstance(value, Mapping) else {"from": value, "to": None}
    for side in ("from", "to"):
        if is_blank(period.get(side)):
            yield _at(section, field, _("Indiquez la date de début et la date de fin."), None, side)
            return
        if message := _date_message(period.get(side)):
            yield _at(section, field, message, None, side)
            return
    if message := _order_message(period["to"], period["from"]):
        yield _at(section, field, message, None, "to")


def _table_problems(section: Section, field: Field, value: Any, known: Known) -> Iterator[Problem]:
    rows = value if isinstance(value, list) else []
    filled = filled_rows(rows)
    if not filled:
        yield _at(section, field, missing_message(field))
        return
    if len(filled) > field.max_rows:
        yield _at(section, field, _("Gardez au plus %d lignes.") % field.max_rows)
    if len(filled) < field.min_rows:
        yield _at(section, field, _("Indiquez au moins %d lignes.") % field.min_rows)
    for number, row in enumerate(rows):
        if isinstance(row, dict) and not is_blank(row):
            for column, message in _row_problems(field, row, known):
                yield _at(section, field, f"{column.label} : {message}", number, column.name)


def _row_problems(
    field: Field, row: Mapping[str, Any], known: Known
) -> Iterator[tuple[Column, str]]:
    for column in field.columns:
        value = row.get(column.name)
        if is_blank(value):
            if column.required:
                yield column, missing_message(column)
            continue
        message = question_message(column, value, known)
        if not message and column.not_before:
            message = _order_message(value, row.get(column.not_before))
        if message:
            yield column, message
    for group in field.one_of:
        if all(is_blank(row.get(name)) for name in group):
            labels = _(" ou ").join(f"« {field.column(name).label} »" for name in group)
            yield field.column(group[0]), _("Remplissez %s.") % labels


def missing_message(question: Question) -> str:
    """Say what to do about a question left without an answer."""
    if isinstance(question, Field) and question.must:
        return _("Cochez cette case pour prendre l’engagement.")
    kind = question.type
    if kind in (FieldType.ENUM, FieldType.TRI, FieldType.BOOL):
        return _("Choisissez une réponse.")
    if kind in LISTS:
        return _("Choisissez au moins une réponse.")
    if kind in SOURCED:
        return _("Choisissez dans la liste.")
    messages = {
        FieldType.ROWS: _("Ajoutez au moins une ligne."),
        FieldType.FILE: _("Joignez un fichier."),
        FieldType.DATE: _("Indiquez une date."),
        FieldType.DATERANGE: _("Indiquez la date de début et la date de fin."),
        FieldType.INT: _("Indiquez un nombre."),
        FieldType.DEC: _("Indiquez un nombre."),
    }
    return messages.get(FieldType(kind), _("Remplissez ce champ."))


def question_message(question: Question, value: Any, known: Known) -> str:
    """Say what is wrong with one answer, or nothing."""
    kind = question.type
    if kind in LISTS or kind == FieldType.FILE:
        return _list_message(question, value, known)
    if kind in (FieldType.ENUM, FieldType.TRI):
        return "" if _is_choice(value, question.labels) else _("Choisissez dans la liste.")
    if kind == FieldType.BOOL:
        return "" if isinstance(value, bool) else _("Choisissez « Oui » ou « Non ».")
    if kind in SOURCED:
        return "" if known.has(kind, value) else _("Choisissez dans la liste.")
    if kind == FieldType.DATE:
        return _date_message(value)
    if kind in (FieldType.INT, FieldType.DEC):
        return _number_message(question, value)
    return _text_message(question, value)


def _is_choice(value: Any, labels: Mapping[str, str]) -> bool:
    return isinstance(value, str) and value in labels


def _list_message(question: Question, value: Any, known: Known) -> str:
    items = value if isinstance(value, list) else [value]
    if question.type == FieldType.FILE:
        if not all(known.has(FieldType.FILE, item) for item in items):
            return _("Ce fichier n’est pas dans le dossier : joignez-le de nouveau.")
        return ""
    labels = sources.countries() if question.type == FieldType.COUNTRY else question.labels
    return "" if all(_is_choice(v, labels) for v in items) else _("Choisissez dans la liste.")


def _date_message(value: Any) -> str:
    day = parse_date(value) if isinstance(value, str) else None
    if day is None:
        return _("Indiquez une date qui existe, par exemple 31/12/2026.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _("Indiquez une date entre 1900 et 2200.")
    return ""


def _order_message(value: Any, earlier: Any) -> str:
    first = parse_date(earlier) if isinstance(earlier, str) else None
    last = parse_date(value) if isinstance(value, str) else None
    if isinstance(first, date) and isinstance(last, date) and last < first:
        return _("Indiquez une date de fin qui suit la date de début.")
    return ""


def _number_message(question: Question, value: Any) -> str:
    number = parse_decimal(value) if not isinstance(value, bool) else None
    if question.type == FieldType.INT and not isinstance(value, int):
        number = None
    if number is None:
        if question.type == FieldType.INT:
            return _("Indiquez un nombre entier, en chiffres.")
        return _("Indiquez un nombre, par exemple 12,5.")
    if question.min is not None and number < question.min:
        return _("Indiquez un nombre d’au moins %s.") % french.count(question.min)
    if question.max is not None and number > question.max:
        return _("Indiquez un nombre d’au plus %s.") % french.count(question.max)
    return ""


def _text_message(question: Question, value: Any) -> str:
    if not isinstance(value, str):
        return _("Écrivez du texte.")
    if CONTROL_PICTURES.search(value):
        return _("Retirez le caractère illisible (%s).") % CONTROL_PICTURES.search(value)[0]  # type: ignore[index]
    if len(value) > question.length:
        return _("Réduisez ce texte : %(length)s caractères, %(limit)s au plus.") % {
            "length": french.count(len(value)),
            "limit": french.count(question.length),
        }
    if question.type != FieldType.TEXT and "\n" in value:
        return _("Écrivez sur une seule ligne.")
    return _address_message(question, value)


def _address_message(question: Question, value: str) -> str:
    try:
        if question.type == FieldType.URL:
            _url(value)
        elif question.type == FieldType.EMAIL:
            validate_email(value)
    except ValidationError:
        if question.type == FieldType.URL:
            return _("Indiquez une adresse complète, par exemple https://www.legifrance.gouv.fr.")
        return _("Indiquez une adresse électronique complète, par exemple nom@domaine.fr.")
    return ""
