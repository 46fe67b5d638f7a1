"""How long signed acts are kept, and what becomes of them afterwards."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.enums import ActType, Disposition

# The prescription of the civil code, until the archives service agrees on a duration.
PROPOSED_YEARS = 5


class RetentionRule(models.Model):
    """What the archives service agreed on for a type of act (process.md, §10).

    Without a row, Navette proposes five years after the end of the act, its final disposition
    being still to agree.
    """

    act_type = models.CharField(
        _("type d’acte"), max_length=1, choices=ActType.choices, unique=True
    )
    years = models.PositiveSmallIntegerField(
        _("années de conservation après la fin de l’acte"),
        default=PROPOSED_YEARS,
        validators=[MaxValueValidator(100)],
    )
    disposition = models.CharField(
        _("sort final"),
        max_length=12,
        choices=Disposition.choices,
        default=Disposition.TO_AGREE,
    )
    reference = models.CharField(_("accord du service d’archives"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("durée d’utilité administrative")
        ordering = ["act_type"]

    def __str__(self) -> str:
        return f"{self.get_act_type_display()} : {self.years}"
