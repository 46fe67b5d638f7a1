"""The floor: what a page costs when it does nothing but read 25 rows by an index."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from cases.models import Case

ROWS = 25
COLUMNS = ["Référence", "Échéance", "Titre", "Acteurs", "Étape", "Prochain acteur", "Avis"]


class FloorView(TemplateView):
    """The frame of every page and a table as heavy as that of the list of requests."""

    template_name = "bench/floor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cases = Case.objects.filter(kind="request", next_due_on__isnull=False).order_by(
            "kind", "next_due_on", "id"
        )[:ROWS]
        rows = [
            [
                {"text": case.reference or "–", "url": case.get_absolute_url()},
                {
                    "due": case.next_due_on,
                    "suspended": False,
                    "text": f"{case.next_due_on:%d/%m/%Y}",
                },
                case.title,
                case.stage,
                {"badge": {"text": case.stage_label, "variant": "blue-ecume"}, "text": ""},
                "–",
                "–",
            ]
            for case in cases
        ]
        return super().get_context_data(columns=COLUMNS, rows=rows, **kwargs)
