"""The record of a dataset: every field of the catalogue form (domain/forms.md, §7)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue import enums
from catalogue.models.columns import (
    addresses_field,
    code_field,
    codes_field,
    text_field,
    web_address,
)
from catalogue.models.description import Description
from catalogue.validators import validate_details


class DatasetQuerySet(models.QuerySet["Dataset"]):
    def published(self) -> DatasetQuerySet:
        """Records shown in the list: those that were not retired."""
        return self.filter(retired_on__isnull=True)

    def with_people(self) -> DatasetQuerySet:
        """Everything a record page names, in one query."""
        return self.select_related(
            "producer_org",
            "data_controller",
            "hdab",
            "holder_dpo",
            "referent",
            "steward",
            "part_of",
        )


class Dataset(Description):
    # Access
    access_rights = code_field(
        _("droits d’accès"),
        enums.AccessRights.choices,
        _("Public, restreint sous conditions, ou non public."),
    )
    access_conditions = text_field(
        _("conditions et modalités d’accès"), _("Qui, comment, délai usuel, acte requis.")
    )
    request_route = code_field(
        _("guichet"), enums.RequestRoute.choices, _("Par où passer pour obtenir les données.")
    )
    landing_url = web_address(_("page du jeu"), _("Page où le jeu est présenté ou téléchargeable."))
    licence = code_field(
        _("licence"), enums.Licence.choices, _("Pour les données ouvertes uniquement.")
    )
    licence_label = models.CharField(_("intitulé de la licence"), max_length=300, blank=True)
    api_url = web_address(_("adresse de l’API"), _("Point d’accès du service."))
    api_documentation = web_address(_("documentation de l’API"))

    # Content
    unit_of_observation = models.CharField(
        _("unité d’observation"),
        max_length=300,
        blank=True,
        help_text=_("Ce que décrit une ligne : personne, séjour, établissement…"),
    )
    population = text_field(
        _("population couverte"), _("Personnes ou objets couverts, et ceux qui manquent.")
    )
    min_age = models.PositiveSmallIntegerField(
        _("âge typique minimal"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(130)],
        help_text=_("Âges le plus souvent rencontrés."),
    )
    max_age = models.PositiveSmallIntegerField(
        _("âge typique maximal"), null=True, blank=True, validators=[MaxValueValidator(130)]
    )
    record_count = models.PositiveBigIntegerField(
        _("nombre d’enregistrements"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(10**15)],
        help_text=_("Ordre de grandeur, à dater."),
    )
    person_count = models.PositiveBigIntegerField(
        _("nombre de personnes"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(10**11)],
        help_text=_("Ordre de grandeur, à dater."),
    )
    counted_on = models.DateField(_("effectifs comptés le"), null=True, blank=True)
    conforms_to = addresses_field(
        _("norme ou schéma suivi"),
        _("Schéma, norme ou cadre d’interopérabilité respecté, une adresse par ligne."),
    )

    # Coverage
    spatial = code_field(
        _("couverture géographique"), enums.Spatial.choices, _("Territoires couverts.")
    )
    spatial_label = models.CharField(
        _("précision sur le territoire"),
        max_length=300,
        blank=True,
        help_text=_("Par exemple le nom de la région."),
    )
    spatial_resolution = code_field(
        _("maille"), enums.Mesh.choices, _("Niveau géographique le plus fin.")
    )
    temporal_start = models.DateField(
        _("première période disponible"),
        null=True,
        blank=True,
        help_text=_("Première et dernière période disponibles."),
    )
    temporal_end = models.DateField(_("dernière période disponible"), null=True, blank=True)
    frequency = code_field(
        _("fréquence de mise à jour"), enums.Frequency.choices, _("Rythme de mise à jour réel.")
    )
    issued = models.DateField(
        _("première publication"),
        null=True,
        blank=True,
        help_text=_("Dates de première publication et de dernière mise à jour."),
    )
    modified = models.DateField(_("dernière mise à jour"), null=True, blank=True)

    # Health (EHDS)
    health_category = codes_field(
        _("catégorie EEDS (art. 51)"),
        enums.HealthCategory.choices,
        _("Catégories de l’article 51 du règlement européen."),
    )
    health_theme = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("thème de santé"),
        default=list,
        blank=True,
        help_text=_("Liste européenne provisoire, séparés par des virgules."),
    )
    coding_systems = codes_field(
        _("nomenclatures"),
        enums.CodingSystem.choices,
        _("CIM-10, CCAM, NABM, FINESS, ATC, LOINC, SNOMED CT."),
    )
    hdab = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisme responsable de l’accès"),
        help_text=_("Au sens du règlement EEDS."),
    )
    trusted_holder = models.BooleanField(
        _("détenteur de confiance (EEDS)"),
        null=True,
        blank=True,
        help_text=_("Désignation au titre du règlement EEDS."),
    )

    # Quality and opening
    quality_statement = text_field(_("qualité"), _("Complétude, fraîcheur, limites."))
    quality_score = models.PositiveSmallIntegerField(
        _("note de qualité (1 à 5)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    quality_assessed_on = models.DateField(_("qualité appréciée le"), null=True, blank=True)
    known_issues = text_field(_("anomalies connues"), _("Erreurs, ruptures, périodes à éviter."))
    publication_status = code_field(
        _("perspective d’ouverture"),
        enums.PublicationStatus.choices,
        _("Peut-on ouvrir ce jeu, en tout ou partie ?"),
    )
    publication_reason = text_field(
        _("motif de la perspective d’ouverture"), _("Ce qui permet ou empêche l’ouverture.")
    )
    hvd = models.BooleanField(
        _("jeu de forte valeur"), null=True, blank=True, help_text=_("Règl. (UE) 2023/138.")
    )
    details = models.JSONField(
        _("compléments"), default=dict, blank=True, editable=False, validators=[validate_details]
    )

    # Kept by the services
    completeness = models.PositiveSmallIntegerField(_("complétude"), default=0, editable=False)
    retired_on = models.DateField(_("fiche retirée le"), null=True, blank=True, editable=False)
    retirement_reason = models.TextField(_("motif du retrait"), blank=True, editable=False)
    source_identifier = models.CharField(
        _("identifiant d’origine"),
        max_length=500,
        null=True,
        blank=True,
        unique=True,
        editable=False,
    )
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("fiche créée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("fiche modifiée le"), auto_now=True)
    sort_title = models.CharField(max_length=320, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    search = SearchVectorField(null=True, editable=False)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        verbose_name = _("jeu de données")
        verbose_name_plural = _("jeux de données")
        constraints = [
            models.CheckConstraint(
                condition=Q(temporal_end__isnull=True)
                | Q(temporal_start__isnull=True)
                | Q(temporal_end__gte=F("temporal_start")),
                name="dataset_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(completeness__lte=100), name="dataset_completeness_percent"
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | ~Q(retirement_reason=""),
                name="dataset_retirement_has_a_reason",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="dataset_search"),
            models.Index(fields=["sort_title", "id"], name="dataset_by_title"),
            models.Index(fields=["producer_org", "title"], name="dataset_by_producer"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalogue:view_dataset", args=[self.slug])

    @property
    def is_retired(self) -> bool:
        return self.retired_on is not None

    @property
    def is_health(self) -> bool:
        """Tell whether HealthDCAT-AP applies to the record."""
        return enums.EuTheme.HEAL in self.themes or bool(self.health_category)

    @property
    def is_open(self) -> bool:
        """Anybody may take the data now: public, under a licence, at a known address."""
        return (
            self.access_rights == enums.AccessRights.PUBLIC
            and self.licence not in ("", enums.Licence.NONE)
            and bool(self.landing_url)
        )

    @property
    def has_api(self) -> bool:
        return bool(self.api_url) or self.request_route == enums.RequestRoute.API

    @property
    def holder(self) -> Organisation:
        """The organisation that decides on the data: the controller, else the producer."""
        return self.data_controller or self.producer_org
