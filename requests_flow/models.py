"""A request for data, from the draft to the decision."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from cases.models import Attachment, Case, Task
from catalogue.models import Dataset
from questionnaires.models import AnswerSet
from requests_flow.enums import (
    REDIRECTIONS,
    ComplementState,
    ConclusionKind,
    ConditionStage,
    ConditionState,
    ConsultationKind,
    DecisionOutcome,
    FormalityAnswer,
    Priority,
    RefusalReason,
    Verdict,
    reasons_text,
)


class DataRequest(Case):
    """The use case that a team files (« fiche cas d’usage »)."""

    answers = models.OneToOneField(AnswerSet, models.PROTECT, related_name="data_request")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("demandeur")
    )
    request_kind = models.CharField(max_length=24, blank=True)
    urgency = models.CharField(max_length=12, blank=True)
    parent_reference = models.CharField(_("convention d’origine"), max_length=20, blank=True)
    precheck = models.JSONField(default=dict)
    complete_on = models.DateField(_("complète le"), null=True, blank=True)
    legal_pathway = models.CharField(_("voie juridique"), max_length=24, blank=True)
    act_type = models.CharField(max_length=8, blank=True)
    risk_level = models.CharField(max_length=8, blank=True)
    is_dpia_required = models.BooleanField(_("AIPD nécessaire"), default=False)
    redirect_url = models.URLField(blank=True)
    redirect_contact = models.CharField(max_length=200, blank=True)
    redirect_desk = models.CharField(_("guichet"), max_length=60, blank=True)
    redirect_licence = models.CharField(_("licence"), max_length=200, blank=True)
    redirect_reason = models.TextField(_("motif de la réorientation"), blank=True)

    class Meta:
        verbose_name = _("demande")

    @property
    def is_sent_elsewhere(self) -> bool:
        """Whether the cell redirected the request itself, before any decision."""
        return self.outcome in REDIRECTIONS and bool(self.redirect_reason)


class Revision(models.Model):
    """One submission: the answers as they were filed, for ever."""

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    answers = models.OneToOneField(AnswerSet, models.PROTECT, related_name="revision_of")
    submitted_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("version déposée")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["data_request", "number"], name="revision_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class RequestedDataset(models.Model):
    """A dataset that is asked for, known to the catalogue or described in words."""

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="requested")
    dataset = models.ForeignKey(Dataset, models.PROTECT, null=True, related_name="requests")
    description = models.TextField(blank=True)
    holder = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("jeu demandé")

    def __str__(self) -> str:
        return self.dataset.title if self.dataset else self.description[:80]


class Consultation(models.Model):
    """One track of the case: a visa, the study, a feasibility, an opinion."""

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="consultations")
    kind = models.CharField(max_length=16, choices=ConsultationKind.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    task = models.OneToOneField(Task, models.PROTECT, null=True, related_name="consultation")
    answers = models.OneToOneField(
        AnswerSet, models.PROTECT, null=True, related_name="consultation"
    )
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)
    synthesis = models.TextField(_("synthèse"), blank=True)
    priority = models.CharField(
        _("priorité pour l’organisme"), max_length=8, choices=Priority.choices, blank=True
    )
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("consultation")
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_at__isnull=True, given_by__isnull=True)
                | Q(given_at__isnull=False, given_by__isnull=False),
                name="consultation_given_pair",
            )
        ]

    def __str__(self) -> str:
        where = f" — {self.organisation}" if self.organisation_id else ""
        return f"{self.get_kind_display()}{where}"


class HolderDecision(models.Model):
    """What a holder decides for the data he is responsible for (F6: nobody decides for him)."""

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="decisions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=24, choices=DecisionOutcome.choices)
    reason_codes = ArrayField(
        models.CharField(max_length=24, choices=RefusalReason.choices),
        default=list,
        blank=True,
        verbose_name=_("motifs codés"),
    )
    motivation = models.TextField(_("motivation"), blank=True)
    kept = models.TextField(_("données et variables retenues"), blank=True)
    refused = models.TextField(_("données et variables refusées"), blank=True)
    power = models.CharField(_("délégation"), max_length=300)
    answers = models.OneToOneField(AnswerSet, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("décision du détenteur")
        ordering = ["decided_at", "id"]

    def __str__(self) -> str:
        return f"{self.organisation} : {self.get_outcome_display()}"

    @property
    def reasons(self) -> str:
        """« Base légale absente, Secret opposable »"""
        return reasons_text(self.reason_codes)


class Conclusion(models.Model):
    """What the cell concludes (never « autorise »), on arbitration or on re-examination too."""

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="conclusions")
    kind = models.CharField(max_length=16, choices=ConclusionKind.choices)
    outcome = models.CharField(max_length=24, choices=DecisionOutcome.choices)
    reason_codes = ArrayField(
        models.CharField(max_length=24, choices=RefusalReason.choices),
        default=list,
        blank=True,
        verbose_name=_("motifs codés"),
    )
    motivation = models.TextField(_("motivation"))
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("conclusion")
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.get_outcome_display()}"

    @property
    def reasons(self) -> str:
        return reasons_text(self.reason_codes)


class Condition(models.Model):
    """A reserve: what must be done, by whom, by when, with which proof; lifted or inscribed."""

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="conditions")
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, related_name="conditions"
    )
    decision = models.ForeignKey(
        HolderDecision, models.PROTECT, null=True, related_name="conditions"
    )
    text = models.TextField(_("réserve"))
    owner = models.CharField(_("porteur"), max_length=200)
    due_stage = models.CharField(max_length=20, choices=ConditionStage.choices)
    proof = models.CharField(_("preuve attendue"), max_length=500, blank=True)
    state = models.CharField(
        max_length=16, choices=ConditionState.choices, default=ConditionState.OPEN
    )
    proof_text = models.TextField(_("preuve"), blank=True)
    proof_file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    proof_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_reason = models.TextField(blank=True)
    clause_code = models.CharField(max_length=8, blank=True)

    class Meta:
        verbose_name = _("réserve")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="condition_settled_pair",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def origin(self) -> str:
        return str(self.consultation or self.decision or "")

    @property
    def blocks_signature(self) -> bool:
        return self.due_stage == ConditionStage.BEFORE_SIGNATURE and self.state in (
            ConditionState.OPEN,
            ConditionState.PROOF_RECEIVED,
        )


class Complement(models.Model):
    """What the requester must still give; the clock stands still meanwhile."""

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="complements")
    task = models.OneToOneField(Task, models.PROTECT, null=True, related_name="complement")
    number = models.PositiveSmallIntegerField()
    items = models.JSONField(default=list)
    state = models.CharField(
        max_length=12, choices=ComplementState.choices, default=ComplementState.ASKED
    )
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField()
    noticed_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name = _("demande de complément")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["data_request", "number"], name="complement_once")
        ]

    def __str__(self) -> str:
        return f"complément {self.number}"


class Formality(models.Model):
    """An external formality: who is asked what, answered when, valid until (process.md, S8)."""

    data_request = models.ForeignKey(DataRequest, models.CASCADE, related_name="formalities")
    authority = models.CharField(_("autorité"), max_length=120)
    reference = models.CharField(_("référence"), max_length=120, blank=True)
    filed_on = models.DateField(_("déposée le"), null=True, blank=True)
    due_on = models.DateField(_("réponse attendue le"), null=True, blank=True)
    answer = models.CharField(
        _("réponse"),
        max_length=20,
        choices=FormalityAnswer.choices,
        default=FormalityAnswer.PENDING,
    )
    answered_on = models.DateField(_("répondue le"), null=True, blank=True)
    expires_on = models.DateField(_("échéance"), null=True, blank=True)
    document = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("formalité externe")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.authority} {self.reference}".strip()


class ImmediateRedirection(models.Model):
    """A need that the pre-check covered at once: no request was filed (indicator I08)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    dataset = models.ForeignKey(Dataset, models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=24)
    need = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("réorientation immédiate")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.finding} {self.at:%Y-%m-%d}"
