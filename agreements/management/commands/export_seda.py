"""`manage.py export_seda REF DIR`: write the transfer of an act to an archiving system."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agreements import services
from agreements.evidence.seda import SedaInvalid
from agreements.library import packing
from agreements.selectors import ArchiveRefused, EvidenceUnavailable
from agreements.selectors.evidence import seda_transfer
from agreements.selectors.keeping import archived_named


class Command(BaseCommand):
    help = "Écrit le bordereau SEDA 2.2 d’un acte et les fichiers qu’il nomme, pour un versement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", metavar="REF", help="CONV-AAAA-NNN")
        parser.add_argument("directory", metavar="DOSSIER", type=Path)

    def handle(self, *args: Any, reference: str, directory: Path, **options: Any) -> None:
        archived = archived_named(reference)
        if archived is None:
            raise CommandError(f"Aucun acte archivé ne porte la référence {reference}.")
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise CommandError(f"{directory} existe déjà et n’est pas vide.")
        try:
            files = seda_transfer(archived)
        except (ArchiveRefused, EvidenceUnavailable, SedaInvalid) as refusal:
            raise CommandError(str(refusal)) from refusal
        services.record_read(
            agreement=archived.agreement, what=f"versement SEDA de {reference}", by=None
        )
        try:
            packing.write_folder(files, directory)
        except OSError as error:
            raise CommandError(f"Dossier impossible à écrire : {error}") from error
        self.stdout.write(f"{directory} : {len(files)} fichiers.")
