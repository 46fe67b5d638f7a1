"""One question, one control: the widget, its choices, and the text that fills it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaires import sources
from questionnaires.definitions import Field, Question
from questionnaires.display import decimal_text
from questionnaires.enums import SOURCED, FieldType
from questionnaires.validation import Known
from questionnaires.values import parse_date

# Beyond this number of choices a list unfolds rather than shows every choice.
MAX_RADIOS: Final = 10
YES_NO: Final = (("yes", gettext_lazy("Oui")), ("no", gettext_lazy("Non")))


class Upload(forms.FileInput):
    allow_multiple_selected = True


class RepeatedSelect(forms.Select):
    """One select a country chosen and a blank one: several answers without a script."""

    template_name = "questionnaires/widgets/repeated_select.html"
    allow_multiple_selected = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return list(data.getlist(name))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        chosen = [str(item) for item in value or [] if item]
        context = super().get_context(name, None, attrs)
        first = context["widget"]["attrs"].get("id", "")
        context["selects"] = [
            {
                "id": first if rank == 0 else f"{first}_{rank}",
                "number": rank + 1,
                "options": self._options(name, item),
            }
            for rank, item in enumerate([*chosen, ""])
        ]
        context["field_label"] = self.attrs.get("data-label", "")
        return context

    def _options(self, name: str, chosen: str) -> list[tuple[str, str, bool]]:
        known = [(str(value), str(label)) for value, label in self.choices]
        if chosen and chosen not in dict(known):
            known.append((chosen, chosen))
        return [(value, label, value == chosen) for value, label in known]


@dataclass
class Settings:
    """What a control takes from its page."""

    known: Known
    scope: Mapping[str, Any] = field(default_factory=dict)
    attachments: sources.AttachmentSource | None = None
    memo: dict[Any, list[tuple[Any, str]]] = field(default_factory=dict)  # lists read once a page
    attrs: dict[str, str] = field(default_factory=dict)


def build(question: Question, value: Any, settings: Settings) -> forms.Field:
    """Return the field of a question. It never refuses anything: validation is elsewhere."""
    widget = _widget(question, value, settings)
    widget.attrs.update(settings.attrs)
    widget.inline = _is_inline(question)  # type: ignore[attr-defined]
    widget.option_hints = {  # type: ignore[attr-defined]
        choice.value: choice.hint for choice in question.choices if choice.hint
    }
    if question.type == FieldType.TEXT:
        # The counter counts; the browser does not cut what is pasted, which would lose text.
        widget.attrs["data-cdd-limit"] = str(question.length)
    made = forms.Field(label=question.label, help_text=question.help, widget=widget)
    made.max_length = question.length if question.type == FieldType.TEXT else None  # type: ignore[attr-defined]
    return made


def _is_inline(question: Question) -> bool:
    yes_no = question.type in (FieldType.BOOL, FieldType.TRI)
    return yes_no or (isinstance(question, Field) and question.inline)


def _widget(question: Question, value: Any, settings: Settings) -> forms.Widget:
    kind = question.type
    in_table = not isinstance(question, Field)
    if kind == FieldType.TEXT:
        return forms.Textarea(attrs={"rows": "2" if in_table or _is_grid(question) else "4"})
    if kind == FieldType.BOOL and isinstance(question, Field) and question.must:
        return forms.CheckboxInput()
    if kind in (FieldType.BOOL, FieldType.TRI, FieldType.ENUM):
        return _choice(question, value, in_table)
    if kind == FieldType.MULTI:
        return forms.CheckboxSelectMultiple(choices=list(question.labels.items()))
    if kind == FieldType.COUNTRY:
        choices = [("", _("Choisir un pays")), *sources.countries().items()]
        return RepeatedSelect(attrs={"data-label": question.label}, choices=choices)
    if kind in SOURCED or (kind == FieldType.FILE and in_table):
        return forms.Select(choices=_listed(question, value, settings))
    if kind == FieldType.FILE:
        return Upload(attrs={"multiple": True})
    return _line(kind, value)


def _is_grid(question: Question) -> bool:
    """Comments of a grid are short and many."""
    return isinstance(question, Field) and bool(question.group)


def _choice(question: Question, value: Any, in_table: bool) -> forms.Widget:
    choices = list(YES_NO if question.type == FieldType.BOOL else question.labels.items())
    if not in_table and len(choices) <= MAX_RADIOS:
        return forms.RadioSelect(choices=choices)
    blank = ("", _("Choisir"))
    stray = [] if is_listed(value, choices) else [(value, str(value))]
    return forms.Select(choices=[blank, *choices, *stray])


def is_listed(value: Any, choices: list[tuple[Any, Any]]) -> bool:
    """Tell whether a stored value is one of the choices (or no value at all)."""
    texts = {str(key) for key, _label in choices} | {"True", "False"}
    return value in (None, "") or str(value) in texts


def _listed(question: Question, value: Any, settings: Settings) -> list[tuple[Any, str]]:
    """The list of another part of the service, and the answer already given if it is not in it."""
    if question.type == FieldType.FILE:
        value = value[0] if isinstance(value, list) and value else value
    found = _options(question, settings)
    options: list[tuple[Any, str]] = [("", _("Choisir")), *found]
    if not is_listed(value, options):
        options.append((value, settings.known.label(question.type, value)))
    return options


def _options(question: Question, settings: Settings) -> list[tuple[Any, str]]:
    if "among" in settings.scope:
        keys = [key for key in settings.scope["among"] if settings.known.has(question.type, key)]
        return [(key, settings.known.label(question.type, key)) for key in dict.fromkeys(keys)]
    key = (question.type, tuple(sorted((k, str(v)) for k, v in settings.scope.items())))
    if key not in settings.memo:
        settings.memo[key] = _read_options(question, settings)
    return settings.memo[key]


def _read_options(question: Question, settings: Settings) -> list[tuple[Any, str]]:
    if question.type == FieldType.FILE:
        return settings.attachments.options() if settings.attachments else []
    return sources.get(question.type).options(settings.scope)


def _line(kind: str, value: Any) -> forms.Widget:
    if kind == FieldType.DATE:
        # A browser shows nothing for a date it cannot read: what was typed stays in a line of text.
        readable = not value or (isinstance(value, str) and parse_date(value) is not None)
        return forms.TextInput(attrs={"type": "date"} if readable else {})
    if kind == FieldType.INT:
        return forms.TextInput(attrs={"inputmode": "numeric"})
    if kind == FieldType.DEC:
        return forms.TextInput(attrs={"inputmode": "decimal"})
    if kind == FieldType.EMAIL:
        return forms.EmailInput(attrs={"autocomplete": "off"})
    if kind == FieldType.URL:
        return forms.URLInput()
    return forms.TextInput()


def raw(question: Question, value: Any) -> list[str]:
    """Return the texts that fill a control from a stored value."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    if question.type == FieldType.BOOL:
        words = {True: "yes", False: "no"}
        text = words.get(value, str(value)) if isinstance(value, bool) else str(value)
        # A commitment is a box: unticked, it posts nothing.
        if isinstance(question, Field) and question.must:
            return ["on"] if value is True else []
        return [text]
    if question.type == FieldType.DEC:
        return [decimal_text(value)]
    if isinstance(value, Mapping):
        return [str(value)]
    return [str(value)]


def focus_id(bound: Any) -> str:
    """Return the id of the control that takes the focus: the first choice of a group."""
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) and bound.subwidgets:
        return str(bound.subwidgets[0].id_for_label)
    return str(bound.id_for_label or bound.auto_id)
