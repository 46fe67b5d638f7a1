"""Rows of the tables of messages, in the shape of the page components."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.tables import Table, action, long_day
from notifications.kinds import Kind
from notifications.models import MessageWords
from notifications.selectors import ShownMessage


def messages(found: list[ShownMessage]) -> Table:
    rows = []
    for shown in found:
        badge = (
            {"text": _("Proposé"), "variant": ""}
            if shown.is_proposed
            else {"text": _("Modifié"), "variant": "info"}
        )
        more = _("le message « %(label)s »") % {"label": shown.kind.label}
        url = reverse("messages:edit_message", args=[shown.kind.code])
        rows.append(
            [
                shown.kind.label,
                shown.words["subject"],
                shown.kind.family.label,
                _("Non") if shown.kind.is_locked else _("Oui"),
                {"badge": badge},
                action(_("Modifier"), more, url),
            ]
        )
    columns = [
        _("Message"),
        _("Objet"),
        _("Famille"),
        _("Peut être arrêté"),
        _("Origine"),
        {"label": _("Action"), "hidden": True},
    ]
    return {"caption": _("Modèles de message"), "columns": columns, "rows": rows}


def variables(kind: Kind) -> Table:
    return {
        "caption": _("Variables de ce message"),
        "columns": [_("Variable"), _("Ce qu’elle devient"), _("Par exemple")],
        "rows": [[one.braces, str(one.meaning), str(one.sample)] for one in kind.variables],
    }


def versions(found: list[MessageWords]) -> Table:
    rows = [
        [
            str(row.version),
            long_day(row.created_at),
            row.created_by.get_full_name() if row.created_by else _("Navette"),
            _("mots proposés") if row.is_proposal else row.subject,
        ]
        for row in found
    ]
    return {
        "caption": _("Versions de ce message"),
        "columns": [_("Version"), _("Depuis le"), _("Par"), _("Objet")],
        "rows": rows,
    }
