"""Background jobs of this app: e-mails with a link that lets one choose a password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.models import User


def password_link(person: User) -> str:
    """Return the address, valid once and for a limited time, where a password is chosen."""
    from allauth.account import app_settings
    from allauth.account.utils import user_pk_to_url_str

    generator: PasswordResetTokenGenerator = app_settings.PASSWORD_RESET_TOKEN_GENERATOR()
    arguments = {"uidb36": user_pk_to_url_str(person), "key": generator.make_token(person)}
    return settings.SITE_URL.rstrip("/") + reverse(
        "account_reset_password_from_key", kwargs=arguments
    )


@app.task(
    name="accounts.send_password_link",
    retry=RetryStrategy(max_attempts=8, exponential_wait=3),
)
def send_password_link(*, user_id: int, invitation: bool) -> None:
    """Send the link, to choose a first password or another one, unless the account was closed."""
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None:
        return
    context: dict[str, Any] = {
        "person": person,
        "link": password_link(person),
        "service": settings.SERVICE_NAME,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
    }
    name = "invitation" if invitation else "password_link"
    subject = render_to_string(f"account/email/{name}_subject.txt", context).strip()
    body = render_to_string(f"account/email/{name}_message.txt", context)
    EmailMessage(subject, body, to=[person.email]).send()
