"""Versions taken out of the service to be read elsewhere: who, which, when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from agreements import policies, snapshots
from agreements.documents.word import word_document
from agreements.models import Agreement, AgreementVersion
from journal.models import Event

EXPORTED = "version.exported"


def exports_of(agreement: Agreement) -> list[dict[str, Any]]:
    """Return the exports of an act, newest first, as its journal keeps them."""
    events = Event.objects.filter(chain=agreement.chain, kind=EXPORTED).order_by("-pk")
    return [{"who": event.actor, "what": event.summary, "at": event.at} for event in events]


def word_version(user: User, agreement: Agreement, version: AgreementVersion) -> tuple[str, bytes]:
    """Return a version as a DOCX file, without the annexes that the reader may not read."""
    readable = {
        annex["number"]
        for annex in version.content["annexes"]
        if policies.can_read_annex(user, agreement, annex["audience"])
    }
    act = snapshots.act_document(version)
    act = replace(act, annexes=tuple(one for one in act.annexes if one.number in readable))
    notice = (
        _(
            "Copie de lecture : ce document ne remplace pas la version de l’application. "
            "Empreinte de la version : %s"
        )
        % version.sha256
    )
    return f"{agreement.reference}-v{version.number}.docx", word_document(act, notice=notice)
