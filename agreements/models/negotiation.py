"""What parties say of a version, and the conditions that the act must meet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from agreements.enums import (
    PRIOR_STAGES,
    ProposalState,
    ReserveStage,
    ReserveState,
    ReviewVerdict,
)
from agreements.models.act import Agreement, AgreementVersion
from cases.models import Party


class PartyReview(models.Model):
    """The answer of a party to a version, in a round."""

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="reviews")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    verdict = models.CharField(_("position"), max_length=8, choices=ReviewVerdict.choices)
    comment = models.TextField(_("commentaire"), blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("position d’une partie")
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(fields=["version", "party"], name="review_once"),
        ]

    def __str__(self) -> str:
        return f"{self.party} : {self.get_verdict_display()}"


class ArticlePosition(models.Model):
    """An article that a party discusses or refuses; on the others its review says « d’accord »."""

    review = models.ForeignKey(PartyReview, models.PROTECT, related_name="positions")
    key = models.CharField(max_length=8)
    verdict = models.CharField(_("position"), max_length=8, choices=ReviewVerdict.choices)
    comment = models.TextField(_("proposition ou motif"))

    class Meta:
        verbose_name = _("position sur un article")
        constraints = [
            models.UniqueConstraint(fields=["review", "key"], name="article_position_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=[ReviewVerdict.DISCUSS, ReviewVerdict.REFUSE]),
                name="article_position_not_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} : {self.get_verdict_display()}"


class Reserve(models.Model):
    """A condition of the decision, followed until it is lifted or written in an article."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="reserves")
    text = models.TextField(_("réserve"))
    source = models.CharField(_("origine"), max_length=300, blank=True)
    owner = models.CharField(_("porteur"), max_length=300, blank=True)
    owner_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    stage = models.CharField(_("moment"), max_length=20, choices=ReserveStage.choices)
    proof_expected = models.TextField(_("preuve attendue"), blank=True)
    state = models.CharField(
        _("état"), max_length=16, choices=ReserveState.choices, default=ReserveState.OPEN
    )
    proof = models.TextField(_("preuve"), blank=True)
    proof_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    proof_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settlement = models.TextField(_("motif de la levée"), blank=True)
    article_key = models.CharField(max_length=8, blank=True)

    class Meta:
        verbose_name = _("réserve")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proof_at__isnull=True, proof_by__isnull=True)
                | Q(proof_at__isnull=False, proof_by__isnull=False),
                name="reserve_proof_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReserveState.INSCRIBED) | ~Q(article_key=""),
                name="reserve_inscribed_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ReserveState.LIFTED, ReserveState.INSCRIBED])
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="reserve_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_open(self) -> bool:
        return self.state in (ReserveState.OPEN, ReserveState.PROOF_RECEIVED)

    @property
    def is_prior(self) -> bool:
        return self.stage in PRIOR_STAGES


class Proposal(models.Model):
    """Another wording of an article, proposed by a party; the drafter takes it or not."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="proposals")
    key = models.CharField(max_length=8)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    base = models.TextField(_("texte de départ"))
    body = models.TextField(_("rédaction proposée"))
    reason = models.TextField(_("motif"))
    state = models.CharField(
        _("état"), max_length=10, choices=ProposalState.choices, default=ProposalState.PENDING
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settlement = models.TextField(_("motif du refus"), blank=True)

    class Meta:
        verbose_name = _("proposition de rédaction")
        ordering = ["proposed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state=ProposalState.PENDING, settled_by__isnull=True, settled_at__isnull=True
                )
                | (
                    ~Q(state=ProposalState.PENDING)
                    & Q(settled_by__isnull=False, settled_at__isnull=False)
                ),
                name="proposal_settled_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["agreement", "key", "party"],
                condition=Q(state=ProposalState.PENDING),
                name="one_pending_proposal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} : {self.party}"
