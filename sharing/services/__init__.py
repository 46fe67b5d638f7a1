"""Every write about sharings."""

from sharing.services.deliveries import (
    announce_delivery,
    cancel_delivery,
    check_delivery,
    declare_api_month,
    plan_delivery,
    receive_delivery,
    send_delivery,
)
from sharing.services.persons import (
    attach_account,
    name_person,
    open_access,
    record_training,
    remove_person,
    sign_undertaking,
)
from sharing.services.reviews import close_lapsed, review_persons

__all__ = [
    "attach_account",
    "close_lapsed",
    "name_person",
    "open_access",
    "record_training",
    "remove_person",
    "review_persons",
    "sign_undertaking",
    "announce_delivery",
    "cancel_delivery",
    "check_delivery",
    "declare_api_month",
    "plan_delivery",
    "receive_delivery",
    "send_delivery",
]
