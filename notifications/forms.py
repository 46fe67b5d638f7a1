"""Shape of what the pages of messages receive."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from notifications.enums import LOCKED_FAMILIES, Channel, Family
from notifications.selectors import FamilyChoice

KEY_MAX = 2**63 - 1
_WRONG_REFERENCE = _("Indiquez une référence complète, par exemple DEM-2026-0042.")


class PageForm(forms.Form):
    """The key of a page; anything else than a key shows the first page."""

    avant = forms.IntegerField(required=False, min_value=1, max_value=KEY_MAX)
    apres = forms.IntegerField(required=False, min_value=1, max_value=KEY_MAX)

    def keys(self) -> dict[str, int | None]:
        self.is_valid()
        return {
            "before": self.cleaned_data.get("avant"),
            "after": self.cleaned_data.get("apres"),
        }


class ReadUntilForm(forms.Form):
    """Up to which notice everything was on the page."""

    jusqu_a = forms.IntegerField(min_value=0, max_value=KEY_MAX)


class ReferenceForm(forms.Form):
    """The case that is muted, or no longer."""

    reference = forms.RegexField(
        r"^[A-Z]{3,4}-\d{4}-\d{3,6}$",
        label=_("Référence du dossier"),
        error_messages={
            "required": _("Indiquez la référence d’un dossier."),
            "invalid": _WRONG_REFERENCE,
            "null_characters_not_allowed": _WRONG_REFERENCE,
        },
    )


class PreferencesForm(forms.Form):
    """One channel per family; the locked families have no field."""

    def __init__(self, *args: Any, choices: list[FamilyChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices_of = choices
        for choice in choices:
            if choice.family not in LOCKED_FAMILIES:
                self.fields[choice.family.value] = forms.ChoiceField(
                    label=choice.family.label,
                    choices=Channel.choices,
                    initial=choice.channel.value,
                    widget=forms.RadioSelect,
                    error_messages={
                        "required": _("Choisissez comment être prévenu."),
                        "invalid_choice": _("Choisissez l’une des trois possibilités."),
                    },
                )

    def rows(self) -> list[tuple[FamilyChoice, BoundField | None]]:
        """Return the rows of the table, locked ones without a field."""
        return [
            (choice, None if choice.is_locked else self[choice.family.value])
            for choice in self.choices_of
        ]

    @property
    def channels(self) -> dict[Family, Channel]:
        return {Family(name): Channel(value) for name, value in self.cleaned_data.items()}
