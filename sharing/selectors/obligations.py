"""What the parties still owe under an act, and what each reader may do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from accounts.models import User
from agreements import policies
from agreements.models import Agreement, Obligation


@dataclass(frozen=True)
class ObligationLine:
    """An obligation, and what its reader may do."""

    obligation: Obligation
    may_prove: bool
    may_accept: bool
    may_set_aside: bool


def obligation_lines(user: User, agreement: Agreement) -> list[ObligationLine]:
    """Return the obligations of an act: those still open first, by day. One query."""
    rows = list(
        agreement.obligations.select_related("owner_organisation", "proof_by", "settled_by")
    )
    for row in rows:
        row.agreement = agreement  # its parties are already read
    rows.sort(key=lambda one: (not one.is_open, one.due_on is None, str(one.due_on or ""), one.pk))
    return [
        ObligationLine(
            one,
            may_prove=policies.can_prove_obligation(user, one),
            may_accept=policies.can_accept_obligation(user, one),
            may_set_aside=policies.can_set_aside_obligation(user, one),
        )
        for one in rows
    ]


def obligation_of(agreement: Agreement, pk: int) -> Obligation:
    """Return an obligation of this very act; 404 otherwise."""
    rows = Obligation.objects.select_related("owner_organisation")
    found: Obligation = get_object_or_404(rows, pk=pk, agreement_id=agreement.pk)
    found.agreement = agreement
    return found


def prior_text(agreement: Agreement) -> str:
    """Return what must still be done before the first delivery; nothing when it may leave."""
    return " ; ".join(agreement.obligations.open().prior().values_list("text", flat=True))
