"""The words of the messages, changed by managers: each change is a version that is kept."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import User
from accounts.services.recording import By, as_actor, authorise
from journal.enums import Audience
from journal.services import Subject, record
from notifications import kinds
from notifications.kinds import FIELDS, Kind
from notifications.models import MessageWords

SUBJECT_MAX = 200
TEXT_MAX = 1000


@transaction.atomic
def set_words(*, code: str, subject: str, sentence: str, consequence: str, by: By) -> None:
    """Change the words of a message, for those written from now on; the version before is kept.

    Words that are those in use change nothing; words that are the proposal follow it again.
    Raises PermissionDenied (not a manager), ValidationError (an unknown variable, a lone brace, a
    text that is missing or too long: at its field) or KeyError (no such message).
    """
    kind = kinds.get(code)
    after = {"subject": subject, "sentence": sentence, "consequence": consequence}
    authorise(policies.check_can_administer, by)
    check_words(kind, after)
    _keep(kind, after, by, "message.changed", _("a changé le modèle de message « %(message)s »"))


@transaction.atomic
def reset_words(*, code: str, by: By) -> None:
    """Take the proposed words again. Raises PermissionDenied or KeyError, as `set_words`."""
    kind = kinds.get(code)
    authorise(policies.check_can_administer, by)
    sentence = _("a rétabli les mots proposés du message « %(message)s »")
    _keep(kind, kind.proposal, by, "message.reset", sentence)


def check_words(kind: Kind, words: dict[str, str]) -> None:
    """Refuse, at its field, a text that could not be sent (ValidationError)."""
    errors = {
        field: message for field, text in words.items() if (message := _fault(kind, field, text))
    }
    if errors:
        raise ValidationError(errors)


def _fault(kind: Kind, field: str, text: str) -> str:
    longest = SUBJECT_MAX if field == "subject" else TEXT_MAX
    if not text.strip() and field != "consequence":
        return _("Écrivez ce texte : un message ne part pas sans lui.")
    if len(text) > longest:
        return _("Ce texte est trop long : %(max)s caractères au plus.") % {"max": longest}
    if unknown := kinds.unknown_variables(kind, text):
        return _(
            "La variable %(name)s n’existe pas dans ce message. Variables possibles : %(all)s."
        ) % {
            "name": f"{{{unknown[0]}}}",
            "all": ", ".join(variable.braces for variable in kind.variables) or _("aucune"),
        }
    if kinds.has_lone_brace(text):
        return _("Une accolade est seule : écrivez une variable entre deux accolades.")
    return ""


def _keep(kind: Kind, after: dict[str, str], by: By, event: str, sentence: str) -> None:
    # Two managers at once: the second waits, and sees the words of the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"message:{kind.code}"])
    last = MessageWords.objects.filter(code=kind.code).order_by("-version").first()
    is_proposal = after == kind.proposal
    was_proposal = last is None or last.is_proposal
    before = kind.proposal if was_proposal else {name: getattr(last, name) for name in FIELDS}
    if before == after:
        return
    version = last.version + 1 if last else 1
    MessageWords.objects.create(
        code=kind.code,
        version=version,
        is_proposal=is_proposal,
        created_at=timezone.now(),
        created_by=by if isinstance(by, User) else None,
        **after,
    )
    changed = [field for field in FIELDS if before[field] != after[field]]
    record(
        chain=f"message:{kind.code}",
        kind=event,
        by=as_actor(by),
        subject=Subject("message", kind.code, str(kind.label)),
        summary=sentence % {"message": kind.label},
        data={
            "version": version,
            "before": {field: before[field] for field in changed},
            "after": {field: after[field] for field in changed},
        },
        audience=Audience.AUDIT,
    )
