"""What a step may be refused for. Each carries a sentence for the person who tried."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError


class DomainError(Exception):
    """A refusal that the person can understand and act upon."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(PermissionDenied):
    """The person sees the case but may not do this (403, with the reason)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Conflict(DomainError):
    """Somebody did it first, or the case moved on (409, with who, what and when)."""


class Impossible(DomainError):
    """A rule of the process forbids it now, whoever asks (shown at the form, never a 500)."""


def message_of(refusal: Exception) -> str:
    """The French sentence of a refusal."""
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(getattr(refusal, "message", refusal))
