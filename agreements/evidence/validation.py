"""The validation report of a sealed act, in JSON and in French."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.documents.verification import SignatureReport, Verdict
from journal.dates import moment_text


def as_json(verdict: Verdict, *, made_at: datetime) -> dict[str, Any]:
    """Return a verdict as machines read it."""
    return {
        "made_at": made_at.isoformat(),
        **verdict.as_json(),
        "sentence": verdict.sentence,
        "sha256": verdict.sha256,
        "sha256_matches": verdict.sha256_matches,
        "missing_fields": list(verdict.missing_fields),
    }


def as_text(verdict: Verdict, *, reference: str, made_at: datetime) -> str:
    """Return a verdict as a person reads it."""
    lines = [
        _("Rapport de validation de l’acte %s") % reference,
        _("Établi le %s") % moment_text(made_at),
        "",
        verdict.sentence,
        _("Empreinte SHA-256 : %s") % verdict.sha256,
        _("Cette empreinte est celle de l’acte archivé.")
        if verdict.sha256_matches
        else _("Cette empreinte n’est pas celle de l’acte archivé."),
        "",
    ]
    for number, one in enumerate(verdict.signatures, 1):
        lines += [*_signature(number, one), ""]
    return "\n".join(lines)


def _signature(number: int, one: SignatureReport) -> list[str]:
    kind = _("Horodatage du document") if one.kind == "timestamp" else _("Signature")
    who = ", ".join(part for part in (one.signer, one.title, one.organisation) if part)
    lines = [
        f"{number}. {kind} — {who or one.field_name}",
        _("   Niveau : %s") % one.level,
        _("   Certificat délivré par : %s") % (one.issuer or "–"),
        _("   Intègre : %s") % _word(one.sound),
        _("   Autorité reconnue : %s") % _word(one.trusted),
    ]
    if one.signed_at:
        lines.append(_("   Date déclarée : %s") % moment_text(one.signed_at))
    if one.timestamp:
        lines.append(_("   Horodatage : %s") % moment_text(one.timestamp))
    return lines


def _word(value: bool) -> str:
    return _("oui") if value else _("non")
