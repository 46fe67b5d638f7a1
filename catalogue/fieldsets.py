"""The one table of the fields of a record: their theme, their order, and when they are required.

The form, the record page and the completeness score all read it. Labels, help texts and types stand
beside the columns of `catalogue.models`. Source: domain/forms.md, §7, column « Requis ».
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue import enums
from catalogue.models import Dataset


class When(StrEnum):
    """When a field must be filled for a record to be complete."""

    ALWAYS = "always"
    PERSONAL = "personal"
    PUBLIC = "public"
    HEALTH = "health"
    API = "api"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Line:
    """A field of the form: one column, or a few that answer one question."""

    columns: tuple[str, ...]
    when: When = When.OPTIONAL
    # Shown to those who may edit the record only, when the data are not public.
    reserved: bool = False


@dataclass(frozen=True)
class Section:
    code: str
    title: Any
    lines: tuple[Line, ...]


def _line(*columns: str, when: When = When.OPTIONAL, reserved: bool = False) -> Line:
    return Line(columns, when, reserved)


SECTIONS: tuple[Section, ...] = (
    Section(
        "identite",
        _("Identité du jeu"),
        (
            _line("title", when=When.ALWAYS),
            _line("alt_title"),
            _line("description", when=When.ALWAYS),
            _line("keywords", when=When.ALWAYS),
            _line("themes", when=When.ALWAYS),
            _line("social_theme", when=When.ALWAYS),
            _line("dataset_type", when=When.ALWAYS),
            _line("part_of"),
            _line("language"),
        ),
    ),
    Section(
        "acteurs",
        _("Acteurs"),
        (
            _line("producer_org", when=When.ALWAYS),
            _line("producer_unit", when=When.ALWAYS),
            _line("contact_email", when=When.ALWAYS),
            _line("contact_person_email", reserved=True),
            _line("data_controller", when=When.PERSONAL),
            _line("holder_dpo", when=When.PERSONAL, reserved=True),
            _line("referent", when=When.ALWAYS, reserved=True),
            _line("publisher_type"),
            _line("publisher_note"),
        ),
    ),
    Section(
        "origine",
        _("Origine des données"),
        (
            _line("information_system"),
            _line("location", when=When.ALWAYS, reserved=True),
            _line("provenance", when=When.ALWAYS),
            _line("purpose_original", when=When.PERSONAL),
            _line("legal_basis", when=When.PERSONAL),
            _line("applicable_legislation"),
            _line("retention_start", "retention_end", when=When.PERSONAL),
        ),
    ),
    Section(
        "protection",
        _("Sensibilité et protection"),
        (
            _line("personal_data", when=When.ALWAYS),
            _line("sensitivity", when=When.ALWAYS),
            _line("secrets", when=When.ALWAYS),
            _line("protection_measures", when=When.PERSONAL, reserved=True),
            _line("reidentification_risk", "reidentification_assessed_on", when=When.PERSONAL),
        ),
    ),
    Section(
        "acces",
        _("Accès"),
        (
            _line("access_rights", when=When.ALWAYS),
            _line("access_conditions", when=When.ALWAYS),
            _line("request_route", when=When.ALWAYS),
            _line("landing_url"),
            _line("licence", "licence_label", when=When.PUBLIC),
            _line("api_url", "api_documentation", when=When.API),
        ),
    ),
    Section(
        "contenu",
        _("Contenu"),
        (
            _line("unit_of_observation"),
            _line("population"),
            _line("min_age", "max_age"),
            _line("record_count", "person_count", "counted_on"),
            _line("coding_systems"),
            _line("conforms_to"),
        ),
    ),
    Section(
        "couverture",
        _("Couverture et mise à jour"),
        (
            _line("spatial", "spatial_label", when=When.ALWAYS),
            _line("spatial_resolution"),
            _line("temporal_start", "temporal_end", when=When.ALWAYS),
            _line("frequency", when=When.ALWAYS),
            _line("issued", "modified"),
        ),
    ),
    Section(
        "sante",
        _("Espace européen des données de santé"),
        (
            _line("health_category", when=When.HEALTH),
            _line("health_theme", when=When.HEALTH),
            _line("hdab", when=When.HEALTH),
            _line("trusted_holder"),
        ),
    ),
    Section(
        "qualite",
        _("Qualité et ouverture"),
        (
            _line("quality_statement", "quality_score", "quality_assessed_on", when=When.ALWAYS),
            _line("known_issues"),
            _line("publication_status", "publication_reason", when=When.ALWAYS),
            _line("hvd"),
            _line("steward", "reviewed_on", when=When.ALWAYS, reserved=True),
        ),
    ),
)
SECTION_OF_CODE = {section.code: section for section in SECTIONS}


def columns(section: Section) -> tuple[str, ...]:
    return tuple(column for line in section.lines for column in line.columns)


def editable_columns() -> frozenset[str]:
    """Return every column that a person or an import may write."""
    return frozenset(column for section in SECTIONS for column in columns(section))


def all_lines() -> Iterator[Line]:
    for section in SECTIONS:
        yield from section.lines


def applies(when: When, dataset: Dataset) -> bool:
    """Tell whether a condition of requirement holds for a record."""
    match when:
        case When.ALWAYS:
            return True
        case When.PERSONAL:
            # « Ne sait pas » asks the same questions as « oui » (ux/spec.md, §4).
            return dataset.personal_data in (enums.Tri.YES, enums.Tri.UNKNOWN)
        case When.PUBLIC:
            return dataset.access_rights == enums.AccessRights.PUBLIC
        case When.HEALTH:
            return dataset.is_health
        case When.API:
            return dataset.request_route == enums.RequestRoute.API
        case When.OPTIONAL:
            return False


def is_filled(dataset: Dataset, column: str) -> bool:
    """Tell whether a column says something; « non » and zero do."""
    field: Any = Dataset._meta.get_field(column)
    return getattr(dataset, field.attname) not in (None, "", [])


def label_of(column: str) -> str:
    """Return the French label of a column."""
    field: Any = Dataset._meta.get_field(column)
    return str(field.verbose_name)


def is_required(dataset: Dataset, line: Line) -> bool:
    return applies(line.when, dataset)
