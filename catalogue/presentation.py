"""Words and addresses of the pages: what templates show, prepared from the selectors' answers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import enums
from catalogue.models import Dataset, Variable
from catalogue.selectors import RecordPage, Results

# The parameters of the address: a QueryDict of Django.
Params = Any

NATURE = "purple-glycine"


def _address(params: Params, **changes: Any) -> str:
    """Return this page's address with some parameters changed, and the page key forgotten."""
    query = params.copy()
    for name in ("apres", "avant"):
        query.pop(name, None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def badges(dataset: Dataset) -> list[dict[str, Any]]:
    """Return the badges of a record: how open it is, then what is delicate in it."""
    found: list[dict[str, Any]] = []
    if dataset.is_retired:
        found.append({"text": _("Fiche retirée"), "variant": "warning"})
    if dataset.access_rights:
        variant = "success" if dataset.access_rights == enums.AccessRights.PUBLIC else ""
        text = dataset.get_access_rights_display()
        found.append({"text": text, "variant": variant, "icon": False})
    if dataset.sensitivity == enums.Sensitivity.SENSITIVE:
        found.append({"text": _("Sensible"), "variant": NATURE})
    elif dataset.sensitivity == enums.Sensitivity.PERSONAL:
        found.append({"text": _("Données personnelles"), "variant": NATURE})
    elif dataset.sensitivity == enums.Sensitivity.SECRET:
        found.append({"text": _("Secret"), "variant": NATURE})
    if dataset.is_health and dataset.personal_data == enums.Tri.YES:
        found.append({"text": _("Données de santé"), "variant": NATURE})
    if dataset.has_api:
        found.append({"text": _("API"), "variant": "info"})
    return found


def card(dataset: Dataset) -> dict[str, Any]:
    """Return what the card of a record shows."""
    return {
        "url": dataset.get_absolute_url(),
        "title": dataset.title,
        "alt_title": dataset.alt_title,
        "producer": str(dataset.producer_org),
        "text": dataset.description,
        "badges": badges(dataset),
        "completeness": dataset.completeness,
    }


def list_context(results: Results, params: Params) -> dict[str, Any]:
    """Return cards, active filters, result line and page addresses of the list."""
    active = [
        {
            "label": facet.title,
            "value": value.label,
            "remove_url": _without(params, facet.name, value.value),
        }
        for facet in results.facets
        for value in facet.values
        if value.is_chosen
    ]
    if results.query.strip():
        active.insert(
            0,
            {
                "label": _("Recherche"),
                "value": results.query,
                "remove_url": _address(params, q=None),
            },
        )
    query = params.copy()
    for name in ("apres", "avant"):
        query.pop(name, None)
    return {
        "cards": [card(dataset) for dataset in results.datasets],
        "active": active,
        "result": _result_line(results),
        "previous": results.previous_key and _address(params, avant=results.previous_key),
        "next": results.next_key and _address(params, apres=results.next_key),
        "export_query": query.urlencode(),
        "groups": [
            {"facet": facet, "is_open": any(v.is_chosen for v in facet.values) or place < 2}
            for place, facet in enumerate(results.facets)
        ],
    }


def _without(params: Params, name: str, value: str) -> str:
    query = params.copy()
    query.setlist(name, [kept for kept in query.getlist(name) if kept != value])
    return _address(query)


def _result_line(results: Results) -> str:
    order = _("triés par titre")
    if results.query.strip():
        order = _("les plus proches d’abord")
    if results.is_approximate:
        order = _("à l’orthographe proche de votre recherche")
    count = ngettext("%(n)s jeu de données", "%(n)s jeux de données", results.total)
    return f"{count % {'n': results.total}}, {order}"


def variable_rows(page: RecordPage) -> list[list[Any]]:
    """Return the rows of the dictionary table."""
    return [_variable_row(page, variable) for variable in page.dictionary.variables]


def _variable_row(page: RecordPage, variable: Variable) -> list[Any]:
    name: dict[str, Any] = {"text": variable.name}
    if page.abilities["edit"]:
        name["url"] = reverse("catalogue:edit_variable", args=[page.dataset.slug, variable.pk])
    badge = None
    if variable.identifier_kind != enums.IdentifierKind.NONE:
        badge = {"text": variable.get_identifier_kind_display(), "variant": NATURE}
    kind = variable.get_type_display()
    if variable.format:
        kind = f"{kind} ({variable.format})"
    return [
        name,
        variable.label,
        kind,
        variable.nomenclature,
        _years(variable),
        {"text": variable.get_sensitivity_display(), "badge": badge},
    ]


def _years(variable: Variable) -> str:
    if variable.available_until:
        return _("supprimée en %s") % variable.available_until
    return _("depuis %s") % variable.available_from if variable.available_from else ""


def _dictionary_line(page: RecordPage) -> str:
    dictionary = page.dictionary
    if dictionary.query:
        return _("%(found)s variables sur %(total)s") % {
            "found": dictionary.matching, "total": dictionary.total,
        }  # fmt: skip
    return ngettext("%(n)s variable", "%(n)s variables", dictionary.total) % {"n": dictionary.total}


def record_context(page: RecordPage, params: Params) -> dict[str, Any]:
    """Return headings, tables and addresses of the page of a record."""
    dictionary = page.dictionary
    return {
        "badges": badges(page.dataset),
        "variable_columns": [
            _("Nom"),
            _("Libellé"),
            _("Type"),
            _("Nomenclature"),
            _("Disponibilité"),
            _("Sensibilité"),
        ],
        "variable_rows": variable_rows(page),
        "dictionary_line": _dictionary_line(page),
        "previous": dictionary.previous_key and _anchor(params, avant=dictionary.previous_key),
        "next": dictionary.next_key and _anchor(params, apres=dictionary.next_key),
        "resource_columns": [_("Ressource"), _("Format"), _("Volume"), _("Accès")],
        "resource_rows": [
            [
                row.title or row.format or page.dataset.title,
                row.format,
                row.volume or (row.byte_size and f"{row.byte_size} octets") or "",
                {"text": _access_text(row), "url": row.access_url},
            ]
            for row in page.distributions
        ],
        "access": access_entries(page.dataset),
        "request_url": f"/demandes/nouvelle/?jeu={page.dataset.slug}",
    }  # fmt: skip


def _access_text(row: Any) -> str:
    if not row.access_url:
        return ""
    return _("Ouvrir l’API") if row.is_api else _("Ouvrir la ressource")


def _anchor(params: Params, **changes: Any) -> str:
    return f"{_address(params, **changes)}#dictionnaire"


def access_entries(dataset: Dataset) -> list[dict[str, Any]]:
    """Return the access block: how to get the data, said first on the page."""
    entries = [
        {"label": _("Droits d’accès"), "value": dataset.get_access_rights_display()},
        {"label": _("Guichet"), "value": dataset.get_request_route_display()},
        {"label": _("Conditions"), "value": dataset.access_conditions},
        {"label": _("Licence"), "value": dataset.licence_label or dataset.get_licence_display()},
        {"label": _("Détenteur"), "value": dataset.holder.name},
        {"label": _("Contact"), "value": dataset.contact_email},
    ]
    return [entry for entry in entries if entry["value"]]
