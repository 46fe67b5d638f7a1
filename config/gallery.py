"""Sample contents of the page that shows every component (demonstration and tests only)."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import yaml
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from dsfr.forms import DsfrBaseForm


class SampleForm(DsfrBaseForm):  # type: ignore[misc]
    """One field of each kind, refused on purpose."""

    title = forms.CharField(label="Titre de la demande", max_length=120, help_text="Une phrase.")
    purpose = forms.CharField(
        label="Objectif",
        help_text="Écrit pour une personne qui ne connaît pas votre métier.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    level = forms.ChoiceField(
        label="Niveau de détail",
        help_text="Choisissez le moins fin qui permet d’atteindre l’objectif.",
        choices=[("aggregate", "Tableau agrégé"), ("person", "Une ligne par personne")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un niveau de détail."},
    )
    secrets = forms.MultipleChoiceField(
        label="Secrets protégés par la loi",
        choices=[("medical", "Secret médical"), ("fiscal", "Secret fiscal")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    pathway = forms.ChoiceField(
        label="Voie juridique",
        choices=[("", "Choisissez"), ("art", "Échange entre administrations")],
    )
    wanted_on = forms.DateField(
        label="Date souhaitée", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    file = forms.FileField(
        label="Pièce jointe", help_text="PDF, ODT ou ODS, 10 Mo au plus. Pas de donnée réelle."
    )
    commitment = forms.BooleanField(label="Mon délégué à la protection des données est informé")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].widget.option_hints = {"aggregate": "Aucune ligne par personne."}
        self.fields["pathway"].needed_for = "À fournir avant la décision"


class SampleFilters(DsfrBaseForm):  # type: ignore[misc]
    stage = forms.ChoiceField(
        label="Étape", choices=[("", "Toutes"), ("study", "Étude et avis")], required=False
    )
    text = forms.CharField(label="Texte", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.mark_optional = False


@cache
def _samples() -> dict[str, Any]:
    path = settings.BASE_DIR / "config" / "gallery.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def context(request: HttpRequest) -> dict[str, Any]:
    """Gather the samples of the page; one of them is due today, whatever the day."""
    samples = deepcopy(_samples())
    samples["lines"][1]["due"] = timezone.localdate()
    return {
        **samples,
        "form": SampleForm(data={"title": "", "purpose": "Évaluer."}, files={}),
        "filters": SampleFilters(request.GET or None),
        "saved_at": timezone.now(),
    }
