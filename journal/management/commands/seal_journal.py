"""`manage.py seal_journal`: seal what has moved since the last seal."""

from typing import Any

from django.core.management.base import BaseCommand

from journal.services import seal


class Command(BaseCommand):
    help = "Scelle les chaînes du journal qui ont changé depuis le dernier scellé."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seal()
        if made is None:
            self.stdout.write("Rien n’a changé depuis le dernier scellé.")
        else:
            dated = "horodaté" if made.timestamp_token else "sans horodatage"
            self.stdout.write(f"Scellé {made.root} ({dated}).")
