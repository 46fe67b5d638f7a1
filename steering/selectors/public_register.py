"""The public register: what anybody may know of a signed act, and nothing else.

The sheet is annex 10 of the act (« Fiche de transparence »), which the parties have signed. Names
of persons, security, secrets and opinions never come here (ux/spec.md, §7; process.md, §10).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.enums import AgreementStage
from agreements.models import Agreement, AnnexContent
from cases.enums import Side
from steering.exports import Sheet
from steering.paging import Page, newest_first
from steering.selectors.registers import PARTIES, has_party, parties

TRANSPARENCY_ANNEX = 10
PUBLIC_STAGES = [
    (stage.value, stage.label)
    for stage in AgreementStage
    if stage
    not in {
        AgreementStage.DRAFTING,
        AgreementStage.NEGOTIATION,
        AgreementStage.FINAL,
        AgreementStage.SIGNING,
        AgreementStage.ABANDONED,
    }
]
# What the facts of an act tell of its data, when its sheet does not say it in words.
NATURES = {
    "HEALTH": gettext_lazy("données de santé"),
    "SENS": gettext_lazy("données sensibles"),
    "NIR": gettext_lazy("numéro de sécurité sociale (NIR)"),
    "PD": gettext_lazy("données à caractère personnel"),
}
COLUMNS = (
    gettext_lazy("Référence"),
    gettext_lazy("Objet"),
    gettext_lazy("Finalité"),
    gettext_lazy("Détenteur"),
    gettext_lazy("Destinataire"),
    gettext_lazy("Catégories de données et de personnes"),
    gettext_lazy("Fondement"),
    gettext_lazy("Début"),
    gettext_lazy("Fin"),
    gettext_lazy("État"),
    gettext_lazy("Contact"),
)


@dataclass(frozen=True)
class PublicSheet:
    """What is published of an act."""

    reference: str
    title: str
    purpose: str
    holders: str
    recipients: str
    categories: str
    basis: str
    starts_on: date | None
    ends_on: date | None
    status: str
    contact: str


@dataclass(frozen=True)
class PublicCriteria:
    text: str = ""
    organisation: str = ""
    stage: str = ""


def published(criteria: PublicCriteria) -> QuerySet[Agreement]:
    """Return the signed acts that answer; suspended and ended ones stay listed."""
    rows: QuerySet[Agreement] = Agreement.objects.filter(signed_at__isnull=False)
    rows = rows.filter(stage__in=[code for code, _label in PUBLIC_STAGES])
    if criteria.text:
        sheet = AnnexContent.objects.filter(
            agreement=OuterRef("pk"),
            number=TRANSPARENCY_ANNEX,
            content__sheet__categories__icontains=criteria.text,
        )
        rows = rows.filter(
            Q(title__icontains=criteria.text)
            | Q(reference__istartswith=criteria.text)
            | Exists(sheet)
        )
    if criteria.organisation:
        rows = rows.filter(has_party(criteria.organisation))
    if criteria.stage:
        rows = rows.filter(stage=criteria.stage)
    return rows


def _with_sheets(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    return rows.prefetch_related(
        PARTIES,
        Prefetch(
            "annex_contents",
            AnnexContent.objects.filter(number=TRANSPARENCY_ANNEX),
            to_attr="transparency",
        ),
    )


def list_published(
    criteria: PublicCriteria, *, before: int | None = None, after: int | None = None
) -> Page:
    """Return a page of public sheets, last signed first. Constant number of queries."""
    rows = _with_sheets(published(criteria))
    page = newest_first(rows, "signed_at", before=before, after=after)
    return Page([sheet_of(one) for one in page.rows], page.newer, page.older)


def get_published(reference: str) -> PublicSheet:
    """Return the public sheet of a signed act; 404 for any other reference."""
    found = _with_sheets(published(PublicCriteria())).filter(reference=reference).first()
    if found is None:
        raise Http404
    return sheet_of(found)


def sheet_of(agreement: Agreement) -> PublicSheet:
    """Return what is published of an act read with its parties and its transparency annex."""
    annexes: list[AnnexContent] = getattr(agreement, "transparency", [])
    sheet: dict[str, Any] = (annexes[0].content.get("sheet") or {}) if annexes else {}
    case: dict[str, Any] = agreement.values.get("case") or {}
    legal: dict[str, Any] = agreement.values.get("legal") or {}
    return PublicSheet(
        reference=agreement.reference or "",
        title=agreement.title,
        purpose=_words(case.get("purposes_list") or case.get("purpose")),
        holders=parties(agreement, Side.HOLDER),
        recipients=parties(agreement, Side.REQUESTER),
        categories=_words(sheet.get("categories")) or _natures(agreement),
        basis=_words(sheet.get("basis")) or _words(legal.get("legal_basis_recipient")),
        starts_on=agreement.effective_on,
        ends_on=agreement.end_on,
        status=agreement.stage_label,
        contact=_words(sheet.get("contact")) or _contact(agreement),
    )


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value or "").strip()


def _natures(agreement: Agreement) -> str:
    told = [str(label) for fact, label in NATURES.items() if agreement.facts.get(fact)]
    return ", ".join(told) or _("données non personnelles")


def _contact(agreement: Agreement) -> str:
    """The functional address of the holder, never a person."""
    addresses = [
        party.organisation.contact_email
        for party in agreement.parties.all()
        if party.side == Side.HOLDER
    ]
    return next(filter(None, addresses), "")


def sheets(criteria: PublicCriteria) -> Iterator[PublicSheet]:
    """Give every public sheet that answers, first signed first, read as they are written."""
    rows = _with_sheets(published(criteria)).order_by("signed_at", "pk")
    for one in rows.iterator(500):
        yield sheet_of(one)


def export_sheet(criteria: PublicCriteria) -> Sheet:
    return Sheet(str(_("Registre public")), COLUMNS, (_row(one) for one in sheets(criteria)))


def _row(sheet: PublicSheet) -> list[Any]:
    return list(asdict(sheet).values())


def as_json(sheet: PublicSheet) -> dict[str, Any]:
    """Return a public sheet as the feed gives it; the keys are stable."""
    return {
        "reference": sheet.reference,
        "objet": sheet.title,
        "finalite": sheet.purpose,
        "detenteur": sheet.holders,
        "destinataire": sheet.recipients,
        "categories": sheet.categories,
        "fondement": sheet.basis,
        "debut": sheet.starts_on.isoformat() if sheet.starts_on else None,
        "fin": sheet.ends_on.isoformat() if sheet.ends_on else None,
        "etat": sheet.status,
        "contact": sheet.contact,
    }
