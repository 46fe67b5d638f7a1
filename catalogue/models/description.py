"""First half of a record: what the data are, who answers for them, whence and how protected."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from catalogue import enums
from catalogue.models.columns import addresses_field, code_field, codes_field, text_field


class Description(models.Model):
    """Identity, actors, origin and protection of a dataset (domain/forms.md, §7)."""

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
        _("thème européen"), enums.EuTheme.choices, _("Liste européenne ; « Santé » par défaut.")
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
        help_text=_("Adresse d’une personne ; jamais publiée quand le jeu n’est pas public."),
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

    class Meta:
        abstract = True
