"""Load the demonstration ministry, once, on an empty database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config.demo.loader import load


class Command(BaseCommand):
    help = "Charge le ministère de démonstration dans une base vide."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("La démonstration ne se charge qu’avec NAVETTE_MODE=demo.")
        if User.objects.exists():
            raise CommandError("La base n’est pas vide : la démonstration est déjà chargée.")
        references = load()
        self.stdout.write(f"{len(references)} demandes chargées.")
