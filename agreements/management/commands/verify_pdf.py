"""`manage.py verify_pdf FILE`: what the signatures of any file are worth."""

from __future__ import annotations

import json
import os
import stat
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from agreements.documents import keys
from agreements.documents.verification import MAX_BYTES, Verdict, verify


class Command(BaseCommand):
    help = "Juge les signatures d’un fichier PDF, quel qu’il soit, sans rien écrire ni télécharger."
    # It reads one file: the database is not asked, the deployment not checked.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER")
        parser.add_argument(
            "--json", action="store_true", help="le verdict seul, sur une ligne, sans la phrase"
        )

    def handle(self, *args: Any, file: str, json: bool, **options: Any) -> None:
        verdict = self._judge(file)
        if not json:
            self.stderr.write(verdict.sentence)
        self.stdout.write(_written(verdict, on_one_line=json))

    def _judge(self, file: str) -> Verdict:
        try:
            data = _read(file)
        except OSError as error:
            self.stderr.write(_("Fichier illisible : %s") % error.strerror)
            data = b""
        try:
            return verify(data)
        except keys.KeysUnusable as error:
            self.stderr.write(_("Aucune autorité connue : %s") % error)
            return verify(data, trust_roots=[])


def _read(path: str) -> bytes:
    """The file, or as much of it as shows that it is too large. Raises OSError.

    A pipe or a device, which may never end, is not read."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return b""
        return file.read(MAX_BYTES + 1)


def _written(verdict: Verdict, *, on_one_line: bool) -> str:
    return json.dumps(verdict.as_json(), ensure_ascii=False, indent=None if on_one_line else 2)
