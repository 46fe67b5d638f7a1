"""What may leave the house (domain/forms.md, §7, last lines).

Location, security text and personal contacts of a record that is not public are never published.
Names of persons never are, whatever the record.
"""

from __future__ import annotations

from catalogue.enums import AccessRights
from catalogue.models import Dataset


def _is_reserved(dataset: Dataset) -> bool:
    # A record whose access nobody has decided yet is held back like one that is not public.
    return dataset.access_rights not in (AccessRights.PUBLIC, AccessRights.RESTRICTED)


def location(dataset: Dataset) -> str:
    return "" if _is_reserved(dataset) else dataset.location


def protection_measures(dataset: Dataset) -> str:
    return "" if _is_reserved(dataset) else dataset.protection_measures


def personal_contact(dataset: Dataset) -> str:
    return "" if _is_reserved(dataset) else dataset.contact_person_email
