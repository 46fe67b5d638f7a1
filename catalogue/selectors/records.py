"""Records, their pages and their dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import has_role
from catalogue import completeness, policies
from catalogue.fieldsets import SECTIONS, Line, is_filled, is_required, label_of
from catalogue.models import Dataset, Distribution, Variable
from catalogue.search import CONFIGURATION, fold, terms

VARIABLES_PER_PAGE = 50
# Said at the top of the page of a record already.
IN_HEADING = frozenset({"title", "alt_title", "description"})


def get_for(user: User, slug: str) -> Dataset:
    """Return a record by its address, retired or not; 404 when there is none.

    Raises PermissionDenied (signed out) or Http404.
    """
    policies.check_can_view(user)
    dataset = Dataset.objects.with_people().defer("search").filter(slug=slug).first()
    if dataset is None:
        raise Http404(_("Ce jeu de données n’existe pas."))
    return dataset


def get_variable_for(user: User, slug: str, pk: int) -> Variable:
    """Return a variable inside its record; 404 when it is not one of this record."""
    policies.check_can_view(user)
    found = Variable.objects.filter(dataset__slug=slug, pk=pk)
    variable = found.select_related("dataset__producer_org", "dataset__data_controller").first()
    if variable is None:
        raise Http404(_("Cette variable n’existe pas dans ce jeu."))
    return variable


def list_by_slugs(slugs: Iterable[str]) -> list[Dataset]:
    """Return published records by their addresses, in the order asked, for the pre-check."""
    wanted = [slug for slug in dict.fromkeys(slugs) if "\x00" not in slug][:50]
    rows = Dataset.objects.published().with_people().defer("search").filter(slug__in=wanted)
    found = {dataset.slug: dataset for dataset in rows}
    return [found[slug] for slug in wanted if slug in found]


def producers_for(user: User) -> QuerySet[Organisation]:
    """Return the organisations for which `user` may write records: all of them for a manager."""
    rows = Organisation.objects.filter(is_active=True)
    if has_role(user, Role.MANAGER):
        return rows
    kept = [held.organisation_id for held in user.held_roles if held.role in policies.KEEPER_ROLES]
    return rows.filter(pk__in=kept)


def list_by_ids(ids: Iterable[int]) -> list[Dataset]:
    """Return records by their keys, retired ones included, in the order asked."""
    wanted = list(dict.fromkeys(ids))
    found = {d.pk: d for d in Dataset.objects.with_people().defer("search").filter(pk__in=wanted)}
    return [found[pk] for pk in wanted if pk in found]


def similar(dataset: Dataset, *, limit: int = 5) -> list[Dataset]:
    """Return the published records nearest in words to a record: same title and keyword stems."""
    words = terms(" ".join([dataset.title, *dataset.keywords]))
    if not words:
        return []
    query = SearchQuery(
        " | ".join(f"'{word}'" for word in words), config=CONFIGURATION, search_type="raw"
    )
    rows = Dataset.objects.published().filter(search=query).exclude(pk=dataset.pk)
    ranked = rows.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "pk")
    return list(ranked.select_related("producer_org").defer("search")[:limit])


@dataclass(frozen=True)
class Entry:
    """One question and its answer, as shown: a label and its words, or nothing said."""

    label: str
    values: list[str]
    is_link: bool = False
    is_missing: bool = False


@dataclass(frozen=True)
class Group:
    code: str
    title: Any
    entries: list[Entry]


@dataclass(frozen=True)
class DictionaryPage:
    """One page of the dictionary of a record."""

    variables: list[Variable]
    total: int
    matching: int
    query: str
    next_key: int | None = None
    previous_key: int | None = None


@dataclass(frozen=True)
class RecordPage:
    """Everything that the page of a record shows."""

    dataset: Dataset
    groups: list[Group]
    distributions: list[Distribution]
    dictionary: DictionaryPage
    parts: list[Dataset]
    similar: list[Dataset]
    missing: list[str]
    abilities: dict[str, bool]


def record_page(
    user: User, slug: str, *, query: str = "", after: int | None = None, before: int | None = None
) -> RecordPage:
    """Read a record for its page: answers by theme, dictionary, resources, parts, neighbours.

    Reserved answers are left out for those who may not read them (forms.md, §7). At most 9 queries.
    Raises PermissionDenied (signed out) or Http404.
    """
    dataset = get_for(user, slug)
    abilities = policies.abilities(user, dataset)
    distributions = list(dataset.distributions.all())
    parts = Dataset.objects.published().filter(part_of=dataset).order_by("sort_title", "pk")
    missing = completeness.missing_required(dataset, has_distributions=bool(distributions))
    return RecordPage(
        dataset=dataset,
        groups=groups(dataset, see_reserved=abilities["see_reserved"], editor=abilities["edit"]),
        distributions=distributions,
        dictionary=variables_of(dataset, query=query, after=after, before=before),
        parts=list(parts.only("slug", "title", "alt_title")[:200]),
        similar=similar(dataset),
        missing=missing,
        abilities=abilities,
    )


def groups(dataset: Dataset, *, see_reserved: bool, editor: bool) -> list[Group]:
    """Return the answers of a record by theme; to its keepers, what is missing too."""
    found = []
    for section in SECTIONS:
        lines = (
            line
            for line in section.lines
            if (see_reserved or not line.reserved) and line.columns[0] not in IN_HEADING
        )
        entries = [entry for line in lines for entry in _entries(dataset, line, editor)]
        if entries:
            found.append(Group(section.code, section.title, entries))
    return found


def _entries(dataset: Dataset, line: Line, editor: bool) -> list[Entry]:
    entries = []
    for place, column in enumerate(line.columns):
        if is_filled(dataset, column):
            entries.append(_entry(dataset, column))
        elif editor and place == 0 and is_required(dataset, line):
            label = label_of(column)
            entries.append(Entry(label[:1].upper() + label[1:], [], is_missing=True))
    return entries


def _entry(dataset: Dataset, column: str) -> Entry:
    field: Any = Dataset._meta.get_field(column)
    label = str(field.verbose_name)
    label = label[:1].upper() + label[1:]
    value = getattr(dataset, column)
    if isinstance(value, list):
        names = dict(field.base_field.choices or ())
        texts = [str(names.get(item, item)) for item in value]
        if column in ("keywords", "health_theme"):
            texts = [", ".join(texts)]
        return Entry(label, texts, is_link=bool(texts) and texts[0].startswith("http"))
    return Entry(
        label, [_text(dataset, column, value)], is_link=str(value).startswith(("http:", "https:"))
    )


def _text(dataset: Dataset, column: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Oui") if value else _("Non")
    if isinstance(value, date):
        day = "1er" if value.day == 1 else str(value.day)
        return f"{day} {formats.date_format(value, 'F Y')}"
    if hasattr(dataset, f"get_{column}_display"):
        return str(getattr(dataset, f"get_{column}_display")())
    if isinstance(value, int):
        return formats.number_format(value, force_grouping=True)
    return str(value)


def variables_of(
    dataset: Dataset, *, query: str = "", after: int | None = None, before: int | None = None
) -> DictionaryPage:
    """Return a page of the dictionary, filtered by words of name, label or nomenclature.

    Accents are ignored; every word must be found. Pages go by key, at most 4 queries.
    """
    rows: QuerySet[Variable] = dataset.variables.all()
    total = rows.count()
    query = query.replace("\x00", "").strip()[:200]
    for word in query.split()[:8]:
        text = fold(word)
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(label__unaccent__icontains=text)
            | Q(nomenclature__icontains=word)
        )
    matching = rows.count() if query else total
    key = before if before is not None else after
    place = None
    if key is not None:
        place = dataset.variables.filter(pk=key).values_list("position", flat=True).first()
    ordered = rows.order_by("position", "pk")
    backward = before is not None and place is not None
    if place is not None:
        sign = "lt" if backward else "gt"
        ordered = ordered.filter(
            Q(**{f"position__{sign}": place}) | Q(**{"position": place, f"pk__{sign}": key})
        )
        ordered = ordered.reverse() if backward else ordered
    found = list(ordered[: VARIABLES_PER_PAGE + 1])
    more = len(found) > VARIABLES_PER_PAGE
    page = found[:VARIABLES_PER_PAGE]
    if backward:
        page.reverse()
    has_next = bool(page) and (more or backward)
    has_previous = bool(page) and (more if backward else place is not None)
    return DictionaryPage(
        variables=page,
        total=total,
        matching=matching,
        query=query,
        next_key=page[-1].pk if has_next else None,
        previous_key=page[0].pk if has_previous else None,
    )
