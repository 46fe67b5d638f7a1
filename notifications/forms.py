"""Shape of what the pages of messages receive."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from notifications.enums import LOCKED_FAMILIES, Channel, Family
from notifications.kinds import Kind
from notifications.selectors import FamilyChoice
from notifications.services import check_words

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


class MessageForm(DsfrBaseForm):
    """The words of a message; what the service refuses stands at its field, here already."""

    subject = forms.CharField(
        label=_("Objet"),
        required=False,
        help_text=_("Le préfixe du service et la référence du dossier sont ajoutés devant."),
    )
    sentence = forms.CharField(
        label=_("Phrase"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ce qui s’est passé, ou ce qui est attendu. Jamais le contenu du dossier."),
    )
    consequence = forms.CharField(
        label=_("Suite"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Avant quand répondre, et ce qui se passe sinon."),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for field in self.fields.values():
            field.mark_optional = False  # none may be empty: `check_words` says why

    def clean(self) -> dict[str, Any]:
        try:
            check_words(self.kind, self.cleaned_data)
        except ValidationError as error:
            self.add_error(None, error)
        return self.cleaned_data
