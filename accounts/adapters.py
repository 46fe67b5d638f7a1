"""How allauth fits Navette: accounts are opened by managers, never by a visitor."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.enums import Role
from accounts.models import User
from accounts.selectors import needs_second_factor


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by address and password: French words, one event per sign-in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Ce compte est fermé."),
        "email_password_mismatch": _(
            "L’adresse électronique ou le mot de passe n’est pas le bon. Vérifiez-les, "
            "ou demandez un nouveau mot de passe."
        ),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_password": _("Ce mot de passe n’est pas le bon."),
        "invalid_password_reset": _("Ce lien n’est plus valable."),
        "too_many_login_attempts": _(
            "Trop d’essais ont échoué. Attendez cinq minutes avant le prochain."
        ),
        "rate_limited": _("Trop d’essais ont échoué. Attendez quelques minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        # Entering and leaving show by themselves: a message would only be in the way.
        template = args[0] if args else kwargs.get("message_template")
        if template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, *args, **kwargs)

    def login(self, request: HttpRequest, user: User) -> None:
        with transaction.atomic():
            super().login(request, user)
            services.record_sign_in(person=user)

    def set_password(self, user: User, password: str) -> None:
        services.set_password(person=user, password=password)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """An auditor has nothing to do but to search: he lands on the audit (ux/spec.md §1)."""
        roles = {held.role for held in request.user.held_roles}
        if roles == {Role.AUDITOR} and _is_mounted("/audit/"):
            return "/audit/"
        return str(settings.LOGIN_REDIRECT_URL)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:my_account")


def _is_mounted(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _cipher() -> MultiFernet:
    """Return what keeps second factors unreadable in a copy of the database.

    Like sessions, they follow SECRET_KEY: a former key goes to SECRET_KEY_FALLBACKS.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("accounts.second_factor", "", key, algorithm="sha256") for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(digest.digest())) for digest in digests])


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """A second factor that one's roles ask for cannot be removed."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Vos rôles demandent un second facteur : vous ne pouvez pas le désactiver."
        ),
        "cannot_generate_recovery_codes": _("Activez d’abord le second facteur."),
        "incorrect_code": _("Ce code n’est pas le bon. Saisissez celui que l’application affiche."),
    }

    def build_totp_svg(self, url: str) -> str:
        # Black on nothing cannot be read on the dark theme.
        drawing = super().build_totp_svg(url)
        return drawing.replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path', 1)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return settings.DEMO_MODE or not needs_second_factor(authenticator.user)
