"""The deliveries of a sharing, and what each reader may do about them."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from accounts.models import User
from agreements.models import Agreement
from sharing import policies
from sharing.models import ApiMonth, Delivery


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery, and what its reader may do."""

    delivery: Delivery
    may_send: bool
    may_receive: bool
    may_check: bool
    may_cancel: bool


def line_of(user: User, delivery: Delivery) -> DeliveryLine:
    """Return what a reader may do with a delivery."""
    return DeliveryLine(
        delivery,
        may_send=policies.can_send(user, delivery),
        may_receive=policies.can_receive(user, delivery),
        may_check=policies.can_check(user, delivery),
        may_cancel=policies.can_cancel(user, delivery),
    )


def delivery_lines(user: User, agreement: Agreement) -> list[DeliveryLine]:
    """Return the deliveries of a sharing, in order, with what the reader may do. One query."""
    rows = list(Delivery.objects.filter(agreement=agreement))
    for row in rows:
        row.agreement = agreement  # its parties are already read
    return [line_of(user, row) for row in rows]


def delivery_of(agreement: Agreement, number: int) -> Delivery:
    """Return a delivery of this very sharing; 404 otherwise."""
    found: Delivery = get_object_or_404(
        Delivery.objects.select_related(
            "sending", "quality", "replaces", "replaced_by", "sent_by", "received_by", "checked_by"
        ),
        number=number,
        agreement_id=agreement.pk,
    )
    found.agreement = agreement
    return found


def api_months(agreement: Agreement) -> list[ApiMonth]:
    """Return the months declared of an API flow, the last one first. One query."""
    return list(ApiMonth.objects.filter(agreement=agreement))
