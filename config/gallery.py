"""Sample contents of the page that shows every component (demonstration and tests only)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from dsfr.forms import DsfrBaseForm

PARIS = ZoneInfo("Europe/Paris")


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


def _band() -> dict[str, Any]:
    return {
        "reference": "DEM-2026-0042",
        "meta": "déposée le 2 février 2026 · version 2",
        "title": "Suivre le recours à l’APA à domicile après une hospitalisation",
        "badges": [
            ("Étude et avis en cours", "info"),
            ("Données de santé", "purple-glycine"),
            ("Appariement", "purple-glycine"),
        ],
        "menu": {
            "label": "Instruire la demande",
            "items": [
                {"label": "Conclure l’étude", "url": "#etape", "hint": "Échéance aujourd’hui"},
                {"label": "Demander un complément", "url": "#etape", "post": True,
                 "hint": "Arrête le décompte des délais"},
                {"label": "Enregistrer la conclusion", "url": "",
                 "impossible": "l’avis bloquant du DPD du détenteur manque"},
            ],
        },
        "facts": [
            {"label": "Demandeur", "value": "DGCS", "detail": "Sous-direction de l’autonomie"},
            {"label": "Détenteurs", "value": "CNSA, Atih", "detail": "2 jeux de données"},
            {"label": "Prochain acteur", "value": "Vous, cellule AMDAC"},
            {"label": "Réponse attendue", "value": "", "detail": "20e jour ouvré sur 42"},
        ],
        "tabs": [
            {"label": "Demande", "url": "?onglet=demande"},
            {"label": "Instruction", "url": "?onglet=instruction", "current": True},
            {"label": "Avis", "url": "?onglet=avis", "count": "4 sur 7"},
            {"label": "Échanges", "url": "?onglet=echanges", "count": "2 nouveaux", "new": True},
        ],
    }  # fmt: skip


def _tracks() -> list[dict[str, Any]]:
    return [
        {"name": "Opportunité", "who": "Cellule AMDAC — Claire Morvan", "meta": "jour 20 sur 20",
         "badge": {"text": "À conclure aujourd’hui", "variant": "warning", "icon": True},
         "action": {"label": "Conclure", "url": "#etape", "variant": "secondary", "small": True}},
        {"name": "Faisabilité Atih", "who": "Service accès aux données", "meta": "relancé le 13/03",
         "badge": {"text": "Retard 3 j", "variant": "error", "icon": True},
         "action": {"label": "Relancer", "url": "#etape", "variant": "tertiary", "small": True,
                    "post": True, "full_label": "Relancer\u00a0: faisabilité Atih"}},
        {"name": "DPD du demandeur", "who": "Ministère — Julie Costa", "meta": "rendu le 16/03",
         "badge": ("Favorable, 2 réserves", "success"),
         "action": {"label": "Lire", "url": "#etape", "variant": "link",
                    "full_label": "Lire l’avis du DPD du demandeur"}},
        {"name": "DPD du détenteur", "badge": "Attendu, bloquant",
         "action": {"note": "Relancé le 13 mars"}},
    ]  # fmt: skip


def _lines() -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {"title": "Repérer les ruptures de droits à la complémentaire santé", "url": "#taches",
         "todo": "Vérifier la recevabilité", "due": date(2026, 3, 13),
         "reference": "DEM-2026-0037", "meta": "DSS → Cnam",
         "action": {"label": "Vérifier", "url": "#taches", "small": True,
                    "full_label": "Vérifier\u00a0: DEM-2026-0037"}},
        {"title": "Évaluer l’aide à la vie partagée", "url": "#taches",
         "todo": "Lever une réserve", "due": today, "reference": "DEM-2026-0018",
         "action": {"label": "Examiner", "url": "#taches", "small": True, "variant": "secondary",
                    "full_label": "Examiner\u00a0: DEM-2026-0018"}},
        {"title": "Suivre les indus de RSA", "url": "#taches", "suspended": True,
         "todo": "Attendu\u00a0: complément", "waiting_for": "demandeur",
         "reference": "DEM-2026-0022"},
        {"title": "Une demande en brouillon", "url": "#taches", "badge": "Brouillon",
         "todo": "Étape 4 sur 8", "due_note": "enregistré hier"},
    ]  # fmt: skip


def _texts() -> dict[str, Any]:
    at = datetime(2026, 3, 16, 17, 42, tzinfo=PARIS)
    return {
        "changes": [
            {"label": "Population", "old": "Bénéficiaires de 55 ans et plus, France entière",
             "new": "Bénéficiaires de 60 ans et plus, France entière"},
            {"label": "Variables", "added": ["annee_nais"], "removed": ["date_nais"]},
        ],
        "entries": [
            {"label": "Objectif", "value": "Mesurer le recours.\nComparer les territoires."},
            {"label": "Organismes", "value": ["DGCS", "CNSA"], "changed": "modifié en version 2"},
            {"label": "Budget", "value": None, "url": "#reponses", "hint": "Facultatif."},
            {"label": "Données de santé", "value": True, "badge": ("Sensible", "purple-glycine")},
        ],
        "events": [
            {"text": "Le 16 mars 2026 à 17\u00a0h\u00a042, Julie Costa (DPD du demandeur) a rendu "
             "un avis favorable avec 2 réserves.", "url": "#historique", "icon": "fr-icon-check-line"},
            {"text": "La demande a été déposée.", "at": at},
        ],
        "thread": [
            {"author": "Nadia Ferrand", "organisation": "DGCS", "at": at,
             "text": "L’étude dure trois ans à partir des données.",
             "visible": "Visible\u00a0: demandeur et cellule",
             "files": [{"name": "calendrier.pdf", "url": "#fil", "format": "PDF", "size": 491520,
                        "pages": 24, "state": "Fichier vérifié"}]},
            {"author": "Claire Morvan", "at": at, "internal": "Interne — cellule",
             "text": "L’Atih propose un atelier le 19 mars."},
        ],
    }  # fmt: skip


def _lists() -> dict[str, Any]:
    return {
        "counters": [
            {"n": 6, "label": "À traiter", "detail": "2 en retard", "url": "#taches", "todo": True},
            {"n": 9, "label": "En attente d’un tiers", "url": "#taches"},
            {"n": 0, "label": "Échéances", "detail": "dans les 30 prochains jours", "url": "#dates"},
        ],
        "dates": [
            {"day": date(2026, 4, 1), "title": "Première livraison attendue", "url": "#dates",
             "detail": "Remontées médico-sociales", "reference": "CONV-2026-006"},
            {"day": date(2026, 3, 24), "title": "Fin du 2e tour d’échanges"},
        ],
        "kpis": [
            {"label": "Demandes déposées", "value": 37, "detail": "31 à la même date en 2025"},
            {"label": "Délai médian", "value": 34, "unit": "j ouvrés"},
            {"label": "Bilans remis", "value": 14, "detail": "3 en retard", "url": "#chiffres"},
        ],
        "checks": [
            {"label": "3 champs à compléter", "detail": "articles 12, 15 et 24", "url": "#controles"},
            {"label": "2 articles en discussion", "state": "talk"},
            {"label": "Homologation trop courte", "state": "blocked", "url": "#controles"},
            {"label": "Pouvoirs des signataires", "state": "ok"},
        ],
        "steps": [
            {"label": "Besoin et vérifications", "url": "#brouillon", "state": "ok",
             "detail": "Complète"},
            {"label": "Cas d’usage", "url": "#brouillon", "state": "warn",
             "detail": "1 champ à compléter"},
            {"label": "Données demandées", "url": "#brouillon", "state": "current",
             "detail": "En cours"},
            {"label": "Récapitulatif", "state": "todo", "detail": "À remplir"},
        ],
        "conditions": [
            {"badge": ("Préalable", "warning"), "when": "avant signature",
             "title": "Remplacer la date de naissance par l’année", "meta": "Porteur\u00a0: DGCS"},
        ],
        "cards": [
            {"title": "Bénéficiaires de l’APA à domicile", "url": "#cartes",
             "detail": "CNSA · mise à jour trimestrielle", "text": "64 variables, 2018 à 2025.",
             "badges": [("Sensible", "purple-glycine")],
             "actions": [{"label": "Demander ces données", "url": "#cartes",
                          "variant": "secondary", "small": True}]},
        ],
        "columns": ["Dossier", "Attendu de", {"label": "Retard", "numeric": True,
                    "sort_url": "?tri=retard", "sort": "descending"}],
        "rows": [
            [{"text": "Parcours de soins en oncologie", "url": "#tableau",
              "small": "PRJ-2025-0038"}, "Atih, négociation", "21 j"],
            {"cells": ["Aides à domicile", None, {"badge": ("Retard 9 j", "error")}], "off": True},
        ],
    }  # fmt: skip


def context(request: HttpRequest) -> dict[str, Any]:
    """Gather the samples of the page."""
    form = SampleForm(data={"title": "", "purpose": "Évaluer."}, files={})
    return {
        **_texts(),
        **_lists(),
        "band": _band(),
        "tracks": _tracks(),
        "lines": _lines(),
        "form": form,
        "filters": SampleFilters(request.GET or None),
        "stepper": {
            "current": 3, "total": 7, "title": "Étude et avis", "next": "Décision des détenteurs",
            "steps": [
                {"label": "Dépôt", "state": "done", "real": date(2026, 2, 2)},
                {"label": "Étude et avis", "state": "current", "planned": date(2026, 3, 24)},
                {"label": "Décision", "state": "todo"},
            ],
        },
        "next_steps": {"steps": [
            {"who": "Vous", "text": "concluez l’étude.", "when": "Aujourd’hui, 17 mars"},
            {"who": "Le DPD de la CNSA", "text": "rend son avis. Sans lui, la décision est bloquée.",
             "when": "Au plus tard le 24 mars"},
        ]},
        "verify": {
            "sentence": "Vous donnez un avis favorable sous 2 réserves.",
            "effects": ["Le demandeur reçoit le courrier de décision.",
                        "Votre décision ne pourra plus être modifiée."],
            "submit_label": "Enregistrer la décision",
        },
        "crumbs": [{"label": "Accueil", "url": "/"}],
        "saved_at": timezone.now(),
    }  # fmt: skip
