"""Where lists of answers come from: organisations and persons here, the rest from higher apps.

A higher app registers its list in `AppConfig.ready()`: `sources.register("dataset", Datasets())`.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from accounts.enums import Role
from accounts.models import Membership, Organisation, User

# A select past this length helps nobody; the answer already given is always offered besides.
MAX_OPTIONS: Final = 500


class ChoiceSource(Protocol):
    """A list of things that may be chosen."""

    def options(self, scope: Mapping[str, Any]) -> list[tuple[Any, str]]:
        """Return (key, label) pairs, narrowed by the field's scope, at most MAX_OPTIONS."""

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        """Return the labels of the keys that exist, wherever they are."""


class AttachmentSource(Protocol):
    """The files of the case that the form belongs to."""

    def options(self) -> list[tuple[Any, str]]:
        """Return (identifier, « nom (480 Ko) ») of the files of the case."""

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        """Return « nom (480 Ko) » of each of these files that belongs to the case."""


def _whole(keys: Collection[Any]) -> list[int]:
    return [key for key in keys if isinstance(key, int) and not isinstance(key, bool)]


class Organisations:
    def options(self, scope: Mapping[str, Any]) -> list[tuple[Any, str]]:
        found = Organisation.objects.filter(is_active=True).order_by("name")[:MAX_OPTIONS]
        return [(organisation.pk, self._label(organisation)) for organisation in found]

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        found = Organisation.objects.filter(pk__in=_whole(keys))
        return {organisation.pk: self._label(organisation) for organisation in found}

    @staticmethod
    def _label(organisation: Organisation) -> str:
        short = organisation.short_name
        return f"{short} – {organisation.name}" if short else organisation.name


class Persons:
    """Persons of an organisation, or holders of a role, or everybody when neither is known."""

    def options(self, scope: Mapping[str, Any]) -> list[tuple[Any, str]]:
        people = User.objects.filter(is_active=True)
        roles = [role for role in str(scope.get("role", "")).split() if role in Role.values]
        organisation = scope.get("organisation")
        if roles or isinstance(organisation, int):
            memberships = Membership.objects.current()
            if roles:
                memberships = memberships.filter(role__in=roles)
            if isinstance(organisation, int):
                memberships = memberships.filter(organisation=organisation)
            people = people.filter(pk__in=memberships.values("user_id"))
        found = people.order_by("last_name", "first_name")[:MAX_OPTIONS]
        return [(person.pk, self._label(person)) for person in found]

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        return {p.pk: self._label(p) for p in User.objects.filter(pk__in=_whole(keys))}

    @staticmethod
    def _label(person: User) -> str:
        return f"{person.get_full_name()} ({person.email})"


class Questions:
    """The questions of the request form, for whoever asks a complement about one of them."""

    FORM: Final = "use_case"

    def options(self, scope: Mapping[str, Any]) -> list[tuple[Any, str]]:
        from questionnaires import definitions

        definition = definitions.get(self.FORM)
        return [
            (field.name, f"{number}. {field.label}")
            for number, section in enumerate(definition.sections, 1)
            for field in section.fields
            if field.name in definition.answered
        ]

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        return {key: label for key, label in self.options({}) if key in keys}


class _Nothing:
    """The list of an app that is not installed: empty, so that nothing unknown is accepted."""

    def options(self, scope: Mapping[str, Any]) -> list[tuple[Any, str]]:
        return []

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        return {}


_sources: dict[str, ChoiceSource] = {
    "org": Organisations(),
    "user": Persons(),
    "question": Questions(),
}


def register(kind: str, source: ChoiceSource) -> None:
    """Make a list known under the type of the fields that choose in it."""
    _sources[kind] = source


def get(kind: str) -> ChoiceSource:
    return _sources.get(kind) or _Nothing()


@lru_cache(maxsize=1)
def _country_rows() -> tuple[tuple[str, str, bool], ...]:
    path = Path(__file__).resolve().parent / "data" / "countries.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple((r["code"], r["name"], r["eea"] == "1") for r in csv.DictReader(file))


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Return the French names of the countries by ISO 3166 code, in alphabetical order."""
    return {code: name for code, name, _eea in _country_rows()}


def outside_eea(codes: Iterable[str]) -> bool:
    """Tell whether a country lies outside the European Economic Area (RGPD 44-49)."""
    inside = {code for code, _name, eea in _country_rows() if eea}
    return any(code in countries() and code not in inside for code in codes)
