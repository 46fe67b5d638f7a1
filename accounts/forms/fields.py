"""Fields and error handling common to the forms of this app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.siret import normalise_siret, validate_siret

REQUIRED = {"required": _("Ce champ est obligatoire.")}


class DayField(forms.DateField):
    """A day, typed or picked: 2026-03-12 (browser) or 12/03/2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Indiquez un jour."),
                "invalid": _("Indiquez un jour qui existe, par exemple 12/03/2026."),
            },
        )
        super().__init__(**kwargs)


class SiretField(forms.CharField):
    """A SIRET typed with or without spaces; its control key is checked."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        digits = normalise_siret(super().clean(value))
        if digits:
            validate_siret(digits)
        return digits


class OrganisationField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organisation.objects.filter(is_active=True).order_by("name"))
        kwargs.setdefault("empty_label", _("Sélectionnez un organisme"))
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Choisissez un organisme."),
                "invalid_choice": _("Choisissez un organisme dans la liste."),
            },
        )
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Organisation) -> str:
        return f"{obj.name} ({obj.short_name})" if obj.short_name else obj.name


class PersonField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", User.objects.none())
        kwargs.setdefault("empty_label", _("Sélectionnez une personne"))
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Choisissez une personne."),
                "invalid_choice": _("Choisissez une personne dans la liste."),
            },
        )
        super().__init__(**kwargs)

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.get_full_name()} ({obj.email})"


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put what a service refused at the fields it names, or above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, errors)
