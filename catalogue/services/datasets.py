"""Records: created, changed, retired, put back. A record is never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.services.recording import By, authorise
from catalogue import completeness, policies
from catalogue.fieldsets import editable_columns
from catalogue.models import Dataset, Distribution
from catalogue.search import fold
from catalogue.services.recording import plain, record_dataset, refresh_search

# Last parts of URLs of the catalogue that no record may take.
RESERVED_SLUGS = frozenset({"nouveau", "export"})
DISTRIBUTION_COLUMNS = (
    "title", "format", "access_url", "volume", "byte_size", "schema_url", "is_api",
)  # fmt: skip
MOST_DISTRIBUTIONS = 500
# Any number, the same everywhere: the key of PostgreSQL's advisory lock.
CREATION_LOCK = 7_221_043


def free_slug(title: str, alt_title: str = "") -> str:
    """Return an address that no record has, from the title (and the acronym when short)."""
    named_in_title = fold(alt_title) in fold(title)
    words = title if named_in_title else f"{alt_title} {title}"
    base = slugify(words)[:70].strip("-") or "jeu"
    if base in RESERVED_SLUGS:
        base = f"jeu-{base}"
    taken = set(Dataset.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _assign(dataset: Dataset, values: Mapping[str, Any]) -> None:
    unknown = set(values) - editable_columns() - {"details"}
    if unknown:
        raise ValueError(f"not columns of a record: {sorted(unknown)}")
    for column, value in values.items():
        setattr(dataset, column, value)


def _check(dataset: Dataset) -> None:
    start, end = dataset.temporal_start, dataset.temporal_end
    if start and end and end < start:
        raise ValidationError({"temporal_end": _("La dernière période doit suivre la première.")})
    if dataset.retention_start and dataset.retention_end:
        if dataset.retention_end < dataset.retention_start:
            raise ValidationError(
                {"retention_end": _("La fin de conservation doit suivre son début.")}
            )
    if dataset.min_age is not None and dataset.max_age is not None:
        if dataset.max_age < dataset.min_age:
            raise ValidationError({"max_age": _("L’âge maximal doit dépasser l’âge minimal.")})
    if dataset.pk and dataset.part_of_id == dataset.pk:
        raise ValidationError({"part_of": _("Un jeu ne fait pas partie de lui-même.")})
    # Addresses are unique by construction, under the lock of creation; the table checks the rest.
    dataset.full_clean(validate_unique=False, validate_constraints=False)


def _keep_up(dataset: Dataset) -> None:
    """Recompute what follows from the columns: sort key, near-spelling text, completeness."""
    dataset.sort_title = fold(dataset.title).lstrip(" [(«\"'")[:320]
    dataset.search_text = fold(" ".join([dataset.title, dataset.alt_title, *dataset.keywords]))
    saved = dataset.pk is not None
    dataset.completeness = completeness.score(
        dataset,
        has_distributions=saved and dataset.distributions.exists(),
        has_variables=saved and dataset.variables.exists(),
    )


def recompute(dataset: Dataset) -> None:
    """Recompute completeness and search words after a change in another table."""
    _keep_up(dataset)
    dataset.save(update_fields=["sort_title", "search_text", "completeness", "updated_at"])
    refresh_search(dataset)


def _one_creation_at_a_time() -> None:
    """Two people who create at once must not be given the same address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CREATION_LOCK])


def _same_title(title: str, producer_org: Organisation) -> bool:
    same = Dataset.objects.published().filter(producer_org=producer_org, title__iexact=title)
    return same.exists()


@transaction.atomic
def create_dataset(
    *,
    title: str,
    producer_org: Organisation,
    by: By,
    values: Mapping[str, Any] | None = None,
    distributions: Sequence[Mapping[str, Any]] = (),
    source_identifier: str | None = None,
    source_digest: str = "",
    origin: str = "",
) -> Dataset:
    """Add a record: its title, its producer, any editable column in `values`, its resources.

    The address and the identifier are given here, once (forms.md, §7 `identifier`). `origin` names
    the file of an import. Raises PermissionDenied (neither manager, nor holder or data referent of
    the producer) or ValidationError (by column; a title that the producer already uses).
    """
    authorise(policies.check_can_create, by, producer_org)
    _one_creation_at_a_time()
    if source_identifier is None and _same_title(title, producer_org):
        raise ValidationError(
            {"title": _("Une fiche de cet organisme porte déjà ce titre : complétez-la.")}
        )
    dataset = Dataset(source_identifier=source_identifier, source_digest=source_digest)
    _assign(dataset, {**(values or {}), "title": title, "producer_org": producer_org})
    dataset.slug = free_slug(title, dataset.alt_title)
    dataset.identifier = f"{settings.SITE_URL}/catalogue/{dataset.slug}/"
    _keep_up(dataset)
    _check(dataset)
    dataset.save()
    if distributions:
        write_distributions(dataset, distributions)
    recompute(dataset)
    filled = {column: plain(getattr(dataset, column)) for column in sorted(values or {})}
    record_dataset(
        dataset,
        kind="dataset.created",
        by=by,
        summary=_("a créé la fiche du jeu « %(title)s »") % {"title": dataset.title},
        data={
            "after": {**filled, "producer_org": str(producer_org)},
            "distributions": len(distributions),
            "origin": origin,
        },
    )
    return dataset


