"""What is left of a person some time after the account was closed: a name beside acts."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.recording import record_user
from journal.models import Event
from journal.services import SYSTEM

# A reserved domain (RFC 2606): no mail can ever leave for it.
ERASED_DOMAIN = "compte-efface.invalid"


def accounts_to_erase(*, closed_before: datetime) -> list[User]:
    """Return the accounts closed before a moment that still say more than a name."""
    closing = Event.objects.filter(
        subject_type="user", kind="account.closed", chain__startswith="user:"
    )
    closed = {
        int(pk): at
        for pk, at in closing.order_by("at").values_list("subject_id", "at")
        if pk.isdigit()
    }
    found = User.objects.filter(is_active=False).exclude(email__endswith=f"@{ERASED_DOMAIN}")
    return [
        person
        for person in found.order_by("pk")
        if closed.get(person.pk, person.last_login or person.date_joined) < closed_before
    ]


@transaction.atomic
def erase_account(*, person: User) -> str:
    """Erase what a closed account says of its holder, his name beside what he did excepted.

    Returns the address that he had, so that it is erased wherever it is the contact of something.
    Raises ValidationError for an account that is open.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_active:
        raise ValidationError(_("Ce compte est ouvert : fermez-le d’abord."))
    former = person.email
    person.email = f"compte-{person.pk}@{ERASED_DOMAIN}"
    person.job_title = person.phone = ""
    person.set_unusable_password()
    person.save(update_fields=["email", "job_title", "phone", "password"])
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    record_user(
        person,
        kind="account.erased",
        by=SYSTEM,
        summary=_("a effacé les coordonnées du compte fermé de %(name)s")
        % {"name": person.get_full_name()},
        data={"fields": ["email", "job_title", "password", "phone"]},
    )
    return former
