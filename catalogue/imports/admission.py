"""What a record accepts of an incoming row: wrong values are left out and named, not fatal."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from catalogue.fieldsets import editable_columns
from catalogue.models import Dataset, Distribution

LONGEST_TEXT = 4000


def admit(values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the values that the columns take, and a French remark for each one left out or cut.

    A real catalogue hardly ever conforms to its profile: a wrong address must not lose a record.
    """
    admitted: dict[str, Any] = {}
    remarks: list[str] = []
    for column, value in values.items():
        if column == "details":
            admitted[column] = value
            continue
        if column not in editable_columns():
            continue
        field: Any = Dataset._meta.get_field(column)
        try:
            admitted[column] = _clean(field, value, remarks)
        except ValidationError as error:
            remarks.append(
                _("« %(field)s » ignoré : %(reason)s")
                % {"field": field.verbose_name, "reason": " ".join(error.messages)}
            )
    return admitted, remarks


def _clean(field: Any, value: Any, remarks: list[str]) -> Any:
    if isinstance(field, ArrayField):
        return _clean_list(field, value, remarks)
    if isinstance(field, models.TextField | models.CharField) and isinstance(value, str):
        longest = field.max_length or LONGEST_TEXT
        if len(value) > longest and not field.choices and "url" not in field.name:
            remarks.append(
                _("« %(field)s » coupé à %(count)s caractères")
                % {"field": field.verbose_name, "count": longest}
            )
            value = value[: longest - 1].rstrip() + "…"
    return field.clean(value, None)


def _clean_list(field: Any, value: list[Any], remarks: list[str]) -> list[Any]:
    kept = []
    for item in value:
        try:
            kept.append(field.base_field.clean(item, None))
        except ValidationError:
            remarks.append(
                _("« %(field)s » : valeur « %(value)s » ignorée")
                % {"field": field.verbose_name, "value": str(item)[:60]}
            )
    return kept


def admit_distributions(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the resources that can be kept, and a French remark for each value left out."""
    kept: list[dict[str, Any]] = []
    remarks: list[str] = []
    for row in rows:
        clean: dict[str, Any] = {}
        for column, value in row.items():
            field: Any = Distribution._meta.get_field(column)
            try:
                clean[column] = _clean(field, value, remarks)
            except ValidationError as error:
                remarks.append(
                    _("ressource, « %(field)s » ignoré : %(reason)s")
                    % {"field": field.verbose_name, "reason": " ".join(error.messages)}
                )
        if clean.get("title") or clean.get("format") or clean.get("access_url"):
            kept.append(clean)
    return kept, list(dict.fromkeys(remarks))
