"""Who signs, what was signed, and the act that nobody can alter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.enums import FileKind, SignatureState
from agreements.models.act import Agreement, AgreementVersion
from cases.models import Party


class Signatory(models.Model):
    """The person designated to sign for a party."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatories")
    party = models.OneToOneField(Party, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)

    class Meta:
        verbose_name = _("signataire")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.user} ({self.party})"

    @property
    def field_name(self) -> str:
        """The name of the signature field in the file."""
        return f"sig_{self.party_id}"


class ActFile(models.Model):
    """A revision of the file of a version: rendered, then one more for each signature and the seal.

    Kept under its SHA-256; the database refuses to change it.
    """

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="files")
    revision = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    page_count = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("fichier de l’acte")
        ordering = ["version", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["version", "revision"], name="act_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} r{self.revision} {self.sha256[:12]}"


class Signature(models.Model):
    """What a signatory did with a frozen version; the database refuses to change it."""

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="signatures")
    signatory = models.ForeignKey(Signatory, models.PROTECT, related_name="signatures")
    state = models.CharField(max_length=10, choices=SignatureState.choices)
    name = models.CharField(_("nom"), max_length=200)
    quality = models.CharField(_("qualité"), max_length=200)
    organisation = models.CharField(_("organisme"), max_length=300)
    delegation = models.CharField(_("pouvoir"), max_length=300, blank=True)
    level = models.CharField(_("niveau"), max_length=40, blank=True)
    certificate = models.CharField(_("certificat"), max_length=300, blank=True)
    file = models.OneToOneField(
        ActFile, models.PROTECT, null=True, blank=True, related_name="signature"
    )
    reason = models.TextField(_("motif du refus"), blank=True)
    # Made elsewhere: what was found when the file came back, as JSON and in French sentences.
    report = models.JSONField(_("rapport de validation"), null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signature")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["version", "signatory"], name="signature_once"),
            models.CheckConstraint(
                condition=Q(state=SignatureState.SIGNED, file__isnull=False)
                | (Q(state=SignatureState.REFUSED) & ~Q(reason="")),
                name="signature_has_file_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} — {self.get_state_display()}"


class ArchivedAct(models.Model):
    """The sealed act, written once: its digests, where it is kept, until when."""

    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="archived")
    version = models.OneToOneField(AgreementVersion, models.PROTECT, related_name="archived")
    reference = models.CharField(_("référence"), max_length=20, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    sha512 = models.CharField(max_length=128)
    size = models.PositiveIntegerField()
    page_count = models.PositiveSmallIntegerField()
    location = models.CharField(max_length=300)
    storage_version = models.CharField(max_length=200, blank=True)
    seal_level = models.CharField(_("niveau du cachet"), max_length=40)
    sealed_at = models.DateTimeField(_("scellé le"))
    retained_until = models.DateField(_("à conserver jusqu’au"), null=True, blank=True)

    class Meta:
        verbose_name = _("acte archivé")
        ordering = ["-sealed_at"]

    def __str__(self) -> str:
        return self.reference
