"""`manage.py verify_archive`: name every archived act that is not what was sealed."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from agreements.services.integrity import check_archive


class Command(BaseCommand):
    help = "Relit chaque acte archivé ; code de sortie 1 si l’un n’est plus ce qui a été scellé."

    def handle(self, *args: Any, **options: Any) -> None:
        report = check_archive()
        for reference, problem in report.findings.items():
            self.stdout.write(f"{reference} — {problem}")
        self.stdout.write(report.sentence)
        if not report.is_intact:
            sys.exit(1)
