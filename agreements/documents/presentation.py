"""What the page templates are given: words, labels, anchors, all of them printable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.documents.content import clean, has_wide_table, plain
from agreements.documents.finishing import SEAL_FIELD, FieldSpec
from agreements.documents.model import (
    ActDocument,
    AnnexText,
    ArticleText,
    PartyBlock,
    SignatureSlot,
)

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
NBSP = "\u00a0"


def check_slots(slots: Sequence[SignatureSlot]) -> None:
    """Refuses (ValueError) a slot whose name a PDF field cannot bear, or that is there twice."""
    names = [slot.field_name for slot in slots]
    for name in names:
        if not _FIELD_NAME.fullmatch(name) or name == SEAL_FIELD:
            raise ValueError(f"bad signature field name: {name!r}")
    if len(set(names)) != len(names):
        raise ValueError("two signature slots have the same field name")


def field_anchor(field_name: str) -> str:
    return f"case-{field_name}"


def article_anchor(article: ArticleText) -> str:
    return f"article-{article.number}"


def annex_anchor(annex: AnnexText) -> str:
    return f"annexe-{annex.number}"


def anchors(act: ActDocument) -> frozenset[str]:
    """Anchors that a link inside a text of the act may lead to: `article-N`, `annexe-N`."""
    return frozenset(map(article_anchor, act.articles)) | frozenset(map(annex_anchor, act.annexes))


def long_date(moment: datetime) -> str:
    """« 12 mars 2026 », in Paris; « 1er » on the first of a month."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    day = "1er" if local.day == 1 else str(local.day)
    return f"{day}{NBSP}{date_format(local, 'F Y')}"


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def act_context(act: ActDocument) -> dict[str, Any]:
    """Everything that `act.html` prints."""
    known = anchors(act)
    articles = [
        {
            "anchor": article_anchor(article),
            "label": _article_label(article),
            "title": plain(article.title),
            "html": clean(article.html, anchors=known),
        }
        for article in act.articles
    ]
    annexes = [
        {
            "anchor": annex_anchor(annex),
            "label": _annex_label(annex),
            "title": plain(annex.title),
            "html": clean(annex.html, anchors=known),
            "wide": has_wide_table(annex.html),
        }
        for annex in act.annexes
    ]
    printed = {
        name: plain(getattr(act, name))
        for name in (
            "title",
            "act_type_label",
            "reference",
            "version_label",
            "status_label",
            "notice",
            "draft_watermark",
        )
    }
    return {
        "act": {
            **printed,
            "parties": [_party(party) for party in act.parties],
            "preamble": clean(act.preamble, anchors=known),
            "articles": articles,
            "annexes": annexes,
        },
        "authors": ", ".join(plain(party.name) for party in act.parties),
        "created_iso": iso(act.created),
        "title_class": _title_class(printed["title"]),
        "running": f"{printed['reference']} · {printed['version_label']}",
        "foot": _foot(act),
        "facts": list(_facts(act)),
        "contents": list(_contents(act)),
        "slots": _slots(act),
    }


def _title_class(title: str) -> str:
    """A long title is set smaller, so that the parties stay on the first page."""
    if len(title) > 180:
        return "very-long"
    return "long" if len(title) > 80 else ""


def _article_label(article: ArticleText) -> str:
    return _("Article %(number)s") % {"number": article.number}


def _annex_label(annex: AnnexText) -> str:
    return _("Annexe %(number)s") % {"number": annex.number}


def _foot(act: ActDocument) -> str:
    parts = [plain(act.confidentiality)] if act.confidentiality else []
    if act.verification_code:
        parts.append(_("Code de vérification\u00a0: %s") % plain(act.verification_code))
    return " · ".join(parts)


def _facts(act: ActDocument) -> list[tuple[str, str]]:
    facts = [
        (_("État de l’acte"), plain(act.status_label)),
        (_("Texte établi le"), long_date(act.created)),
        (_("Composition"), _composition(act)),
    ]
    if act.confidentiality:
        facts.append((_("Diffusion"), plain(act.confidentiality)))
    return facts


def _composition(act: ActDocument) -> str:
    parts = [_plural(len(act.articles), _("article"), _("articles"))]
    if act.annexes:
        parts.append(_plural(len(act.annexes), _("annexe"), _("annexes")))
    if act.signature_slots:
        parts.append(_plural(len(act.signature_slots), _("signataire"), _("signataires")))
    return ", ".join(parts)


