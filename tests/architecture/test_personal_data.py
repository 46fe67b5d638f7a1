"""Every field that may hold personal data says what becomes of it (architecture.md, §4 rule 8).

Beside its models, each app has a `personal_data.py`:

    PERSONAL_DATA = {
        "User": {"email": "scrub", "first_name": "keep", "phone": "purge:36"},
    }

- `none`: never about a person;
- `keep`: kept as long as the act or the journal that it belongs to;
- `scrub`: replaced when the account of the person is erased;
- `purge:36`: erased 36 months after the end of the case.

Fields with a closed list of values, numbers, dates and links are not asked about; text is.
"""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tests.architecture.project import APPS, our_models

MAY_HOLD_A_PERSON = (
    models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField,
    models.GenericIPAddressField, ArrayField, SearchVectorField,
)  # fmt: skip
FATE = re.compile(r"none|keep|scrub|purge:[1-9]\d{0,2}")


def asked_fields(app: str) -> dict[str, set[str]]:
    """The fields of an app that could hold something about a person, by model."""
    asked: dict[str, set[str]] = {}
    for model in our_models():
        if model._meta.app_label != app:
            continue
        fields = {
            field.name
            for field in model._meta.local_fields
            if isinstance(field, MAY_HOLD_A_PERSON) and not field.choices
        }
        if fields:
            asked[model.__name__] = fields
    return asked


def declared_fields(app: str) -> dict[str, dict[str, str]]:
    """What the app declares; nothing when it has no declaration."""
    name = f"{app}.personal_data"
    if find_spec(name) is None:
        return {}
    declared: dict[str, dict[str, str]] = import_module(name).PERSONAL_DATA
    return declared


@pytest.mark.parametrize("app", APPS)
def test_each_field_is_declared(app: str) -> None:
    declared = declared_fields(app)
    missing = {
        model: sorted(fields - declared.get(model, {}).keys())
        for model, fields in asked_fields(app).items()
        if fields - declared.get(model, {}).keys()
    }

    lines = [
        f'    "{model}": {{{", ".join(f"{chr(34)}{name}{chr(34)}: …" for name in fields)}}},'
        for model, fields in sorted(missing.items())
    ]
    assert not missing, f"Declare in {app}/personal_data.py (see this test):\n" + "\n".join(lines)


@pytest.mark.parametrize("app", APPS)
def test_each_declaration_is_of_a_field(app: str) -> None:
    models_of_app = {
        model.__name__: model for model in our_models() if model._meta.app_label == app
    }
    for name, fates in declared_fields(app).items():
        assert name in models_of_app, f"{app} has no model {name}"
        known = {field.name for field in models_of_app[name]._meta.local_fields}
        assert fates.keys() <= known, f"{app}.{name} has no field {fates.keys() - known}"
        wrong = {field: fate for field, fate in fates.items() if not FATE.fullmatch(fate)}
        assert not wrong, f"{app}.{name}: none, keep, scrub or purge:<months>, not {wrong}"


@pytest.mark.parametrize("app", APPS)
def test_each_purge_says_since_when(app: str) -> None:
    """`purge_personal_data` counts the months from a moment that the row or its case has."""
    purged = {
        name
        for name, fates in declared_fields(app).items()
        if any(fate.startswith("purge:") for fate in fates.values())
    }
    since = getattr(import_module(f"{app}.personal_data"), "PURGED_SINCE", {}) if purged else {}

    assert since.keys() == purged
    for name, path in since.items():
        model = next(one for one in our_models() if one.__name__ == name)
        model.objects.filter(**{f"{path}__isnull": False})
