"""Checks of what people and files put in a record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as PayloadError

from catalogue.details import Details

validate_web_address = URLValidator(
    schemes=["http", "https"], message=_("Indiquez une adresse qui commence par https://.")
)


def validate_details(value: Any) -> None:
    """Refuse a `details` payload that does not follow its schema."""
    try:
        Details.model_validate(value)
    except PayloadError as error:
        raise ValidationError(_("Compléments de fiche illisibles."), code="details") from error
