"""SIRET numbers: 14 digits whose Luhn key is right (Insee)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Post offices share one SIREN and use the sum of their digits instead of the Luhn key (Insee).
LA_POSTE_SIREN = "356000000"


def normalise_siret(value: str) -> str:
    """Strip the spaces people type between groups of digits."""
    return "".join(value.split())


def is_valid_siret(value: str) -> bool:
    if len(value) != 14 or not (value.isascii() and value.isdigit()):
        return False
    if value.startswith(LA_POSTE_SIREN) and sum(map(int, value)) % 5 == 0:
        return True
    doubled = [int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(value)]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def validate_siret(value: str) -> None:
    """Refuse a SIRET with a message that says what to do."""
    digits = normalise_siret(value)
    if len(digits) != 14 or not (digits.isascii() and digits.isdigit()):
        raise ValidationError(_("Indiquez les 14 chiffres du SIRET."), code="siret_digits")
    if not is_valid_siret(digits):
        raise ValidationError(
            _("Ce SIRET n’existe pas : sa clé de contrôle est fausse. Vérifiez chaque chiffre."),
            code="siret_key",
        )
