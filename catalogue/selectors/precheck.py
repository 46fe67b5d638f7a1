"""What the catalogue answers before a request is written (ux/spec.md, §4 « Before »)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from accounts.models import Organisation
from catalogue.models import Dataset


class FindingKind(StrEnum):
    """Strongest first: the order in which the cards are shown."""

    OPEN = "open"
    API = "api"
    HELD = "held"


@dataclass(frozen=True)
class Finding:
    """One existing solution for one dataset: a heading, a sentence, and where to go."""

    kind: FindingKind
    dataset: Dataset
    title: str
    text: str
    url: str = ""
    contact: str = ""


def precheck(datasets: Iterable[Dataset], organisation: Organisation | None) -> list[Finding]:
    """Tell which of these datasets need no request: open, behind an API, or already held.

    Open = public, under a licence, at a known address. No query when `producer_org` and
    `data_controller` were selected (as `list_by_slugs` does).
    """
    chosen = list(datasets)
    findings = [
        *(_open(dataset) for dataset in chosen if dataset.is_open),
        *(_api(dataset) for dataset in chosen if dataset.has_api),
    ]
    if organisation is not None:
        held = (d for d in chosen if organisation.pk in (d.producer_org_id, d.data_controller_id))
        findings += [_held(dataset) for dataset in held]
    return findings


def _open(dataset: Dataset) -> Finding:
    licence = dataset.get_licence_display()
    text = _("« %(title)s » est publié sous %(licence)s.") % {
        "title": dataset.title, "licence": licence,
    }  # fmt: skip
    if dataset.frequency:
        text = _("« %(title)s » est publié sous %(licence)s, mise à jour : %(frequency)s.") % {
            "title": dataset.title,
            "licence": licence,
            "frequency": dataset.get_frequency_display().lower(),
        }
    return Finding(FindingKind.OPEN, dataset, _("Déjà ouvert"), text, url=dataset.landing_url)


def _api(dataset: Dataset) -> Finding:
    route = dataset.get_request_route_display()
    text = _("« %(title)s » est accessible par une API.") % {"title": dataset.title}
    if dataset.request_route == "datapass":
        text = _("« %(title)s » est accessible par une API, habilitation par %(route)s.") % {
            "title": dataset.title, "route": route,
        }  # fmt: skip
    url = dataset.api_documentation or dataset.api_url or dataset.landing_url
    return Finding(FindingKind.API, dataset, _("Une API existe"), text, url=url)


def _held(dataset: Dataset) -> Finding:
    contact = dataset.contact_email
    text = _("« %(title)s » est tenu par votre organisme.") % {"title": dataset.title}
    if contact:
        text = _("« %(title)s » est tenu par votre organisme : contactez %(contact)s.") % {
            "title": dataset.title, "contact": contact,
        }  # fmt: skip
    return Finding(
        FindingKind.HELD, dataset, _("Votre organisme détient déjà ce jeu"), text, contact=contact
    )
