"""SIRET numbers: 14 digits, a right key, spaces accepted."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.siret import LA_POSTE_SIREN, is_valid_siret, normalise_siret, validate_siret


def with_key(thirteen: str) -> str:
    """Complete 13 digits with the only 14th that makes the key right."""
    return next(thirteen + str(last) for last in range(10) if luhn(thirteen + str(last)))


def luhn(digits: str) -> bool:
    """The key as Insee explains it, written another way than the code under test."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        number = int(digit)
        if position % 2:
            number = sum(map(int, str(number * 2)))
        total += number
    return total % 10 == 0


thirteen_digits = st.text("0123456789", min_size=13, max_size=13).filter(
    lambda digits: not digits.startswith(LA_POSTE_SIREN)
)


@given(thirteen_digits)
def test_exactly_one_last_digit_is_right(thirteen):
    right = [last for last in range(10) if is_valid_siret(f"{thirteen}{last}")]

    assert [f"{thirteen}{last}" for last in right] == [with_key(thirteen)]


@given(thirteen_digits, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_found(thirteen, place, shift):
    right = with_key(thirteen)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]

    assert is_valid_siret(wrong) == wrong.startswith(LA_POSTE_SIREN)


@given(thirteen_digits, st.sets(st.integers(1, 13), max_size=5), st.sampled_from(" \u00a0\u202f\t"))
def test_spaces_between_digits_are_accepted(thirteen, places, space):
    right = with_key(thirteen)
    typed = "".join((space if index in places else "") + digit for index, digit in enumerate(right))

    validate_siret(typed)

    assert normalise_siret(typed) == right


@given(st.text(max_size=30))
def test_any_text_is_a_siret_or_a_french_message(text):
    if is_valid_siret(normalise_siret(text)):
        validate_siret(text)
    else:
        with pytest.raises(ValidationError, match="SIRET"):
            validate_siret(text)


@pytest.mark.parametrize("siret", ["12000016100014", "13002233800011", "12002701600563"])
def test_real_numbers_are_right(siret):
    assert is_valid_siret(siret)


@pytest.mark.parametrize(
    ("siret", "valid"),
    [
        ("35600000000048", True),  # the key of everybody is right
        ("35600000059840", True),  # the sum of digits is a multiple of 5
        ("35600000059841", False),
    ],
)
def test_la_poste_has_its_own_key(siret, valid):
    assert is_valid_siret(siret) is valid


@pytest.mark.parametrize(
    "siret", ["", "1200001610001", "120000161000144", "1200001610001A", "١٢٠٠٠٠١٦١٠٠٠١٤"]
)
def test_anything_but_14_digits_is_refused(siret):
    assert not is_valid_siret(siret)
