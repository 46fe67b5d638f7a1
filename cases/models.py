"""What every case has: parties, tasks, clock, thread, documents, visibility."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from viewflow.workflow.models import AbstractProcess, AbstractTask

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import is_transversal
from cases import stages
from cases.enums import CaseKind, DayUnit, Delay, Nature, Room, ScanState, Side


class CaseQuerySet(models.QuerySet[Any]):
    def open(self) -> CaseQuerySet:
        return self.filter(opened_at__isnull=False, closed_at__isnull=True)

    def visible_to(self, user: User) -> CaseQuerySet:
        """Keep the cases a person may see: a role in a party, a personal grant, or a
        transversal role (architecture.md, §4 rule 1). Drafts stay with their writers."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        granted = CaseUserObjectPermission.objects.filter(
            user=user, permission__codename="view_case"
        ).values("content_object_id")
        personal = Q(created_by=user) | Q(pk__in=granted)
        if is_transversal(user):
            return self.filter(personal | Q(opened_at__isnull=False))
        wanted = Q()
        for held in user.held_roles:
            wanted |= Q(organisation_id=held.organisation_id, role__in=["", held.role])
        if not wanted:
            return self.filter(personal)
        by_role = Party.objects.filter(wanted).values("case_id")
        return self.filter(personal | Q(opened_at__isnull=False, pk__in=by_role))


class Case(models.Model):
    """Parent of a data request and of an agreement."""

    kind = models.CharField(max_length=12, choices=CaseKind.choices, editable=False)
    # A draft has no number yet: unique, so null and never empty.
    reference = models.CharField(_("référence"), max_length=20, unique=True, null=True)  # noqa: DJ001
    draft_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("titre"), max_length=200, blank=True)
    stage = models.CharField(max_length=24, default="draft")
    outcome = models.CharField(max_length=24, blank=True)
    natures = ArrayField(
        models.CharField(max_length=12, choices=Nature.choices), default=list, blank=True
    )
    officer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="cases_in_charge"
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="cases_created")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(_("ouvert le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    due_on = models.DateField(_("réponse attendue le"), null=True, blank=True)
    next_due_on = models.DateField(null=True, blank=True)
    legal_hold = models.BooleanField(_("gel juridique"), default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        permissions = [("follow_case", "Peut suivre le dossier")]
        indexes = [
            models.Index(fields=["kind", "next_due_on", "id"], name="case_by_due"),
            models.Index(fields=["kind", "stage", "-updated_at"], name="case_by_stage"),
            models.Index(
                fields=["kind", "-opened_at", "id"],
                name="case_open",
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
            ),
            # What the dashboard reads of a person: cases in progress, and drafts.
            models.Index(
                fields=["created_by"],
                name="case_own_open",
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
            ),
            models.Index(
                fields=["officer"],
                name="case_steered_open",
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
            ),
            models.Index(
                fields=["kind", "-updated_at"],
                name="case_drafts",
                condition=Q(opened_at__isnull=True, closed_at__isnull=True),
            ),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="case_title_trigram"),
        ]

    def __str__(self) -> str:
        return f"{self.reference or _('Brouillon')} — {self.title}"

    def get_absolute_url(self) -> str:
        key = self.reference or f"brouillons/{self.draft_key}"
        return f"{stages.path(self.kind)}{key}/"

    @property
    def chain(self) -> str:
        return f"case:{self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.opened_at is None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def stage_label(self) -> str:
        return stages.label(self.kind, self.stage)

    @property
    def concrete(self) -> Any:
        """The data request or the agreement that this case is."""
        return getattr(self, stages.concrete_attribute(self.kind), self)


class CaseUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Case, models.CASCADE)


class CaseGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Case, models.CASCADE)


class Party(models.Model):
    """An organisation takes part in a case. With a role, only its holders of that role do."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=Side.choices)
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    unit = models.CharField(_("service"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("partie")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "organisation", "side", "role"], name="party_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "role", "case"], name="party_by_role")]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_side_display()})"


class Process(AbstractProcess):
    """A run of a flow on a case (our table: real foreign keys, see viewflow.md §2.2)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="processes")
    data = models.JSONField(default=dict)

    # Read by the engine on every process; Navette has neither subprocesses nor artifacts.
    parent_task = parent_task_id = seed = artifact = artifact_object_id = seed_object_id = None

    class Meta:
        verbose_name = _("circuit d’un dossier")


