"""What a dataset is made of, and where it is reached."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue import enums
from catalogue.models.dataset import Dataset
from catalogue.validators import validate_web_address


class Variable(models.Model):
    """One line of the dictionary of a dataset; minimisation is chosen line by line."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="variables")
    position = models.PositiveIntegerField(_("rang"), default=0)
    name = models.CharField(_("nom"), max_length=120)
    label = models.CharField(_("libellé"), max_length=500, blank=True)
    type = models.CharField(
        _("type"), max_length=20, choices=enums.VariableType.choices, blank=True
    )
    format = models.CharField(_("format"), max_length=60, blank=True)
    definition = models.TextField(_("définition"), blank=True)
    nomenclature = models.CharField(_("nomenclature"), max_length=200, blank=True)
    sensitivity = models.CharField(
        _("sensibilité"), max_length=20, choices=enums.Sensitivity.choices, blank=True
    )
    identifier_kind = models.CharField(
        _("identifiant"),
        max_length=10,
        choices=enums.IdentifierKind.choices,
        default=enums.IdentifierKind.NONE,
    )
    available_from = models.PositiveSmallIntegerField(
        _("disponible depuis (année)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )
    available_until = models.PositiveSmallIntegerField(
        _("supprimée en (année)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )

    class Meta:
        verbose_name = _("variable")
        ordering = ["dataset", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "name"], name="variable_once_per_dataset")
        ]
        indexes = [models.Index(fields=["dataset", "position", "id"], name="variable_in_order")]

    def __str__(self) -> str:
        return f"{self.name} — {self.label}" if self.label else self.name

    @property
    def is_identifier(self) -> bool:
        """Tell whether the variable names somebody by itself (NIR, name, telephone…)."""
        return self.identifier_kind == enums.IdentifierKind.DIRECT


class Distribution(models.Model):
    """A file, a base or an API by which the data are reached (« ressource »)."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="distributions")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("titre"), max_length=300, blank=True)
    format = models.CharField(_("format"), max_length=120, blank=True)
    access_url = models.CharField(
        _("adresse d’accès"), max_length=1000, blank=True, validators=[validate_web_address]
    )
    volume = models.CharField(
        _("volume"),
        max_length=60,
        blank=True,
        help_text=_("Par exemple 12 Mo ou 3 millions de lignes."),
    )
    byte_size = models.PositiveBigIntegerField(
        _("taille en octets"), null=True, blank=True, validators=[MaxValueValidator(10**18)]
    )
    schema_url = models.CharField(
        _("schéma"), max_length=1000, blank=True, validators=[validate_web_address]
    )
    is_api = models.BooleanField(_("accès par API"), default=False)

    class Meta:
        verbose_name = _("ressource")
        ordering = ["dataset", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "position"], name="distribution_once_per_rank"
            )
        ]

    def __str__(self) -> str:
        return self.title or self.format or self.access_url
