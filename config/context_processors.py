"""What every page needs: the service, its source (AGPL, §13), the navigation, who is acting."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import sessions
from accounts.enums import TRANSVERSAL_ROLES, Role
from accounts.models import Organisation, User
from agreements.selectors.integrity import open_incidents
from notifications.selectors import unread_count

# The State's logo shows the name of the ministry on several lines; another tutelle sets its own.
MINISTRY_NAME = ["Ministère", "des Solidarités", "et de la Santé"]
# Who answers for the service; a deployment gives its own in the setting LEGAL_NOTICE.
LEGAL_NOTICE = {
    "publisher": "Ministère des Solidarités et de la Santé",
    "address": "14 avenue Duquesne, 75350 Paris 07 SP",
    "director": "",
    "host": "",
    "contact_email": "",
    "dpo_email": "",
    "accessibility_plan_url": "",
}

_EVERYONE = None
# Who sees an entry: everyone signed in (None), or the holders of one of these roles.
NAVIGATION: list[tuple[str, Any, frozenset[str] | None]] = [
    ("/tableau-de-bord/", gettext_lazy("Mon tableau de bord"), _EVERYONE),
    ("/demandes/", gettext_lazy("Demandes"), _EVERYONE),
    ("/conventions/", gettext_lazy("Conventions"), _EVERYONE),
    ("/partages/", gettext_lazy("Partages"), _EVERYONE),
    ("/catalogue/", gettext_lazy("Catalogue"), _EVERYONE),
    ("/pilotage/", gettext_lazy("Pilotage"), frozenset(TRANSVERSAL_ROLES)),
    ("/archives/", gettext_lazy("Archives"), frozenset({Role.ARCHIVIST})),
    ("/registre/", gettext_lazy("Registre public"), _EVERYONE),
]
PUBLIC_NAVIGATION: list[tuple[str, Any]] = [
    ("/", gettext_lazy("Accueil")),
    ("/registre/", gettext_lazy("Registre public")),
    ("/verifier/", gettext_lazy("Vérifier un acte")),
]
TOOLS: list[tuple[str, Any, str, frozenset[str]]] = [
    (
        "/administration/",
        gettext_lazy("Administration"),
        "fr-icon-settings-5-line",
        frozenset({Role.MANAGER, Role.LEGAL}),
    ),
    (
        "/audit/",
        gettext_lazy("Audit"),
        "fr-icon-shield-line",
        frozenset({Role.AUDITOR, Role.MANAGER}),
    ),
]


@cache
def is_mounted(path: str) -> bool:
    """Tell whether a page exists in this build: a link never leads nowhere."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _current(request: HttpRequest, url: str) -> str:
    if request.path == url:
        return "page"
    return "true" if url != "/" and request.path.startswith(url) else ""


def _entry(request: HttpRequest, url: str, label: Any, **more: Any) -> dict[str, Any]:
    return {"url": url, "label": label, "current": _current(request, url), **more}


def navigation(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    """List the entries of the main menu that this person may open."""
    if not getattr(user, "is_authenticated", False):
        return [_entry(request, url, text) for url, text in PUBLIC_NAVIGATION if is_mounted(url)]
    held = {one.role for one in user.held_roles}
    return [
        _entry(request, url, text)
        for url, text, roles in NAVIGATION
        if (roles is None or roles & held) and is_mounted(url)
    ]


def tools(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """List the tools of the header, always in the same order (WCAG 3.2.6)."""
    held = {one.role for one in user.held_roles}
    found = [
        _entry(request, url, text, icon=icon, count=0)
        for url, text, icon, roles in TOOLS
        if roles & held and is_mounted(url)
    ]
    if is_mounted("/notifications/"):
        count = SimpleLazyObject(lambda: unread_count(user))
        bell = _entry(request, "/notifications/", _("Notifications"), count=count)
        found.insert(0, {**bell, "icon": "fr-icon-notification-3-line"})
    return found


def _organisations(user: User) -> list[Organisation]:
    """Return the organisations a person may act for."""
    ids = {one.organisation_id for one in user.held_roles}
    return list(Organisation.objects.filter(pk__in=ids).only("pk", "name", "short_name"))


def person(request: HttpRequest, user: User) -> dict[str, Any]:
    """Say who is acting, in which role or for which organisation."""
    roles = {one.role for one in user.held_roles}
    ids = {one.organisation_id for one in user.held_roles}
    name, choices = user.get_full_name(), []
    if len(ids) > 1:
        active = getattr(request, "acting_for_id", None)
        choices = [
            {"pk": one.pk, "name": str(one), "active": one.pk == active}
            for one in _organisations(user)
        ]
        name = " — ".join([name, *(str(one["name"]) for one in choices if one["active"])])
    elif roles:
        first = next(role for role in Role if role in roles)
        name = f"{name} — {first.label}"
    return {"person_label": name, "acting_choices": choices}


def service(request: HttpRequest) -> dict[str, Any]:
    """Give the frame of the page: one query for the count of notifications, no more for most."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "service_name": settings.SERVICE_NAME,
        "service_tagline": settings.SERVICE_TAGLINE,
        "service_version": settings.VERSION,
        "demo_mode": settings.DEMO_MODE,
        "ministry_name": getattr(settings, "MINISTRY_NAME", MINISTRY_NAME),
        # The AGPL gives every user of a modified version a right to its source (§13).
        "source_url": getattr(settings, "SOURCE_URL", "") or reverse("source_code"),
        "legal": {
            **LEGAL_NOTICE,
            **getattr(settings, "LEGAL_NOTICE", {}),
            "site_url": settings.SITE_URL,
        },
        "home_crumb": [{"label": _("Accueil"), "url": "/"}],
        "public_register": is_mounted("/registre/"),
        "navigation": navigation(request, user),
        "printed_at": timezone.now(),
        "open_incidents": 0,
    }
    if user is not None and user.is_authenticated:
        context |= {"tools": tools(request, user), **person(request, user)}
        context["open_incidents"] = open_incidents(user)
        context["session_seconds"] = sessions.seconds_left(request.session)
        context["session_hours"] = sessions.longest_hours()
    return context
