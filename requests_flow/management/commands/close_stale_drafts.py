"""`manage.py close_stale_drafts`: tell of drafts long unused, close those unused for too long."""

from typing import Any

from django.core.management.base import BaseCommand

from requests_flow.services.stale_drafts import close_stale_drafts


class Command(BaseCommand):
    help = "Prévient des brouillons inutilisés, et clôt ceux qui le restent (délais modifiables)."

    def handle(self, *args: Any, **options: Any) -> None:
        done = close_stale_drafts()
        self.stdout.write(f"Préavis : {done.noticed}. Brouillons clos : {done.closed}.")
