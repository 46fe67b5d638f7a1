"""The memory of Navette: events that are added, chained, and never changed."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from journal.dates import moment_text
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
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.summary}"

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the event holds beside its sentence: before, after, identifiers."""
        data: dict[str, Any] = json.loads(self.entry)["data"]
        return data

    @property
    def who(self) -> str:
        """The actor, with the role and the organisation he acted for."""
        quality = ", ".join(filter(None, [self.role, self.organisation]))
        return f"{self.actor} ({quality})" if quality else self.actor

    @property
    def sentence(self) -> str:
        """« Le 16 mars 2026 à 17 h 42, Julie Costa (DPD, DGCS) a rendu un avis favorable. »"""
        return _("Le %(moment)s, %(who)s %(what)s.") % {
            "moment": moment_text(self.at),
            "who": self.who,
            "what": self.summary.rstrip(" ."),
        }


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
        constraints = [
            # Two seals cannot follow the same one.
            models.UniqueConstraint(fields=["previous_root"], name="journal_seal_one_line"),
        ]

    def __str__(self) -> str:
        return f"{self.sealed_at:%Y-%m-%d} {self.root[:12]}"


class Check(models.Model):
    """A control of the whole journal: when, how much, what was found."""

    checked_at = models.DateTimeField()
    events = models.PositiveBigIntegerField()
    chains = models.PositiveIntegerField()
    seals = models.PositiveIntegerField()
    faults = models.PositiveIntegerField()
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = "contrôle du journal"
        ordering = ["-checked_at"]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}, {self.faults} rupture(s)"
