"""The persons whom an act authorises to use its data, each by name (annex 3)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from agreements.enums import AgreementStage
from agreements.models import Agreement
from sharing.enums import LIVE_AUTHORISATION, OPEN_ACCESS, AuthorisationState


class AuthorisedPersonQuerySet(models.QuerySet["AuthorisedPerson"]):
    def live(self) -> AuthorisedPersonQuerySet:
        return self.filter(state__in=LIVE_AUTHORISATION)

    def reviewed_by(self, user: User) -> AuthorisedPersonQuerySet:
        """Keep the open accesses that a person may confirm or remove: all but his own."""
        return self.filter(state__in=OPEN_ACCESS).exclude(user=user)

    def affiliated(self, day: date) -> AuthorisedPersonQuerySet:
        """Keep those who still hold a role in the body under which they were named."""
        membership = Membership.objects.filter(
            user_id=OuterRef("user_id"), organisation_id=OuterRef("organisation_id")
        ).current(day)
        return self.filter(Exists(membership), user__is_active=True)

    def habilitated(self, on: date | None = None) -> AuthorisedPersonQuerySet:
        """Keep those who may use the data on a day: the SQL form of `habilitation.why_closed`.

        The two are compared by a test.
        """
        day = on or timezone.localdate()
        return self.affiliated(day).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            Q(agreement__end_on__isnull=True) | Q(agreement__end_on__gte=day),
            state__in=OPEN_ACCESS,
            starts_on__lte=day,
            training_until__gte=day,
            agreement__stage=AgreementStage.IN_FORCE,
            agreement__effective_on__lte=day,
        )


class AuthorisedPerson(models.Model):
    """Somebody named under an act: access role, training, undertaking, review, removal.

    Named by annex 3 before being tied to an account; the access opens once everything is there.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="authorised_persons")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    last_name = models.CharField(_("nom"), max_length=80)
    first_name = models.CharField(_("prénom"), max_length=80)
    job_title = models.CharField(_("fonction"), max_length=160, blank=True)
    access_role = models.CharField(_("rôle d’accès"), max_length=160, blank=True)
    scope = models.CharField(_("périmètre"), max_length=300, blank=True)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"), null=True, blank=True)
    trained_on = models.DateField(_("formation suivie le"), null=True, blank=True)
    training_until = models.DateField(_("formation valable jusqu’au"), null=True, blank=True)
    undertaking_signed_at = models.DateTimeField(_("engagement signé le"), null=True, blank=True)
    undertaking = models.TextField(_("texte de l’engagement"), blank=True)
    undertaking_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        _("état"), max_length=12, choices=AuthorisationState.choices,
        default=AuthorisationState.PROPOSED,
    )  # fmt: skip
    opened_on = models.DateField(_("accès ouvert le"), null=True, blank=True)
    reviewed_on = models.DateField(_("confirmée le"), null=True, blank=True)
    ended_on = models.DateField(_("retirée le"), null=True, blank=True)
    end_reason = models.CharField(_("motif du retrait"), max_length=500, blank=True)

    objects = AuthorisedPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("personne habilitée")
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "user"],
                condition=Q(state__in=LIVE_AUTHORISATION),
                name="authorised_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="authorised_period_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OPEN_ACCESS)
                | Q(user__isnull=False, undertaking_signed_at__isnull=False,
                    trained_on__isnull=False, training_until__isnull=False,
                    opened_on__isnull=False),
                name="authorised_only_when_all_is_there",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_AUTHORISATION)
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="authorised_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(trained_on__isnull=True, training_until__isnull=True)
                | Q(training_until__gte=F("trained_on")),
                name="authorised_training_in_order",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["user", "agreement"], name="authorised_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_AUTHORISATION

    @property
    def has_open_access(self) -> bool:
        return self.state in OPEN_ACCESS
