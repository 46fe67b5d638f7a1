"""The memory of Navette: events that are added, chained, and never changed."""

from __future__ import annotations

from django.db import models

from journal.enums import Audience


class EventQuerySet(models.QuerySet["Event"]):
    def of_chain(self, chain: str) -> EventQuerySet:
        return self.filter(chain=chain).order_by("sequence")


class Event(models.Model):
    """One thing done by somebody. Persons and objects are text: an event outlives them.

    `sequence`, `previous_hash` and `hash` are written by the database (trigger `journal_chain`);
    UPDATE, DELETE and TRUNCATE are refused there too (architecture.md, §4 rule 5).
    """

    chain = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField(db_default=0)
    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=200)
    role = models.CharField(max_length=120, blank=True)
    organisation = models.CharField(max_length=300, blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    summary = models.TextField()
    reason = models.TextField(blank=True)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.CELL)
    is_read = models.BooleanField(default=False)
    entry = models.TextField()
    # Default of the database, so that Django reads back what the trigger has written.
    previous_hash = models.CharField(max_length=64, db_default="")
    hash = models.CharField(max_length=64, db_default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="journal_event_in_sequence"),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="journal_recent"),
            models.Index(fields=["actor_id", "-at"], name="journal_by_actor"),
            models.Index(fields=["kind", "-at"], name="journal_by_kind"),
            models.Index(fields=["subject", "-at"], name="journal_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.summary}"


class ChainHead(models.Model):
    """The last event of each chain; only the trigger writes it."""

    chain = models.CharField(max_length=80, primary_key=True)
    sequence = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "tête de chaîne"

    def __str__(self) -> str:
        return f"{self.chain} #{self.sequence}"


class Seal(models.Model):
    """The heads of all chains at a moment: what a truncated journal cannot fake.

    `leaves` is the canonical manifest whose SHA-256 is `root`; it names the chains that moved
    since the seal before, whose root it repeats. Seals are added, never changed.
    """

    sealed_at = models.DateTimeField()
    root = models.CharField(max_length=64)
    previous_root = models.CharField(max_length=64, blank=True)
    leaves = models.TextField()
    timestamp_token = models.BinaryField(null=True)

    class Meta:
        verbose_name = "scellé du journal"
        ordering = ["-sealed_at"]

    def __str__(self) -> str:
        return f"{self.sealed_at:%Y-%m-%d} {self.root[:12]}"
