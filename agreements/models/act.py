"""An act: its working draft, and the snapshots that parties read, sign and keep."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from agreements.enums import ActType, SignatureLevel, SigningOrder
from agreements.models.library import ActTemplateVersion, ClauseVersion
from cases.models import Case, CaseQuerySet
from catalogue.models import Dataset


class AgreementQuerySet(CaseQuerySet):
    def with_stage(self, *stages: str) -> AgreementQuerySet:
        return self.filter(stage__in=stages)


class Agreement(Case):
    """A convention, an accord or a protocol, from its project to its end.

    `reference` is PRJ-AAAA-NNNN until the last signature, CONV-AAAA-NNN afterwards; both lead to
    it. Where the act comes from is text and number: the app of requests stands above this one.
    """

    project_reference = models.CharField(_("référence du projet"), max_length=20, unique=True)
    act_type = models.CharField(_("type d’acte"), max_length=1, choices=ActType.choices)
    template = models.ForeignKey(
        ActTemplateVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("modèle d’acte"),
    )
    source_case_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    source_reference = models.CharField(_("demande d’origine"), max_length=20, blank=True)
    amends = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name=_("acte modifié"),
    )
    amendment_number = models.PositiveSmallIntegerField(
        _("numéro d’avenant"), null=True, blank=True
    )
    drafting_organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("service rédacteur")
    )
    datasets = models.ManyToManyField(
        Dataset, blank=True, related_name="agreements", verbose_name=_("jeux partagés")
    )
    facts = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    opinions = models.JSONField(default=list)
    formalities = models.JSONField(default=list)
    signature_level = models.CharField(
        _("niveau de signature"),
        max_length=12,
        choices=SignatureLevel.choices,
        default=SignatureLevel.ADVANCED,
    )
    signing_order = models.CharField(
        _("ordre des signatures"),
        max_length=12,
        choices=SigningOrder.choices,
        default=SigningOrder.PARALLEL,
    )
    round = models.PositiveSmallIntegerField(_("tour d’échanges"), default=0)
    effective_on = models.DateField(_("date d’effet"), null=True, blank=True)
    end_on = models.DateField(_("date de fin"), null=True, blank=True)
    signed_at = models.DateTimeField(_("signé le"), null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("convention")
        indexes = [
            models.Index(fields=["effective_on"], name="agreement_by_effect"),
            models.Index(fields=["end_on"], name="agreement_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("effective_on")),
                name="agreement_term_in_order",
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True, amendment_number__isnull=True)
                | Q(amends__isnull=False, amendment_number__isnull=False),
                name="amendment_is_numbered",
            ),
            models.UniqueConstraint(
                fields=["amends", "amendment_number"], name="amendment_number_once"
            ),
        ]

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class Article(models.Model):
    """An article of the working draft: a text that lawyers edit, and the clause it came from.

    `body` holds merge fields, no longer conditions: those were decided when the act was drawn up.
    A removed article stays as a row, with the reason why.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="articles")
    key = models.CharField(max_length=8)
    clause_version = models.ForeignKey(
        ClauseVersion, models.PROTECT, null=True, blank=True, related_name="articles"
    )
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("titre"), max_length=200)
    body = models.TextField(_("rédaction"))
    library_body = models.TextField(_("texte de la bibliothèque"), blank=True)
    locked_by_template = models.BooleanField(_("verrouillé par le modèle d’acte"), default=False)
    deviation_reason = models.TextField(_("motif de l’écart à la bibliothèque"), blank=True)
    removed_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    removed_reason = models.TextField(_("motif du retrait"), blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("article")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="article_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} — {self.title}"

    @property
    def is_locked(self) -> bool:
        version = self.clause_version
        return version is not None and (version.locked or self.locked_by_template)

    @property
    def is_deviation(self) -> bool:
        return self.clause_version is not None and self.body != self.library_body


class AnnexContent(models.Model):
    """What is written in an annex of the working draft."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="annex_contents")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("annexe")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="annex_once"),
        ]

    def __str__(self) -> str:
        return f"Annexe {self.number}"


class AgreementVersion(models.Model):
    """A snapshot of the whole act. The database refuses to change it.

    `content` holds articles (key, number, title, body, text, digest), annexes, values, facts,
    parties and signatories; `sha256` is that of its canonical JSON.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    is_final = models.BooleanField(_("version arrêtée"), default=False)
    round = models.PositiveSmallIntegerField(_("tour d’échanges"), default=0)
    reason = models.CharField(_("motif"), max_length=500, blank=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("version de l’acte")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    def article(self, key: str) -> dict[str, Any] | None:
        """The article of that key as this version says it, if it has one."""
        return next((one for one in self.content["articles"] if one["key"] == key), None)
