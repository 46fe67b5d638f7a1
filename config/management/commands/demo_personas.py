"""Tell how to enter the demonstration: one sign-in for each persona."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.selectors import demo_personas
from accounts.services import DEMO_PASSWORD


class Command(BaseCommand):
    help = "Affiche une connexion pour chaque personnage de la démonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Les personnages n’existent qu’avec NAVETTE_MODE=demo.")
        personas = demo_personas()
        width = max((len(persona.label) for persona in personas), default=0)
        for persona in personas:
            name = persona.user.get_full_name()
            self.stdout.write(f"  {persona.label:<{width}}  {persona.user.email}  ({name})")
        self.stdout.write(f"\nMot de passe de tous : {DEMO_PASSWORD}")
