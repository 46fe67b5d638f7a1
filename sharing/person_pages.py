"""What the pages of authorised persons say in words."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L
from django.utils.translation import ngettext

from agreements.models import Agreement
from sharing.enums import AuthorisationState
from sharing.models import AuthorisedPerson
from sharing.pages import page_url, short_day

COLUMNS: list[Any] = [
    L("Nom"), L("Fonction"), L("Rôle d’accès"), L("Début"), L("Fin"), L("Engagement"),
    L("Formation"), L("État"),
]  # fmt: skip


def unsigned_text(count: int) -> str:
    """« 2 personnes n’ont pas signé leur engagement : accès non ouvert. »"""
    if not count:
        return ""
    return ngettext(
        "%s personne n’a pas signé son engagement : accès non ouvert.",
        "%s personnes n’ont pas signé leur engagement : accès non ouvert.",
        count,
    ) % count  # fmt: skip


def badge(person: AuthorisedPerson, is_open: bool) -> tuple[str, str]:
    """The state of an access; one that is closed by something else than its state says so."""
    state = AuthorisationState(person.state)
    if person.has_open_access and not is_open:
        return _("Accès fermé"), "error"
    variant = {
        AuthorisationState.ACTIVE: "success",
        AuthorisationState.TO_REVIEW: "warning",
        AuthorisationState.PROPOSED: "info",
    }
    return str(state.label), variant.get(state, "")


def row(agreement: Agreement, person: AuthorisedPerson, is_open: bool) -> list[Any]:
    """One line of the table; the first cell is the row header."""
    signed = person.undertaking_signed_at
    trained = (
        _("jusqu’au %s") % f"{person.training_until:%d/%m/%Y}" if person.training_until else ""
    )
    return [
        {"text": str(person), "url": page_url(agreement, "view_person", person.pk)},
        person.job_title,
        person.access_role,
        short_day(person.starts_on),
        short_day(person.ends_on),
        _("signé le %s") % f"{timezone.localtime(signed):%d/%m/%Y}" if signed else _("à signer"),
        trained or _("à suivre"),
        {"text": "", "badge": badge(person, is_open)},
    ]
