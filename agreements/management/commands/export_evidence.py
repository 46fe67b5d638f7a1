"""`manage.py export_evidence REF FILE.zip`: write the evidence of an act, whole."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agreements import services
from agreements.selectors import ArchiveRefused
from agreements.selectors.evidence import EvidenceUnavailable, whole_evidence
from agreements.selectors.keeping import archived_named


class Command(BaseCommand):
    help = "Écrit le dossier de preuve d’un acte, que son « verify.py » contrôle sans Navette."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", metavar="REF", help="CONV-AAAA-NNN")
        parser.add_argument("path", metavar="FICHIER.zip", type=Path)

    def handle(self, *args: Any, reference: str, path: Path, **options: Any) -> None:
        archived = archived_named(reference)
        if archived is None:
            raise CommandError(f"Aucun acte archivé ne porte la référence {reference}.")
        try:
            data = whole_evidence(archived)
        except (ArchiveRefused, EvidenceUnavailable) as refusal:
            raise CommandError(str(refusal)) from refusal
        services.record_read(
            agreement=archived.agreement, what=f"dossier de preuve de {reference}", by=None
        )
        try:
            path.write_bytes(data)
        except OSError as error:
            raise CommandError(f"Fichier impossible à écrire : {error}") from error
        self.stdout.write(f"{path} : {len(data)} octets.")
