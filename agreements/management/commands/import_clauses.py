"""Read the clause library from the files that a legal team keeps in git."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import services
from agreements.enums import ImportOutcome
from agreements.library import packing


class Command(BaseCommand):
    help = "Importe la bibliothèque de clauses d’un dossier et dit, fichier par fichier, quoi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="dossier à lire")
        parser.add_argument("--by", help="adresse électronique de la personne qui importe")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(_("Le dossier %s n’existe pas.") % folder)
        try:
            files = packing.read_folder(folder)
            report = services.import_library(files=files, by=self.person(options["by"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (PermissionDenied, OSError) as error:
            raise CommandError(str(error)) from error
        for line in report.lines:
            said = f"{line.file} ({line.what}) : {line.outcome.label}"
            self.stdout.write(" ".join([said, *line.messages]))
        counted = ", ".join(f"{report.count(one)} {one.label}" for one in ImportOutcome)
        self.stdout.write(f"{counted}.")
        if report.is_refused:
            raise CommandError(_("Des fichiers ont été refusés."))

    def person(self, email: str | None) -> User | None:
        if not email:
            return None
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(_("Personne inconnue : %s") % email)
        return person
