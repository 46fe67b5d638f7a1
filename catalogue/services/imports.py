"""Import of catalogue files: row by row, each in its own transaction, each with its outcome."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.services.organisations import create_organisation
from accounts.services.recording import By, authorise
from catalogue import policies
from catalogue.enums import EuTheme
from catalogue.imports import dcat, dictionaries, schema_commun, snds
from catalogue.imports.admission import admit, admit_distributions
from catalogue.imports.detection import RDF_KINDS, Kind, kind_of
from catalogue.imports.rows import (
    IncomingDataset,
    IncomingDictionary,
    IncomingProducer,
    ParsedRow,
    UnreadableFile,
)
from catalogue.models import Dataset
from catalogue.search import fold
from catalogue.services.datasets import create_dataset, update_dataset
from catalogue.services.outcomes import ImportReport, Outcome, RowReport
from catalogue.services.recording import as_actor
from catalogue.services.variables import replace_variables
from journal.enums import Audience
from journal.services import Subject, record

__all__ = ["ImportReport", "Outcome", "RowReport", "import_file"]

# Refused rows kept in the event of a run; the report itself has them all.
REFUSALS_KEPT = 200


def import_file(
    *,
    path: Path,
    by: By,
    kind: str = "",
    producer: Organisation | None = None,
    create_producers: bool = False,
    dataset: Dataset | None = None,
    on_row: Callable[[RowReport], None] | None = None,
    complete: Callable[[IncomingDataset], dict[str, Any]] | None = None,
    file_name: str = "",
) -> ImportReport:
    """Import a file into the catalogue and report what became of each row.

    Never all or nothing: a row is refused with its reason and the next one is read. A row that
    the last import already brought changes nothing and leaves what people edited since. `kind` is
    one of `Kind` (found from the file when empty); `producer` stands for the producer of every
    row; `create_producers` adds to the directory those that it does not know; `dataset` names the
    record of a dictionary; `complete` tells what is known beyond the file. Each record changed
    leaves one event, and so does the run.

    Raises PermissionDenied (not a manager; for the dictionary of a record, not its keeper).
    A file that cannot be read is a report with `file_error`, not an exception.
    """
    if dataset is not None:
        authorise(policies.check_can_edit, by, dataset)
    else:
        authorise(policies.check_can_import, by)
    run = _Run(by, producer, create_producers, dataset, file_name or path.name, complete)
    report = ImportReport(file=run.file_name)
    try:
        report.kind = str(Kind(kind) if kind else kind_of(path))
        for parsed in _rows(path, Kind(report.kind), dataset):
            row = run.treat(parsed)
            report.rows.append(row)
            if on_row is not None:
                on_row(row)
    except UnreadableFile as error:
        report.file_error = str(error)
    except ValueError:
        report.file_error = _("Format inconnu « %s ».") % kind
    except OSError as error:
        report.file_error = _("Le fichier ne peut pas être ouvert : %s.") % error.strerror
    _record_run(report, by)
    return report


def _rows(path: Path, kind: Kind, dataset: Dataset | None) -> Iterator[ParsedRow]:
    name = dataset.alt_title or dataset.title if dataset is not None else ""
    if kind in RDF_KINDS:
        return dcat.read(path, kind)
    match kind:
        case Kind.SCHEMA_COMMUN:
            return schema_commun.read(path)
        case Kind.SNDS_TABLES:
            return snds.read(path)
        case Kind.TABLE_SCHEMA:
            return dictionaries.read_table_schema(path, dataset_name=name)
        case _:
            return dictionaries.read_csv(path, dataset_name=name)


def _record_run(report: ImportReport, by: By) -> None:
    identifier = str(uuid.uuid4())
    refused = [row for row in report.rows if row.outcome == Outcome.REFUSED]
    record(
        chain=f"catalogue_import:{identifier}",
        kind="catalogue.imported",
        by=as_actor(by),
        subject=Subject("catalogue_import", identifier, report.file),
        summary=_("a importé le fichier « %(file)s » dans le catalogue") % {"file": report.file},
        data={
            "format": report.kind,
            "counts": report.counts,
            "refused": [[row.number, row.label, row.messages] for row in refused[:REFUSALS_KEPT]],
            "error": report.file_error,
        },
        audience=Audience.CELL,
    )


def _digest(content: IncomingDataset, producer_id: int) -> str:
    """The fingerprint of what the file says of one record."""
    said = [content.title, producer_id, content.values, content.distributions, content.part_of]
    text = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@dataclass
class _Run:
    """One import: its choices, and what it learnt on the way."""

    by: By
    producer: Organisation | None
    create_producers: bool
    dataset: Dataset | None
    file_name: str
    complete: Callable[[IncomingDataset], dict[str, Any]] | None = None
    seen: dict[str, int] = field(default_factory=dict)
    directory: dict[str, Organisation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for organisation in Organisation.objects.all():
            self.learn(organisation)

    def learn(self, organisation: Organisation) -> None:
        for word in (organisation.siret, organisation.name, organisation.short_name):
            if word:
                self.directory.setdefault(fold(word), organisation)

    def treat(self, parsed: ParsedRow) -> RowReport:
        """Write one row, or say why not. Whatever happens in it stays in it."""
        report = RowReport(
            parsed.number, parsed.label, Outcome.REFUSED, [*parsed.errors, *parsed.warnings]
        )
        if parsed.errors or parsed.content is None:
            return report
        try:
            with transaction.atomic():
                if isinstance(parsed.content, IncomingDataset):
                    report.outcome = self.record(parsed.content, parsed.number, report)
                else:
                    report.outcome = self.dictionary(parsed.content, report)
        except ValidationError as error:
            report.messages[:0] = _messages(error)
        except PermissionDenied as error:
            report.messages[:0] = [str(error)]
        except DatabaseError:
            report.messages[:0] = [_("valeur refusée par la base de données")]
        return report

    def record(self, content: IncomingDataset, number: int, report: RowReport) -> Outcome:
        first = self.seen.setdefault(content.source_identifier, number)
        if first != number:
            raise ValidationError(_("même identifiant que la ligne %s") % first)
        producer = self.resolve(content.producer)
        digest = _digest(content, producer.pk)
        known = Dataset.objects.filter(source_identifier=content.source_identifier).first()
        if known is not None:
            report.dataset_id = known.pk
            if known.source_digest == digest:
                return Outcome.UNCHANGED
        beyond = self.complete(content) if self.complete is not None else {}
        values, remarks = admit({**beyond, **content.values})
        report.messages.extend(remarks)
        distributions = None
        if content.distributions is not None:
            distributions, remarks = admit_distributions(content.distributions)
            report.messages.extend(remarks)
        values.setdefault("themes", [EuTheme.HEAL])
        if content.part_of:
            values["part_of"] = Dataset.objects.filter(source_identifier=content.part_of).first()
        if known is None:
            return self.create(content, producer, values, distributions or [], digest, report)
        if known.details or "details" in values:
            values["details"] = {**known.details, **values.get("details", {})}
        updated_at = known.updated_at
        known = update_dataset(
            dataset=known,
            by=self.by,
            values={**values, "title": content.title[:300], "producer_org": producer},
            distributions=distributions,
            source_digest=digest,
            origin=self.file_name,
        )
        return Outcome.UPDATED if known.updated_at != updated_at else Outcome.UNCHANGED

    def create(
        self,
        content: IncomingDataset,
        producer: Organisation,
        values: dict[str, Any],
        distributions: list[dict[str, Any]],
        digest: str,
        report: RowReport,
    ) -> Outcome:
        created = create_dataset(
            title=content.title[:300],
            producer_org=producer,
            by=self.by,
            values=values,
            distributions=distributions,
            source_identifier=content.source_identifier,
            source_digest=digest,
            origin=self.file_name,
        )
        report.dataset_id = created.pk
        return Outcome.CREATED

    def dictionary(self, content: IncomingDictionary, report: RowReport) -> Outcome:
        dataset = self.dataset or self.named(content.dataset_name)
        outcome = Outcome.UPDATED
        if dataset is None:
            if self.producer is None or not content.title:
                raise ValidationError(
                    _("aucune fiche ne porte l’acronyme « %s » : importez d’abord les fiches")
                    % content.dataset_name[:80]
                )
            outcome = Outcome.CREATED
            dataset = create_dataset(
                title=content.title,
                producer_org=self.producer,
                by=self.by,
                values={"alt_title": content.dataset_name, "description": content.description},
                origin=self.file_name,
            )
        report.dataset_id = dataset.pk
        changes = replace_variables(
            dataset=dataset, by=self.by, rows=_judged(dataset, content.rows), origin=self.file_name
        )
        report.messages.append(
            _("variables : %(created)s ajoutées, %(updated)s modifiées, %(removed)s retirées")
            % {"created": changes.created, "updated": changes.updated, "removed": changes.removed}
        )
        return outcome if changes or outcome == Outcome.CREATED else Outcome.UNCHANGED

    def named(self, name: str) -> Dataset | None:
        """Find the one record of this acronym or title; two of them are nobody's."""
        found = Dataset.objects.published().filter(
            Q(alt_title__iexact=name) | Q(title__iexact=name)
        )
        matches = list(found.select_related("producer_org")[:2])
        if len(matches) > 1:
            raise ValidationError(
                _("plusieurs fiches portent l’acronyme « %s » : précisez le jeu") % name[:80]
            )
        return matches[0] if matches else None

    def resolve(self, named: IncomingProducer) -> Organisation:
        """Find the producer in the directory: given, by SIRET, by name or acronym; else create."""
        if self.producer is not None:
            return self.producer
        for word in (named.siret, named.name, named.short_name):
            if word and (found := self.directory.get(fold(word))):
                return found
        if not named.name:
            raise ValidationError(_("le producteur n’est pas nommé : précisez-le avec --producer"))
        if not self.create_producers:
            raise ValidationError(
                _("organisme inconnu « %s » : ajoutez-le à l’annuaire, ou importez avec ")
                % named.name[:120]
                + "--create-producers"
            )
        created = create_organisation(
            name=named.name[:200],
            short_name=named.short_name,
            siret=named.siret or None,
            kind=named.kind or _kind_of(named.siret),
            by=self.by,
        )
        self.learn(created)
        return created


def _judged(dataset: Dataset, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give new variables of the SNDS the sensitivity that their names tell; keep what is known."""
    if not (dataset.source_identifier or "").startswith("snds:"):
        return rows
    known = set(dataset.variables.values_list("name", flat=True))
    return [row if row["name"] in known else {**snds.judgement(row["name"]), **row} for row in rows]


def _kind_of(siret: str) -> str:
    """Guess the nature of a body from its SIREN (Insee): 1 the State and its bodies, 2 local."""
    if siret.startswith(("11", "12")):
        return OrganisationKind.DIRECTION
    return OrganisationKind.LOCAL if siret.startswith("2") else OrganisationKind.OPERATOR


def _messages(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [f"{name} : {' '.join(texts)}" for name, texts in error.message_dict.items()]
