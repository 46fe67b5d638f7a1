"""From the working draft to a version that never changes, and from a version to its document."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from agreements.annex_html import annex_html, paragraphs
from agreements.documents.model import (
    ActDocument,
    AnnexText,
    ArticleText,
    PartyBlock,
    SignatureSlot,
)
from agreements.models import AgreementVersion
from agreements.powers import power_of
from agreements.selectors.desk import Desk
from agreements.twin import twin_of


def snapshot(desk: Desk) -> dict[str, Any]:
    """Return everything that an act says, as JSON: what a version keeps."""
    agreement = desk.agreement
    return {
        "reference": agreement.project_reference,
        "title": agreement.title,
        "act_type": agreement.act_type,
        "act_type_label": agreement.get_act_type_display(),
        "source": agreement.source_reference,
        "signature_level": agreement.signature_level,
        "signature_level_label": agreement.get_signature_level_display(),
        "effective_on": _iso(desk.term[0]),
        "end_on": _iso(desk.term[1]),
        "facts": agreement.facts,
        "values": agreement.values,
        "parties": [_party(desk, number) for number in range(1, len(desk.parties) + 1)],
        "articles": [
            {
                "key": line.key,
                "number": line.number,
                "title": line.title,
                "clause": str(line.article.clause_version or ""),
                "body": line.article.body,
                "text": line.text,
                "digest": line.digest,
                "deviation_reason": line.article.deviation_reason,
            }
            for line in desk.articles
        ],
        "annexes": [
            {
                "number": line.template.number,
                "title": line.template.title,
                "audience": str(line.template.audience),
                "content": line.content,
                "html": annex_html(
                    line.template, line.content, parties=desk.party_names, context=desk.context
                ),
            }
            for line in desk.annexes
        ],
        "reserves": [
            {"text": row.text, "stage": row.stage, "state": row.state, "article": row.article_key}
            for row in desk.reserves
        ],
        "signatories": _signatories(desk),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _party(desk: Desk, number: int) -> dict[str, Any]:
    party = desk.parties[number - 1]
    values = desk.context.values.get(f"party_{number}") or {}
    return {
        "party": party.pk,
        "organisation": party.organisation_id,
        "short_name": str(party.organisation),
        "side": party.side,
        **{key: str(value) for key, value in values.items() if value},
    }


def _signatories(desk: Desk) -> list[dict[str, Any]]:
    ordered = sorted(desk.signatories.values(), key=lambda row: (row.position, row.pk))
    kept = []
    for row in ordered:
        power = power_of(row)
        kept.append(
            {
                "signatory": row.pk,
                "field": row.field_name,
                "name": row.user.get_full_name(),
                "quality": power.title if power else row.user.job_title,
                "organisation": row.party.organisation.name,
                "delegation": power.reference if power else "",
            }
        )
    return kept


def digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of a version."""
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def act_document(version: AgreementVersion) -> ActDocument:
    """Return the document of a version, from what it keeps and nothing else."""
    content = version.content
    return ActDocument(
        title=content["title"],
        act_type_label=content["act_type_label"],
        reference=content["reference"],
        version_label=_("Version %s") % version.number,
        status_label=_("Version arrêtée, à signer") if version.is_final else _("Projet"),
        parties=tuple(_party_block(party) for party in content["parties"]),
        preamble="",
        articles=tuple(
            ArticleText(
                number=article["number"],
                code=article["clause"] or article["key"],
                title=article["title"],
                html=str(paragraphs(article["text"])),
            )
            for article in content["articles"]
        ),
        annexes=tuple(
            AnnexText(number=annex["number"], title=annex["title"], html=annex["html"])
            for annex in content["annexes"]
        ),
        signature_slots=tuple(
            SignatureSlot(
                field_name=row["field"],
                name=row["name"],
                quality=row["quality"],
                organisation=row["organisation"],
                delegation=row["delegation"],
            )
            for row in content["signatories"]
        )
        if version.is_final
        else (),
        twin=twin_of(version),
        created=version.created_at,
        confidentiality=_("Annexes 2 et 3 : diffusion restreinte aux parties")
        if any(annex["audience"] == "restricted" for annex in content["annexes"])
        else "",
        draft_watermark="" if version.is_final else _("PROJET"),
        verification_code=f"{content['reference']}-{version.sha256[:12].upper()}",
    )


def _party_block(party: dict[str, Any]) -> PartyBlock:
    named = party.get("role_label", party["short_name"])
    return PartyBlock(
        name=party.get("name", party["short_name"]),
        role_label=named.removeprefix("le ").removeprefix("la ").removeprefix("l’"),
        short_name=named,
        legal_form=party.get("legal_form", ""),
        siret=party.get("siret", ""),
        address=party.get("address", ""),
        unit=party.get("unit", ""),
        representative=party.get("representative", ""),
        representative_title=party.get("representative_title", ""),
        delegation_ref=party.get("delegation_ref", ""),
    )
