"""`manage.py list_acts`: the references of signed acts, one a line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agreements.enums import AgreementStage
from agreements.selectors.keeping import references


class Command(BaseCommand):
    help = "Écrit les références des actes signés, une par ligne ; avec --state, de tout état."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", choices=AgreementStage.values, help="n’écrire que cet état")
        parser.add_argument("--limit", type=int, metavar="N", help="n’en écrire que N")

    def handle(
        self, *args: Any, state: str | None = None, limit: int | None = None, **options: Any
    ) -> None:
        for reference in references(state=state, limit=limit):
            self.stdout.write(reference)
