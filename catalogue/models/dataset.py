"""The record of a dataset: every field of the catalogue form (domain/forms.md, §7)."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from catalogue import enums
from catalogue.validators import validate_details, validate_web_address


def text_field(label: Any, help_text: Any, **options: Any) -> models.TextField[str, str]:
    """A free text of 4 000 characters at most (forms.md, « Common »)."""
    return models.TextField(
        label, blank=True, help_text=help_text, validators=[MaxLengthValidator(4000)], **options
    )


def codes_field(label: Any, choices: Any, help_text: Any = "") -> ArrayField[Any, Any]:
    """Several values of one list."""
    return ArrayField(
        models.CharField(max_length=40, choices=choices),
        verbose_name=label,
        default=list,
        blank=True,
        help_text=help_text,
    )


def code_field(
    label: Any, choices: Any, help_text: Any = "", **options: Any
) -> models.CharField[str, str]:
    """One value of a list, blank while unknown."""
    return models.CharField(
        label, max_length=40, choices=choices, blank=True, help_text=help_text, **options
    )


def web_address(label: Any, help_text: Any = "") -> models.CharField[str, str]:
    return models.CharField(
        label, max_length=1000, blank=True, help_text=help_text, validators=[validate_web_address]
    )


def addresses_field(label: Any, help_text: Any) -> ArrayField[Any, Any]:
    return ArrayField(
        models.CharField(max_length=1000, validators=[validate_web_address]),
        verbose_name=label,
        default=list,
        blank=True,
        help_text=help_text,
    )


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


class Dataset(models.Model):
    # Identity
    identifier = models.CharField(
        _("identifiant (URI)"),
        max_length=400,
        unique=True,
        editable=False,
        help_text=_("Adresse stable attribuée par l’outil."),
    )
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    title = models.CharField(
        _("titre"), max_length=300, help_text=_("Nom compréhensible hors service.")
    )
    alt_title = models.CharField(
        _("acronyme"), max_length=120, blank=True, help_text=_("Sigle ou nom d’usage.")
    )
    description = text_field(
        _("description"), _("Ce que mesure le jeu, unité d’observation, limites d’usage.")
    )
    keywords = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("mots-clés"),
        default=list,
        blank=True,
        help_text=_(
            "Au moins trois mots que chercherait un non-spécialiste, séparés par des virgules."
        ),
    )
    themes = codes_field(
        _("thème européen"), enums.EuTheme.choices, _("Liste européenne ; « Santé » par défaut.")
    )
    social_theme = code_field(
        _("champ"), enums.SocialTheme.choices, _("Domaine de politique publique.")
    )
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("fait partie de"),
        help_text=_("L’ensemble dont ce jeu est une table ou un millésime."),
    )
    dataset_type = code_field(
        _("type"), enums.DatasetType.choices, _("Nature du jeu dans la liste européenne.")
    )
    language = code_field(
        _("langue"), enums.Language.choices, _("Langue des libellés."), default=enums.Language.FRA
    )

    # Who
    producer_org = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="produced_datasets",
        verbose_name=_("organisme producteur"),
        help_text=_("Organisme qui produit ou rassemble les données."),
    )
    producer_unit = models.CharField(
        _("service producteur"),
        max_length=300,
        blank=True,
        help_text=_("Direction ou bureau qui connaît les données."),
    )
    contact_email = models.EmailField(_("contact"), blank=True, help_text=_("Boîte fonctionnelle."))
    contact_person_email = models.EmailField(
        _("contact personnel"),
        blank=True,
        help_text=_("Adresse d’une personne ; jamais publiée quand le jeu n’est pas public."),
    )
    data_controller = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="controlled_datasets",
        verbose_name=_("responsable de traitement"),
        help_text=_("Organisme responsable au sens du RGPD."),
    )
    holder_dpo = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("DPD"),
        help_text=_("Délégué du responsable de traitement."),
    )
    referent = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ADDAC / Référent Données"),
        help_text=_("Correspondant données de l’organisme."),
    )
    steward = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsable de la fiche"),
        help_text=_("Qui tient la fiche."),
    )
    reviewed_on = models.DateField(
        _("fiche revue le"), null=True, blank=True, help_text=_("Dernière relecture de la fiche.")
    )
    publisher_type = code_field(
        _("type d’éditeur"), enums.PublisherType.choices, _("Nature de l’éditeur.")
    )
    publisher_note = text_field(_("note d’éditeur"), _("Courte présentation de l’éditeur."))

    # Origin
    information_system = models.CharField(
        _("système d’information source"),
        max_length=300,
        blank=True,
        help_text=_("Application ou base d’où viennent les données."),
    )
    location = text_field(
        _("localisation des données"), _("Où se trouvent les données (SI, hébergeur, pays).")
    )
    provenance = text_field(_("mode de collecte"), _("Enquête, gestion, remontée, appariement."))
    purpose_original = text_field(
        _("finalité d’origine"), _("Pourquoi les données ont été recueillies.")
    )
    legal_basis = codes_field(
        _("base légale d’origine"),
        enums.LegalBasis.choices,
        _("Base retenue lors de la collecte (RGPD 6 et, s’il y a lieu, 9)."),
    )
    applicable_legislation = addresses_field(
        _("texte applicable"), _("Adresses ELI des textes, une par ligne.")
    )

    # Protection
    personal_data = code_field(
        _("données à caractère personnel"),
        enums.Tri.choices,
        _("Oui dès qu’une personne peut être retrouvée, même sous pseudonyme."),
    )
    sensitivity = code_field(
        _("sensibilité"),
        enums.Sensitivity.choices,
        _("Niveau le plus élevé rencontré dans le jeu."),
    )
    secrets = codes_field(
        _("secrets applicables"),
        enums.Secret.choices,
        _("Secrets légaux qui limitent la communication."),
    )
    protection_measures = text_field(
        _("éléments de protection"), _("Pseudonymisation, seuils, chiffrement.")
    )
    reidentification_risk = code_field(
        _("risque de réidentification"),
        enums.Risk.choices,
        _("Appréciation du producteur, à dater."),
    )
    reidentification_assessed_on = models.DateField(_("risque apprécié le"), null=True, blank=True)
    retention_start = models.DateField(_("début de conservation"), null=True, blank=True)
    retention_end = models.DateField(
        _("fin de conservation"),
        null=True,
        blank=True,
        help_text=_("Début et fin de conservation par le producteur."),
    )

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
        help_text=_("Ce que décrit une ligne : personne, séjour, établissement…"),
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
        _("Peut-on ouvrir ce jeu, en tout ou partie ?"),
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
            GinIndex(
                fields=["search_text"], name="dataset_search_trigram", opclasses=["gin_trgm_ops"]
            ),
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
