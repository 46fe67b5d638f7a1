"""The forms of sharings: the shape of what is typed; rules are in services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms import Fields, PreparedForm


class SharingFilterForm(PreparedForm):
    """What a list of sharings may be narrowed by."""

    q = forms.CharField(label=_("Texte"), required=False, max_length=200)

    def prepare(self, fields: Fields) -> None:
        for field in fields.values():
            field.mark_optional = False