def _plural(count: int, one: str, many: str) -> str:
    return f"{count}{NBSP}{many if count > 1 else one}"


def _party(party: PartyBlock) -> dict[str, Any]:
    lines = [plain(line) for line in (party.legal_form, party.unit, party.address) if line]
    if party.siret:
        lines.append(_("SIRET %s") % _grouped_siret(party.siret))
    representation = ""
    if party.representative:
        representation = _("Signataire\u00a0: %s") % plain(party.representative)
        if party.representative_title:
            representation += f", {plain(party.representative_title)}"
        if party.delegation_ref:
            representation += f" ({plain(party.delegation_ref)})"
    short = ""
    if party.short_name:
        short = _("ci-après «\u00a0%s\u00a0»") % plain(party.short_name)
    return {
        "name": plain(party.name),
        "role_label": plain(party.role_label),
        "lines": lines,
        "representation": representation,
        "short_name": short,
    }


def _grouped_siret(siret: str) -> str:
    digits = re.sub(r"\s", "", siret)
    if not re.fullmatch(r"\d{14}", digits):
        return plain(siret)
    return NBSP.join((digits[:3], digits[3:6], digits[6:9], digits[9:]))


def _contents(act: ActDocument) -> list[dict[str, str]]:
    entries = []
    if act.preamble:
        entries.append(_entry("section", "preambule", "", _("Préambule")))
    for article in act.articles:
        entries.append(
            _entry(
                "article", article_anchor(article), _article_label(article), plain(article.title)
            )
        )
    if act.signature_slots:
        entries.append(_entry("section", "signatures", "", _("Signatures")))
    for annex in act.annexes:
        entries.append(
            _entry("annex", annex_anchor(annex), _annex_label(annex), plain(annex.title))
        )
    return entries


def _entry(kind: str, anchor: str, number: str, title: str) -> dict[str, str]:
    return {"kind": kind, "anchor": anchor, "number": number, "title": title}


def link_labels(act: ActDocument) -> dict[str, str]:
    """What a screen reader says of a link of the act, by its anchor."""
    return {
        entry["anchor"]: f"{entry['number']} {entry['title']}".strip() for entry in _contents(act)
    }


def _slots(act: ActDocument) -> list[dict[str, Any]]:
    if not act.signature_slots:
        return []
    slots = [
        {
            "heading": plain(slot.name),
            "lines": [
                plain(line) for line in (slot.quality, slot.organisation, slot.delegation) if line
            ],
            "label": _("Signature électronique"),
            "anchor": field_anchor(slot.field_name),
        }
        for slot in act.signature_slots
    ]
    return [
        *slots,
        {
            "heading": _("Cachet de la plateforme"),
            "lines": [
                _(
                    "Apposé après la dernière signature. Il atteste l’origine et l’intégrité "
                    "de l’acte\u00a0; il n’exprime le consentement d’aucune partie."
                )
            ],
            "label": _("Enregistrement et cachet électronique"),
            "anchor": field_anchor(SEAL_FIELD),
        },
    ]


def signature_fields(act: ActDocument) -> list[FieldSpec]:
    """The PDF fields of the act, in the order of its signature page."""
    if not act.signature_slots:
        return []
    fields = [
        FieldSpec(
            slot.field_name,
            field_anchor(slot.field_name),
            f"Signature de {plain(slot.name)}, {plain(slot.organisation)}",
        )
        for slot in act.signature_slots
    ]
    return [*fields, FieldSpec(SEAL_FIELD, field_anchor(SEAL_FIELD), "Cachet de la plateforme")]


def letter_fields(*, sealable: bool) -> list[FieldSpec]:
    """The invisible seal of a letter."""
    return [FieldSpec(SEAL_FIELD, "", "Cachet de la plateforme")] if sealable else []


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or a receipt before it is laid out."""

    html: str
    title: str
    created: datetime
    sender: str
    reference: str
    recipient: tuple[str, ...]
    subject: str
    foot: str

    def context(self) -> dict[str, Any]:
        return {
            "html": clean(self.html, first_heading=2),
            "title": plain(self.title),
            "created_iso": iso(self.created),
            "dated": _("Le %s") % long_date(self.created),
            "sender": plain(self.sender),
            "reference": plain(self.reference),
            "recipient": [plain(line) for line in self.recipient],
            "subject": plain(self.subject),
            "foot": plain(self.foot),
        }
