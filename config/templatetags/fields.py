"""Fields of a form: one place that ties a control to its help and to its errors (RGAA 11.1)."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, widgets
from django.utils.safestring import SafeString


def widget_kind(field: BoundField) -> str:
    """Name the way a field is laid out: `choices`, `checkbox`, `file`, `select` or `input`."""
    widget = field.field.widget
    if isinstance(widget, (widgets.RadioSelect, widgets.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    if isinstance(widget, widgets.FileInput):
        return "file"
    if isinstance(widget, widgets.Select):
        return "select"
    return "input"


def focus_id(field: BoundField) -> str:
    """Return the id of the control that a link of the error summary must lead to."""
    if widget_kind(field) == "choices" and field.subwidgets:
        return str(field.subwidgets[0].id_for_label)
    return str(field.id_for_label or field.auto_id)


def _described_by(field: BoundField, extra: str) -> str:
    ids = [field.field.widget.attrs.get("aria-describedby", ""), extra]
    if field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if field.errors:
        ids.append(f"{field.auto_id}-desc-error")
    if counter_limit(field):
        ids.append(f"{field.auto_id}-counter")
    words = [word for text in ids for word in text.split()]
    return " ".join(dict.fromkeys(words))


def counter_limit(field: BoundField) -> int:
    """Return how many characters a long text may hold, to tell how many are left; 0: no limit.

    `data-cdd-limit` on the control announces a limit that the browser does not enforce: what is
    pasted is never cut without a word.
    """
    widget = field.field.widget
    if not isinstance(widget, widgets.Textarea):
        return 0
    return int(widget.attrs.get("data-cdd-limit") or getattr(field.field, "max_length", 0) or 0)


def is_optional(field: BoundField) -> bool:
    """« (optionnel) » is written, unless the form says that the field is needed in some cases.

    A single box is never optional: to leave it empty is an answer.
    """
    is_box = isinstance(field.field.widget, widgets.CheckboxInput)
    return not field.field.required and not is_box and getattr(field.field, "mark_optional", True)


def has_optional(form: Any) -> bool:
    """Explain the mention « optionnel » only where some fields are optional and some are not."""
    found = {is_optional(field) for field in form.visible_fields()}
    return found == {True, False}


def option_hint(field: BoundField, option: Any) -> str:
    """Return the consequence of a choice, said under its label (`widget.option_hints`)."""
    hints = getattr(field.field.widget, "option_hints", {})
    return str(hints.get(str(option.data["value"]), ""))


def field_widget(field: BoundField, described_by: str = "") -> SafeString:
    """Render a control with its class, `aria-invalid` when refused, help and error both tied.

    django-dsfr's own filter replaces the help by the error in `aria-describedby`.
    """
    kind = widget_kind(field)
    attrs: dict[str, Any] = {}
    described = _described_by(field, described_by)
    # A group of choices is described by its fieldset, named by its legend and its errors.
    if described and kind != "choices":
        attrs["aria-describedby"] = described
    if field.errors and kind != "choices":
        attrs["aria-invalid"] = "true"
    if counter_limit(field):
        attrs["data-cdd-counter"] = f"{field.auto_id}-counter"
    default = {"select": "fr-select", "file": "fr-upload", "input": "fr-input"}.get(kind, "")
    own = field.field.widget.attrs.get("class", "")
    classes = dict.fromkeys([*default.split(), *own.split()])
    if field.errors and kind in ("input", "select"):
        classes[f"{default}--error"] = None
    if classes:
        attrs["class"] = " ".join(classes)
    return field.as_widget(attrs=attrs)


def error_entries(form: Any) -> list[dict[str, str]]:
    """List what is wrong in a form, a formset or several of them, for the summary.

    Each entry has a `text` and the `target` of its link ("" when it concerns the whole form).
    """
    if form is None or form == "":
        return []
    if isinstance(form, (list, tuple)):
        return [entry for one in form for entry in error_entries(one)]
    if hasattr(form, "forms"):
        whole = [{"target": "", "text": str(text)} for text in form.non_form_errors()]
        return whole + [entry for one in form.forms for entry in error_entries(one)]
    entries = []
    for name, errors in form.errors.items():
        field = form[name] if name in form.fields else None
        for text in errors:
            label = f"{field.label}\u00a0: " if field is not None else ""
            target = focus_id(field) if field is not None else ""
            entries.append({"target": target, "text": f"{label}{text}"})
    return entries