class Task(AbstractTask):
    """A step of a process: who must act (organisation and role, or a named person), by when."""

    process = models.ForeignKey(
        Process, models.CASCADE, related_name="task_set", related_query_name="task"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    delay = models.CharField(max_length=20, choices=Delay.choices, blank=True)
    due_on = models.DateField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    nudged_at = models.DateTimeField(_("relancé le"), null=True, blank=True)
    data = models.JSONField(default=dict)

    seed = artifact = artifact_object_id = seed_object_id = None
    # The engine's own table has the same field: neither needs a way back from the content type.
    owner_permission_content_type = models.ForeignKey(
        ContentType, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("tâche")
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                name="task_inbox_owner",
                condition=Q(status="ASSIGNED", flow_task_type="HUMAN"),
            ),
            models.Index(
                fields=["organisation", "role", "due_on"],
                name="task_inbox_role",
                condition=Q(status__in=["NEW", "ASSIGNED"], flow_task_type="HUMAN"),
            ),
            models.Index(
                fields=["due_on", "id"],
                name="task_open_by_due",
                condition=Q(status__in=["NEW", "ASSIGNED"], flow_task_type="HUMAN"),
            ),
            models.Index(fields=["case", "created"], name="task_of_case"),
            models.Index(fields=["process", "created"], name="task_history"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The engine creates gateways without knowing our column.
        if self.case_id is None:
            self.case_id = self.process.case_id
        super().save(*args, **kwargs)

    @property
    def node(self) -> str:
        return str(self.flow_task.name)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


# The engine's own codes: a task that somebody may do, a job under way, a process that runs.
OPEN_STATUSES = ("NEW", "ASSIGNED")
JOB_STATUSES = ("SCHEDULED", "STARTED")
RUNNING = "NEW"


class DelayRule(models.Model):
    """How long a stage may take; edited by managers (process.md, §7)."""

    code = models.CharField(max_length=20, choices=Delay.choices, unique=True)
    days = models.PositiveSmallIntegerField(_("durée"))
    unit = models.CharField(_("unité"), max_length=10, choices=DayUnit.choices)
    is_suspendable = models.BooleanField(_("suspendu pendant un complément"), default=True)
    escalation_role = models.CharField(
        _("alerté en cas de retard"), max_length=20, choices=Role.choices
    )

    class Meta:
        verbose_name = _("délai")

    def __str__(self) -> str:
        return f"{self.get_code_display()} : {self.days} {self.get_unit_display()}"


class ClosingDay(models.Model):
    """A day off that is not a national holiday: for everybody, or for one organisation."""

    day = models.DateField(_("jour"))
    label = models.CharField(_("motif"), max_length=120)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)

    class Meta:
        verbose_name = _("jour de fermeture")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "organisation"], nulls_distinct=False, name="closing_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.label}"


class Suspension(models.Model):
    """The clock stands still while the requester owes an answer (CRPA L.114-5 by analogy)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="suspensions")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("suspension du délai")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="suspension_in_order",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ends_on__isnull=True), name="one_open_suspension"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} depuis le {self.starts_on}"


class Message(models.Model):
    """A message of the thread, in exactly one room; never edited."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    room = models.CharField(max_length=12, choices=Room.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    anchor = models.CharField(max_length=80, blank=True)
    body = models.TextField(_("message"))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["case", "room", "created_at"], name="message_thread")]

    def __str__(self) -> str:
        return f"{self.author} — {self.created_at:%d/%m/%Y}"


class Attachment(models.Model):
    """A file of a case, kept under its SHA-256; never overwritten."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    room = models.CharField(max_length=12, choices=Room.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("nom"), max_length=160)
    nature = models.CharField(_("nature"), max_length=80, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    scan_state = models.CharField(max_length=12, choices=ScanState.choices)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("pièce jointe")
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["case", "-uploaded_at"], name="attachment_of_case")]

    def __str__(self) -> str:
        return self.name


class Follower(models.Model):
    """A person follows a case without being in charge of it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="followers")
    user = models.ForeignKey(User, models.CASCADE, related_name="followed")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("suivi d’un dossier")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="follower_once")]

    def __str__(self) -> str:
        return f"{self.user} suit {self.case_id}"


class CalendarToken(models.Model):
    """The secret address at which a calendar program reads a person's due dates.

    Only its fingerprint is kept: whoever reads the table reads no calendar.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_token")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("adresse de calendrier")

    def __str__(self) -> str:
        return f"Calendrier de {self.user}"


class ReferenceCounter(models.Model):
    """The last number given in a year. Drafts take none, so there are no gaps."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("compteur de références")
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"
