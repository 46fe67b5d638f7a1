"""Reads of the catalogue."""

from catalogue.selectors.precheck import Finding, FindingKind, precheck
from catalogue.selectors.records import (
    DictionaryPage,
    RecordPage,
    get_for,
    get_variable_for,
    list_by_ids,
    list_by_slugs,
    producers_for,
    record_page,
    similar,
    variables_of,
)
from catalogue.selectors.search import (
    Facet,
    FacetValue,
    Filters,
    Results,
    export_rows,
    search,
)

__all__ = [
    "DictionaryPage",
    "Facet",
    "FacetValue",
    "Filters",
    "Finding",
    "FindingKind",
    "RecordPage",
    "Results",
    "export_rows",
    "get_for",
    "get_variable_for",
    "list_by_ids",
    "list_by_slugs",
    "precheck",
    "producers_for",
    "record_page",
    "search",
    "similar",
    "variables_of",
]
