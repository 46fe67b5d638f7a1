"""Import a catalogue file: schéma commun, DCAT, Table Schema, variables, tables of the SNDS."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from catalogue import services
from catalogue.imports.detection import Kind
from catalogue.models import Dataset
from catalogue.services.outcomes import Outcome, RowReport
from journal.services import SYSTEM


class Command(BaseCommand):
    help = "Importe un fichier de catalogue et dit, ligne par ligne, ce qui a été fait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fichier à importer")
        parser.add_argument("--kind", choices=[str(kind) for kind in Kind], default="")
        parser.add_argument("--producer", help="adresse (slug), sigle ou SIRET du producteur")
        parser.add_argument("--create-producers", action="store_true")
        parser.add_argument("--dataset", help="adresse (slug) de la fiche d’un dictionnaire")
        parser.add_argument("--by", help="adresse électronique de la personne qui importe")
        parser.add_argument("--refused-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("Le fichier %s n’existe pas.") % path)
        only_refused = options["refused_only"]

        def show(row: RowReport) -> None:
            if not only_refused or row.outcome == Outcome.REFUSED:
                self.stdout.write(describe(row))

        try:
            report = services.import_file(
                path=path,
                by=self.person(options["by"]),
                kind=options["kind"],
                producer=self.producer(options["producer"]),
                create_producers=options["create_producers"],
                dataset=self.dataset(options["dataset"]),
                on_row=show,
            )
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        counts = ", ".join(
            f"{report.counts[outcome.value]} {outcome.label}(s)" for outcome in Outcome
        )
        self.stdout.write(f"{path.name} ({report.kind or '?'}) : {counts}.")
        if report.file_error:
            raise CommandError(report.file_error)

    def person(self, email: str | None) -> Any:
        if not email:
            return SYSTEM
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(_("Personne inconnue : %s") % email)
        return person

    def producer(self, word: str | None) -> Organisation | None:
        if not word:
            return None
        for lookup in ("slug", "siret", "short_name__iexact", "name__iexact"):
            if found := Organisation.objects.filter(**{lookup: word}).first():
                return found
        raise CommandError(_("Organisme inconnu : %s") % word)

    def dataset(self, slug: str | None) -> Dataset | None:
        if not slug:
            return None
        found = Dataset.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(_("Fiche inconnue : %s") % slug)
        return found


def describe(row: RowReport) -> str:
    """Write a row of the report on one line."""
    reasons = " ; ".join(row.messages)
    return f"{row.number:>6}  {row.outcome.label:<12}{row.label}" + (
        f" — {reasons}" if reasons else ""
    )