@transaction.atomic
def update_dataset(
    *,
    dataset: Dataset,
    by: By,
    values: Mapping[str, Any],
    distributions: Sequence[Mapping[str, Any]] | None = None,
    source_digest: str | None = None,
    origin: str = "",
) -> Dataset:
    """Change any editable column of a record. Nothing is recorded when nothing changes.

    A keeper may not give the record to an organisation that he does not keep. Raises
    PermissionDenied (not a keeper of the record) or ValidationError by column.
    """
    dataset = _locked(dataset)
    authorise(policies.check_can_edit, by, dataset)
    before = {column: getattr(dataset, column) for column in values}
    _assign(dataset, values)
    changed = [column for column in values if getattr(dataset, column) != before[column]]
    if "producer_org" in changed:
        authorise(policies.check_can_create, by, dataset.producer_org)
    if changed:
        _check(dataset)
    if changed:
        dataset.save()
    if source_digest is not None:
        dataset.source_digest = source_digest
        Dataset.objects.filter(pk=dataset.pk).update(source_digest=source_digest)
    resources_changed = distributions is not None and write_distributions(dataset, distributions)
    if changed or resources_changed:
        recompute(dataset)
        after = {column: plain(getattr(dataset, column)) for column in changed}
        if resources_changed:
            after["distributions"] = distribution_rows(dataset)
        record_dataset(
            dataset,
            kind="dataset.updated",
            by=by,
            summary=_("a modifié la fiche du jeu « %(title)s »") % {"title": dataset.title},
            data={
                "before": {column: plain(before[column]) for column in changed},
                "after": after,
                "origin": origin,
            },
        )
    return dataset


def _locked(dataset: Dataset) -> Dataset:
    return (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("producer_org", "data_controller")
        .get(pk=dataset.pk)
    )


@transaction.atomic
def retire_dataset(*, dataset: Dataset, by: By, reason: str) -> Dataset:
    """Take a record out of the list; its page stays for the files that name it.

    Raises PermissionDenied (not a keeper) or ValidationError (already retired, no reason).
    """
    dataset = _locked(dataset)
    authorise(policies.check_can_retire, by, dataset)
    if dataset.is_retired:
        raise ValidationError(_("Cette fiche est déjà retirée."))
    if not reason.strip():
        raise ValidationError({"reason": _("Indiquez pourquoi la fiche est retirée.")})
    dataset.retired_on = timezone.localdate()
    dataset.retirement_reason = reason.strip()
    dataset.save(update_fields=["retired_on", "retirement_reason", "updated_at"])
    record_dataset(
        dataset,
        kind="dataset.retired",
        by=by,
        summary=_("a retiré la fiche du jeu « %(title)s »") % {"title": dataset.title},
        data={},
        reason=dataset.retirement_reason,
    )
    return dataset


@transaction.atomic
def restore_dataset(*, dataset: Dataset, by: By) -> Dataset:
    """Put a retired record back in the list.

    Raises PermissionDenied (not a keeper) or ValidationError (the record is not retired).
    """
    dataset = _locked(dataset)
    authorise(policies.check_can_retire, by, dataset)
    if not dataset.is_retired:
        raise ValidationError(_("Cette fiche n’est pas retirée."))
    before = {
        "retired_on": plain(dataset.retired_on), "retirement_reason": dataset.retirement_reason,
    }  # fmt: skip
    dataset.retired_on = None
    dataset.retirement_reason = ""
    dataset.save(update_fields=["retired_on", "retirement_reason", "updated_at"])
    record_dataset(
        dataset,
        kind="dataset.restored",
        by=by,
        summary=_("a rétabli la fiche du jeu « %(title)s »") % {"title": dataset.title},
        data={"before": before},
    )
    return dataset


def distribution_rows(dataset: Dataset) -> list[dict[str, Any]]:
    return list(dataset.distributions.values(*DISTRIBUTION_COLUMNS))


@transaction.atomic
def replace_distributions(
    *, dataset: Dataset, by: By, rows: Sequence[Mapping[str, Any]], origin: str = ""
) -> bool:
    """Replace the list of resources of a record; tell whether anything changed.

    Raises PermissionDenied (not a keeper) or ValidationError (a row without format, address and
    title; too many rows; a wrong address).
    """
    dataset = _locked(dataset)
    authorise(policies.check_can_edit, by, dataset)
    if not write_distributions(dataset, rows):
        return False
    recompute(dataset)
    record_dataset(
        dataset,
        kind="dataset.distributions_replaced",
        by=by,
        summary=_("a modifié les ressources du jeu « %(title)s »") % {"title": dataset.title},
        data={"after": distribution_rows(dataset), "origin": origin},
    )
    return True


def write_distributions(dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Write resources without an event: the caller holds the lock and records its own."""
    if len(rows) > MOST_DISTRIBUTIONS:
        raise ValidationError(
            _("Une fiche porte au plus %(count)s ressources.") % {"count": MOST_DISTRIBUTIONS}
        )
    fresh = []
    for position, row in enumerate(rows):
        distribution = Distribution(dataset=dataset, position=position, **row)
        if not (distribution.title or distribution.format or distribution.access_url):
            raise ValidationError(_("Donnez un titre, un format ou une adresse à la ressource."))
        distribution.full_clean(validate_unique=False, validate_constraints=False)
        fresh.append(distribution)
    wanted = [{c: getattr(item, c) for c in DISTRIBUTION_COLUMNS} for item in fresh]
    if wanted == distribution_rows(dataset):
        return False
    dataset.distributions.all().delete()
    Distribution.objects.bulk_create(fresh)
    return True
