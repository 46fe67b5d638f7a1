"""Messages: seen in the application, sent by e-mail, grouped, muted, and each sent once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.enums import Channel, Family, MailState


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, user_id: int) -> NotificationQuerySet:
        return self.filter(recipient_id=user_id)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """What one person is told about one case, as the application shows it."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    family = models.CharField(max_length=16, choices=Family.choices)
    reference = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=300)
    sentence = models.TextField()
    consequence = models.TextField(blank=True)
    url = models.CharField(max_length=500)
    role_label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    awaits_digest = models.BooleanField(default=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_by_person"),
            models.Index(
                fields=["recipient"], name="notification_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(
                fields=["recipient"], name="notification_digest", condition=Q(awaits_digest=True)
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, now: datetime) -> OutgoingMailQuerySet:
        return self.filter(state=MailState.PENDING, send_after__lte=now)


class OutgoingMail(models.Model):
    """A message of the outbox: written with the fact it tells, sent afterwards by the worker."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    to = models.EmailField()
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField()
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    # Fixed when the row is written: a message sent again after a crash is the same message.
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.PENDING)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("courriel à envoyer")
        indexes = [
            models.Index(
                fields=["send_after", "id"],
                name="outgoing_mail_due",
                condition=Q(state=MailState.PENDING),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="outgoing_mail_sent_at_when_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to} — {self.subject}"


class Preference(models.Model):
    """The channel a person chose for a family of messages."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    family = models.CharField(max_length=16, choices=Family.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)

    class Meta:
        verbose_name = _("préférence de notification")
        constraints = [
            models.UniqueConstraint(fields=["user", "family"], name="preference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.family} {self.channel}"


class Mute(models.Model):
    """A person wants no message by e-mail about one case, locked families excepted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reference = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("dossier en sourdine")
        constraints = [models.UniqueConstraint(fields=["user", "reference"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.reference}"


class MessageWords(models.Model):
    """The words a manager gave to a message: a new row each time, the last one is used.

    `is_proposal`: from then on the words are those that Navette proposes, whatever they become.
    """

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    sentence = models.TextField()
    consequence = models.TextField(blank=True)
    is_proposal = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("modèle de message")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="message_words_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ReminderSent(models.Model):
    """A reminder that has left: its key says what was reminded, so that it leaves once."""

    key = models.CharField(max_length=200, primary_key=True)
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rappel envoyé")

    def __str__(self) -> str:
        return self.key
