"""Write the clause library as the files that a legal team keeps in git."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agreements import selectors
from agreements.library import packing


class Command(BaseCommand):
    help = "Écrit la bibliothèque de clauses dans un dossier, en fichiers Markdown."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="dossier à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        files = selectors.library_files()
        try:
            packing.write_folder(files, options["folder"])
        except OSError as error:
            raise CommandError(_("Dossier impossible à écrire : %s") % error) from error
        self.stdout.write(_("%s fichiers écrits.") % len(files))
