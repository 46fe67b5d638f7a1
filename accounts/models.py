"""People, organisations, and what each may do there, from when until when."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.mixins import GuardianUserMixin

from accounts.enums import AccreditationScope, OrganisationKind, Role
from accounts.siret import validate_siret


class PeriodQuerySet(models.QuerySet[Any]):
    """Rows valid from `starts_on` until `ends_on`, both included."""

    def current(self, on: date | None = None) -> PeriodQuerySet:
        day = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Organisation(models.Model):
    name = models.CharField(_("nom"), max_length=200, unique=True)
    short_name = models.CharField(_("sigle"), max_length=40, blank=True)
    slug = models.SlugField(max_length=60, unique=True)
    siret = models.CharField(
        _("SIRET"), max_length=14, unique=True, null=True, blank=True, validators=[validate_siret]
    )
    kind = models.CharField(_("nature"), max_length=20, choices=OrganisationKind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("organisme de rattachement"),
    )
    legal_form = models.CharField(_("forme juridique"), max_length=120, blank=True)
    address = models.CharField(_("adresse"), max_length=300, blank=True)
    contact_email = models.EmailField(_("adresse électronique de contact"), blank=True)
    is_active = models.BooleanField(_("en activité"), default=True)

    class Meta:
        verbose_name = _("organisme")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.short_name or self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(GuardianUserMixin, AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("adresse électronique"), unique=True)
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    job_title = models.CharField(_("fonction"), max_length=160, blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    is_active = models.BooleanField(_("compte ouvert"), default=True)
    date_joined = models.DateTimeField(_("compte créé le"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = _("personne")
        ordering = ["last_name", "first_name"]
        # The directory of persons is read page by page in this order.
        indexes = [models.Index(fields=["last_name", "first_name", "id"], name="user_by_name")]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @cached_property
    def held_roles(self) -> frozenset[Any]:
        """The roles of today, read once per request. Steps read them afresh."""
        from accounts.selectors import roles_held

        return roles_held(self)


class Membership(models.Model):
    """A person holds a role in an organisation during a period."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("depuis le"), default=timezone.localdate)
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    is_deputy = models.BooleanField(_("à titre de suppléant"), default=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("rôle dans un organisme")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "starts_on"], name="membership_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_period_in_order",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user} — {self.get_role_display()} ({self.organisation})"


class Absence(models.Model):
    """While somebody is away, a colleague holds all his roles (« suppléance »)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(User, models.PROTECT, related_name="deputisings")
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppléance")
        constraints = [
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="absence_other_person"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="absence_period_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} supplée {self.user} du {self.starts_on} au {self.ends_on}"


class Accreditation(models.Model):
    """An organisation may take part in the circuit, for a scope of data, during a period."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="accreditations")
    scope = models.CharField(_("périmètre"), max_length=16, choices=AccreditationScope.choices)
    act_reference = models.CharField(_("acte d’accréditation"), max_length=200)
    starts_on = models.DateField(_("depuis le"))
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("accréditation")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="accreditation_period_in_order",
            )
        ]
        ordering = ["-starts_on", "-id"]

    def __str__(self) -> str:
        return f"{self.organisation} — {self.get_scope_display()}"


class Delegation(models.Model):
    """A person may sign for an organisation, in virtue of a dated text."""

    user = models.ForeignKey(User, models.PROTECT, related_name="delegations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="delegations")
    reference = models.CharField(_("texte de délégation"), max_length=300)
    title = models.CharField(_("qualité du signataire"), max_length=160)
    act_types = models.CharField(
        _("types d’acte"),
        max_length=20,
        blank=True,
        help_text=_("Lettres des types d’acte couverts (abcdef) ; vide : tous."),
    )
    starts_on = models.DateField(_("depuis le"))
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    revoked_on = models.DateField(_("révoquée le"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("délégation de signature")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="delegation_period_in_order",
            )
        ]
        indexes = [models.Index(fields=["organisation", "user"], name="delegation_by_organisation")]

    def __str__(self) -> str:
        return f"{self.user} — {self.organisation} ({self.reference})"
