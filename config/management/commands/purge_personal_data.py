"""`manage.py purge_personal_data`: erase what has no reason to be kept any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.retention import purge


class Command(BaseCommand):
    help = "Efface les données personnelles arrivées au terme de leur conservation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--a-blanc", action="store_true", help="compte sans rien effacer", dest="dry_run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = purge(dry_run=options["dry_run"])
        if options["dry_run"]:
            self.stdout.write("À blanc : rien n’est effacé.")
        for line in report.lines:
            self.stdout.write(line)
