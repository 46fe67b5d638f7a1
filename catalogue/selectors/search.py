"""The search of the list: words, filters with their counts, pages by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import Count, F, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue import enums, policies
from catalogue.models import Dataset
from catalogue.search import CONFIGURATION, fold, prefix_query, terms

PAGE_SIZE = 25
# Likeness from which a misspelled word is taken for another one: one wrong letter in about six.
NEAR_ENOUGH = 0.45


@dataclass(frozen=True)
class FilterSpec:
    """One filter of the left column: its name in the URL, its column, its list."""

    name: str
    column: str
    title: Any
    labels: dict[str, Any]


FILTERS: tuple[FilterSpec, ...] = (
    FilterSpec("champ", "social_theme", _("Champ"), dict(enums.SocialTheme.choices)),
    FilterSpec("producteur", "producer_org_id", _("Producteur"), {}),
    FilterSpec("sensibilite", "sensitivity", _("Sensibilité"), dict(enums.Sensitivity.choices)),
    FilterSpec("ouverture", "access_rights", _("Ouverture"), dict(enums.AccessRights.choices)),
    FilterSpec("maille", "spatial_resolution", _("Maille"), dict(enums.Mesh.choices)),
)
NOT_SAID = "non-renseigne"


@dataclass(frozen=True)
class Filters:
    """The chosen values of each filter; several values of one filter add up."""

    champ: tuple[str, ...] = ()
    producteur: tuple[str, ...] = ()
    sensibilite: tuple[str, ...] = ()
    ouverture: tuple[str, ...] = ()
    maille: tuple[str, ...] = ()

    def chosen(self, name: str) -> tuple[str, ...]:
        return getattr(self, name)

    def without(self, name: str, value: str) -> Filters:
        left = tuple(kept for kept in self.chosen(name) if kept != value)
        return replace(self, **{name: left})

    def __bool__(self) -> bool:
        return any(self.chosen(spec.name) for spec in FILTERS)


@dataclass(frozen=True)
class FacetValue:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    title: Any
    values: list[FacetValue]


@dataclass(frozen=True)
class Results:
    """One page of the list."""

    datasets: list[Dataset]
    total: int
    facets: list[Facet]
    is_approximate: bool = False
    next_key: int | None = None
    previous_key: int | None = None
    query: str = ""
    filters: Filters = field(default_factory=Filters)


def _condition(spec: FilterSpec, values: tuple[str, ...]) -> Q:
    """One filter as a condition; a value that no list holds finds nothing."""
    wanted: list[Any] = [value for value in values if value != NOT_SAID]
    if spec.column == "producer_org_id":
        wanted = [int(value) for value in wanted if value.isascii() and value.isdigit()]
        wanted = [number for number in wanted if number < 2**63]
    elif NOT_SAID in values:
        wanted.append("")
    return Q(**{f"{spec.column}__in": wanted})


def _filtered(rows: QuerySet[Dataset], filters: Filters, but: str = "") -> QuerySet[Dataset]:
    for spec in FILTERS:
        if spec.name != but and (values := filters.chosen(spec.name)):
            rows = rows.filter(_condition(spec, values))
    return rows


def _matching(words: list[str], *, approximate: bool) -> QuerySet[Dataset]:
    """Records that hold every word: stemmed and without accents, or spelled nearly so."""
    rows = Dataset.objects.published()
    if approximate:
        for place, word in enumerate(words):
            likeness = TrigramWordSimilarity(fold(word), "search_text")
            rows = rows.alias(**{f"near_{place}": likeness}).filter(
                **{f"near_{place}__gte": NEAR_ENOUGH}
            )
    elif words:
        rows = rows.filter(search=_tsquery(words))
    return rows


def _tsquery(words: list[str]) -> SearchQuery:
    return SearchQuery(prefix_query(words), config=CONFIGURATION, search_type="raw")


def _counts(rows: QuerySet[Dataset], filters: Filters) -> dict[str, list[tuple[str, str, int]]]:
    """Count every filter's values and the total, in one query.

    The values of a filter are counted under the other filters, so that a choice can be widened.
    """
    text = TextField()
    name = Coalesce(NullIf(F("producer_org__short_name"), Value("")), F("producer_org__name"))
    parts = []
    for spec in FILTERS:
        label = name if spec.name == "producteur" else Value("", output_field=text)
        parts.append(
            _filtered(rows, filters, but=spec.name)
            .order_by()
            .annotate(
                facet=Value(spec.name, output_field=text),
                code=Cast(spec.column, text),
                label=Cast(label, text),
            )
            .values_list("facet", "code", "label")
            .annotate(count=Count("pk"))
        )
    total = (
        _filtered(rows, filters)
        .order_by()
        .annotate(
            facet=Value("", output_field=text),
            code=Value("", output_field=text),
            label=Value("", output_field=text),
        )
        .values_list("facet", "code", "label")
        .annotate(count=Count("pk"))
    )
    found: dict[str, list[tuple[str, str, int]]] = {}
    for facet, code, label, count in total.union(*parts, all=True):
        found.setdefault(facet, []).append((code, label, count))
    return found


def _total(counts: dict[str, list[tuple[str, str, int]]]) -> int:
    return sum(count for _code, _label, count in counts.get("", []))


def _facets(counts: dict[str, list[tuple[str, str, int]]], filters: Filters) -> list[Facet]:
    facets = []
    for spec in FILTERS:
        chosen = filters.chosen(spec.name)
        by_code = {code: (label, count) for code, label, count in counts.get(spec.name, [])}
        codes = [*spec.labels, ""] if spec.labels else sorted(by_code, key=lambda c: by_code[c])
        values = []
        for code in codes:
            label, count = by_code.get(code, ("", 0))
            value = code or NOT_SAID
            if not count and value not in chosen:
                continue
            shown = spec.labels.get(code) or label or (_("Non renseigné") if not code else code)
            values.append(FacetValue(value, str(shown), count, value in chosen))
        facets.append(Facet(spec.name, spec.title, values))
    return facets


def _ordered(rows: QuerySet[Dataset], words: list[str]) -> tuple[QuerySet[Dataset], bool]:
    """Order by relevance when words were given, else by title; the key ends both."""
    if not words:
        return rows.order_by("sort_title", "pk"), False
    rank = SearchRank(F("search"), _tsquery(words))
    ranked = rows.annotate(rank=Cast(rank * Value(1_000_000.0), IntegerField()))
    return ranked.order_by("-rank", "pk"), True


def _window(
    rows: QuerySet[Dataset], *, by_rank: bool, key: int | None, backward: bool
) -> QuerySet[Dataset]:
    """Keep the rows after (or before) the one whose key is given; an unknown key keeps all."""
    if key is None:
        return rows
    anchor = rows.filter(pk=key).values_list("rank" if by_rank else "sort_title").first()
    if anchor is None:
        return rows
    column, farther = ("rank", not backward) if by_rank else ("sort_title", backward)
    beyond = Q(**{f"{column}__{'lt' if farther else 'gt'}": anchor[0]})
    beside = Q(**{column: anchor[0], f"pk__{'lt' if backward else 'gt'}": key})
    rows = rows.filter(beyond | beside)
    return rows.reverse() if backward else rows


def search(
    user: User,
    query: str = "",
    filters: Filters | None = None,
    after: int | None = None,
    before: int | None = None,
) -> Results:
    """Search the published records: words without regard to accents, filters, one page by key.

    Words may be beginnings of words, names of variables included; when nothing holds them all, near
    spellings are tried and `is_approximate` is set. At most 5 queries whatever the catalogue holds.
    Raises PermissionDenied (signed out).
    """
    policies.check_can_view(user)
    filters = filters or Filters()
    words = terms(query)
    approximate = False
    matching = _matching(words, approximate=False)
    counts = _counts(matching, filters)
    if words and not _total(counts):
        near = _matching(words, approximate=True)
        near_counts = _counts(near, filters)
        if _total(near_counts):
            approximate, matching, counts = True, near, near_counts
    rows = _filtered(matching, filters)
    ordered, by_rank = _ordered(rows, [] if approximate else words)
    backward = before is not None
    key = before if backward else after
    if key is not None:
        ordered = _window(ordered, by_rank=by_rank, key=key, backward=backward)
    found = list(ordered.select_related("producer_org").defer("search")[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    page = found[:PAGE_SIZE]
    if backward and key is not None:
        page.reverse()
    has_next = bool(page) and (more if not backward else True)
    has_previous = bool(page) and (after is not None if not backward else more)
    return Results(
        datasets=page,
        total=_total(counts),
        facets=_facets(counts, filters),
        is_approximate=approximate,
        next_key=page[-1].pk if has_next else None,
        previous_key=page[0].pk if has_previous else None,
        query=query,
        filters=filters,
    )


def export_rows(user: User, query: str = "", filters: Filters | None = None) -> Iterator[Dataset]:
    """Give every record that a search finds, one at a time, for the exports."""
    policies.check_can_view(user)
    words = terms(query)
    rows = _filtered(_matching(words, approximate=False), filters or Filters())
    if words and not rows.exists():
        rows = _filtered(_matching(words, approximate=True), filters or Filters())
    rows = rows.order_by("sort_title", "pk").with_people().defer("search")  # type: ignore[attr-defined]
    return iter(rows.prefetch_related("distributions").iterator(chunk_size=500))
