"""`manage.py verify_journal`: name every event that is not what was written."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from journal.selectors import verify
from journal.verification import FINDINGS_KEPT


class Command(BaseCommand):
    help = "Contrôle la chaîne du journal ; code de sortie 1 si une rupture est trouvée."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--chain", metavar="CHAÎNE", help="ne contrôler qu’une chaîne, par exemple case:12"
        )

    def handle(self, *args: Any, chain: str | None = None, **options: Any) -> None:
        report = verify(chain=chain)
        for finding in report.findings:
            self.stdout.write(f"{finding.fault.label} — {finding.message}")
        if report.faults > FINDINGS_KEPT:
            self.stdout.write(f"… et {report.faults - FINDINGS_KEPT} autres ruptures.")
        self.stdout.write(f"{report.sentence} {report.chains} chaînes, {report.seals} scellés lus.")
        if not report.is_intact:
            sys.exit(1)
