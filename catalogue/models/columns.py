"""Kinds of columns that the record of a dataset is made of."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models

from catalogue.validators import validate_web_address


def text_field(label: Any, help_text: Any, **options: Any) -> models.TextField[str, str]:
    """A free text of 4 000 characters at most (forms.md, « Common »)."""
    return models.TextField(
        label, blank=True, help_text=help_text, validators=[MaxLengthValidator(4000)], **options
    )


def codes_field(label: Any, choices: Any, help_text: Any = "") -> ArrayField[Any, Any]:
    """Several values of one list."""
    return ArrayField(
        models.CharField(max_length=40, choices=choices),
        verbose_name=label,
        default=list,
        blank=True,
        help_text=help_text,
    )


def code_field(
    label: Any, choices: Any, help_text: Any = "", **options: Any
) -> models.CharField[str, str]:
    """One value of a list, blank while unknown."""
    return models.CharField(
        label, max_length=40, choices=choices, blank=True, help_text=help_text, **options
    )


def web_address(label: Any, help_text: Any = "") -> models.CharField[str, str]:
    return models.CharField(
        label, max_length=1000, blank=True, help_text=help_text, validators=[validate_web_address]
    )


def addresses_field(label: Any, help_text: Any) -> ArrayField[Any, Any]:
    return ArrayField(
        models.CharField(max_length=1000, validators=[validate_web_address]),
        verbose_name=label,
        default=list,
        blank=True,
        help_text=help_text,
    )
