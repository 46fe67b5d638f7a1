"""Every write about sharings."""

from sharing.services.deliveries import (
    announce_delivery,
    cancel_delivery,
    check_delivery,
    declare_api_month,
    follow_signature,
    plan_delivery,
    receive_delivery,
    send_delivery,
)

__all__ = [
    "announce_delivery",
    "cancel_delivery",
    "check_delivery",
    "declare_api_month",
    "follow_signature",
    "plan_delivery",
    "receive_delivery",
    "send_delivery",
]
