"""What stands between a draft and its freezing: thirteen checks, each with the way to its cure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.assembly.merging import Segment, SegmentKind, last_day
from agreements.enums import ReserveState
from agreements.library import Library
from journal.dates import day_text

_LISTED = 6


class CheckState(StrEnum):
    OK = "ok"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True)
class Check:
    """`page` and `query` say where it is cured (`redaction`, `article=12`)."""

    code: str
    label: str
    state: CheckState
    detail: str = ""
    page: str = "redaction"
    query: str = ""

    @property
    def is_blocking(self) -> bool:
        return self.state == CheckState.BLOCKING


@dataclass(frozen=True)
class ArticleState:
    key: str
    number: int
    title: str
    segments: Sequence[Segment]
    in_discussion: bool
    is_validated: bool
    is_awaited: bool = False


@dataclass(frozen=True)
class AnnexState:
    number: int
    title: str
    missing: Sequence[str]


@dataclass(frozen=True)
class ReserveRow:
    text: str
    owner: str
    is_prior: bool
    state: str


@dataclass(frozen=True)
class SignatoryState:
    """The person who signs for a party, and what stands against it (empty: nothing)."""

    party: str
    problem: str


@dataclass(frozen=True)
class OpinionState:
    """The opinion of the DPO of a party: its verdict, empty when it was not given."""

    party: str
    verdict: str


@dataclass(frozen=True)
class DraftState:
    """Everything that the checks look at."""

    facts: Mapping[str, Any]
    codes: Sequence[str]
    mandatory: Sequence[str]
    removed_reasons: Mapping[str, str]
    articles: Sequence[ArticleState]
    annexes: Sequence[AnnexState]
    reserves: Sequence[ReserveRow]
    signatories: Sequence[SignatoryState]
    opinions: Sequence[OpinionState]
    values: Mapping[str, Any]
    formality_ends: Sequence[tuple[str, date]]
    library: Library
    today: date

    def value(self, path: str) -> Any:
        name, _dot, key = path.partition(".")
        return (self.values.get(name) or {}).get(key)


def run_checks(draft: DraftState) -> list[Check]:
    """Return the thirteen checks of ux/spec.md §5, in its order."""
    return [check(draft) for check in CHECKS]


def blocking(checks: Sequence[Check]) -> list[Check]:
    return [check for check in checks if check.is_blocking]


def _articles_text(articles: Sequence[ArticleState]) -> str:
    numbers = [str(article.number) for article in articles]
    if len(numbers) == 1:
        return _("article %s") % numbers[0]
    if len(numbers) > _LISTED:
        return _("articles %(first)s et %(n)s autres") % {
            "first": ", ".join(numbers[: _LISTED - 1]),
            "n": len(numbers) - _LISTED + 1,
        }
    return _("articles %(first)s et %(last)s") % {
        "first": ", ".join(numbers[:-1]),
        "last": numbers[-1],
    }


def _on_articles(
    code: str, label: str, articles: Sequence[ArticleState], state: CheckState
) -> Check:
    query = f"article={articles[0].key}"
    return Check(code, label, state, _articles_text(articles), query=query)


def check_gaps(draft: DraftState) -> Check:
    """No article keeps « [à compléter : …] »."""
    paths = {s.path for a in draft.articles for s in a.segments if s.kind == SegmentKind.GAP}
    if not paths:
        return Check("gaps", _("Champs complétés"), CheckState.OK)
    concerned = [a for a in draft.articles if any(s.kind == SegmentKind.GAP for s in a.segments)]
    label = ngettext("%(n)s champ à compléter", "%(n)s champs à compléter", len(paths))
    return _on_articles("gaps", label % {"n": len(paths)}, concerned, CheckState.BLOCKING)


def check_discussion(draft: DraftState) -> Check:
    """Every party agrees to every article as it now stands."""
    discussed = [article for article in draft.articles if article.in_discussion]
    awaited = [article for article in draft.articles if article.is_awaited]
    if discussed:
        label = ngettext(
            "%(n)s article en discussion", "%(n)s articles en discussion", len(discussed)
        )
    elif awaited:
        label = ngettext(
            "%(n)s article sans réponse de toutes les parties",
            "%(n)s articles sans réponse de toutes les parties",
            len(awaited),
        )
    else:
        return Check("discussion", _("Accord des parties sur tous les articles"), CheckState.OK)
    concerned = discussed or awaited
    return _on_articles("discussion", label % {"n": len(concerned)}, concerned, CheckState.BLOCKING)


def check_reserves(draft: DraftState) -> Check:
    """Each condition due before signature is lifted or written in the act (process.md, S6)."""
    open_ones = [
        reserve
        for reserve in draft.reserves
        if reserve.is_prior and reserve.state in (ReserveState.OPEN, ReserveState.PROOF_RECEIVED)
    ]
    if not open_ones:
        return Check("reserves", _("Réserves préalables levées"), CheckState.OK, page="reserves")
    label = ngettext(
        "%(n)s réserve préalable ouverte", "%(n)s réserves préalables ouvertes", len(open_ones)
    )
    detail = ", ".join(dict.fromkeys(reserve.owner for reserve in open_ones if reserve.owner))
    return Check(
        "reserves", label % {"n": len(open_ones)}, CheckState.BLOCKING, detail, page="reserves"
    )


def check_signatories(draft: DraftState) -> Check:
    """Each party has a signatory whose power is valid today and covers the act."""
    wrong = [signatory for signatory in draft.signatories if signatory.problem]
    if not wrong:
        return Check("signatories", _("Pouvoirs des signataires"), CheckState.OK, page="signature")
    detail = " ; ".join(f"{signatory.party} : {signatory.problem}" for signatory in wrong)
    return Check(
        "signatories",
        _("Pouvoirs des signataires à établir"),
        CheckState.BLOCKING,
        detail,
        page="signature",
    )


def check_homologation(draft: DraftState) -> Check:
    """The security approval does not end before the act takes effect (clauses.md, §6 rule 3)."""
    end, start = draft.value("security.homologation_end"), draft.value("agreement.effective_on")
    if "C17" not in draft.codes or not end or not start or end >= start:
        return Check("homologation", _("Homologation valable à la date d’effet"), CheckState.OK)
    return Check(
        "homologation",
        _("Homologation trop courte"),
        CheckState.BLOCKING,
        _("fin le %s, avant la date d’effet") % day_text(end),
        query="article=C17",
    )


def check_annexes(draft: DraftState) -> Check:
    """Every annex of the act is filled in."""
    lacking = [annex for annex in draft.annexes if annex.missing]
    if not lacking:
        return Check("annexes", _("Annexes complètes"), CheckState.OK, page="annexes")
    label = ngettext("%(n)s annexe à compléter", "%(n)s annexes à compléter", len(lacking))
    detail = ngettext("annexe %s", "annexes %s", len(lacking)) % ", ".join(
        str(annex.number) for annex in lacking
    )
    return Check(
        "annexes",
        label % {"n": len(lacking)},
        CheckState.BLOCKING,
        detail,
        page=f"annexes/{lacking[0].number}",
    )


def check_dates(draft: DraftState) -> Check:
    """The term is known and still to come, ends no later than any outside authorisation, and
    bounds retention."""
    start, months = draft.value("agreement.effective_on"), draft.value("agreement.duration_months")
    if not start or not months:
        return Check(
            "dates", _("Date d’effet et durée à fixer"), CheckState.BLOCKING, query="article=C37"
        )
    effect = draft.value("amendment.effective_on") if "A05" in draft.codes else start
    if effect and effect < draft.today:
        return Check(
            "dates",
            _("Date d’effet passée"),
            CheckState.BLOCKING,
            _("%s : un acte ne prend pas effet avant d’être signé") % day_text(effect),
            query=f"article={'A05' if 'A05' in draft.codes else 'C37'}",
        )
    end = last_day(start, months)
    for label, limit in sorted(draft.formality_ends, key=lambda formality: formality[1]):
        if end > limit:
            return Check(
                "dates",
                _("Fin de l’acte après celle d’une autorisation"),
                CheckState.BLOCKING,
                _("%(label)s : %(day)s") % {"label": label, "day": day_text(limit)},
                query="article=C37",
            )
    retention = draft.value("retention.months")
    if "C29" in draft.codes and retention and retention > months + 12:
        return Check(
            "dates",
            _("Conservation longue au regard de l’acte"),
            CheckState.WARNING,
            _("%(kept)s mois pour un acte de %(term)s mois") % {"kept": retention, "term": months},
            query="article=C29",
        )
    return Check("dates", _("Dates cohérentes"), CheckState.OK)


def check_opinions(draft: DraftState) -> Check:
    """With personal data, the DPO of each party has given an opinion (process.md, §3)."""
    if not draft.facts.get("PD"):
        return Check("opinions", _("Avis des DPD : sans objet"), CheckState.OK)
    lacking = [opinion.party for opinion in draft.opinions if not opinion.verdict]
    if not lacking and draft.opinions:
        return Check("opinions", _("Avis des DPD rendus"), CheckState.OK, page="reserves")
    return Check(
        "opinions",
        _("Avis des DPD attendus"),
        CheckState.BLOCKING,
        ", ".join(lacking),
        page="reserves",
    )


def check_references(draft: DraftState) -> Check:
    """Every « article N » leads to an article of the act."""
    concerned = [
        a for a in draft.articles if any(s.kind == SegmentKind.DANGLING for s in a.segments)
    ]
    if not concerned:
        return Check("references", _("Renvois entre articles"), CheckState.OK)
    return _on_articles("references", _("Renvois sans article"), concerned, CheckState.BLOCKING)


def check_mandatory(draft: DraftState) -> Check:
    """A mandatory clause is in the act, or the legal officer said why not (clauses.md, §6)."""
    absent = [code for code in draft.mandatory if code not in draft.codes]
    unexplained = [code for code in absent if not draft.removed_reasons.get(code)]
    if unexplained:
        return Check(
            "mandatory",
            _("Clauses obligatoires absentes"),
            CheckState.BLOCKING,
            ", ".join(f"{code} ({draft.library.clauses[code].title})" for code in unexplained),
            query="retires=1",
        )
    detail = _("retirées avec motif : %s") % ", ".join(absent) if absent else ""
    return Check("mandatory", _("Clauses obligatoires présentes"), CheckState.OK, detail)


def check_transfers(draft: DraftState) -> Check:
    """Data stay in the EEA, or the transfer has its guarantees (clauses.md, §6 rules 2 and 3)."""
    country = str(draft.value("security.country") or "").strip()
    named = [name.strip().casefold() for name in re.split(r",|;|\bet\b", country) if name.strip()]
    inside = set(named) <= {name.casefold() for name in draft.library.eea}
    if draft.facts.get("OUT_EU"):
        return Check(
            "transfers",
            _("Transfert hors de l’Espace économique européen"),
            CheckState.WARNING,
            _("vérifiez les garanties et l’évaluation jointe"),
            query="article=C21",
        )
    if "C21" in draft.codes and not inside:
        return Check(
            "transfers",
            _("Hébergement hors de l’Espace économique européen"),
            CheckState.BLOCKING,
            _("%s : l’article sur les transferts l’interdit") % country,
            query="article=C18",
        )
    return Check("transfers", _("Lieu des données"), CheckState.OK)


def check_fees(draft: DraftState) -> Check:
    """The act does not say « gratuit » while an amount is written (clauses.md, §6 rule 3)."""
    amount = draft.value("fees.amount")
    charged = amount is not None and Decimal(amount) > 0
    fees = bool(draft.facts.get("FEES"))
    query = "article=C33"
    if amount is not None and charged != fees:
        return Check(
            "fees",
            _("Gratuité et coûts se contredisent"),
            CheckState.BLOCKING,
            _("un montant est écrit, l’acte dit le partage gratuit")
            if charged
            else _("le montant est nul, l’acte prévoit un remboursement"),
            query=query,
        )
    if fees and draft.facts.get("SAME_STATE"):
        return Check(
            "fees",
            _("Remboursement entre services de l’État"),
            CheckState.WARNING,
            _("vérifiez que la loi l’admet"),
            query=query,
        )
    return Check("fees", _("Gratuité ou coûts"), CheckState.OK)


def check_validation(draft: DraftState) -> Check:
    """Clauses of the library were validated by the legal department and the DPO (clauses.md)."""
    concerned = [article for article in draft.articles if not article.is_validated]
    if not concerned:
        return Check("validation", _("Clauses validées"), CheckState.OK)
    label = ngettext("%(n)s clause non validée", "%(n)s clauses non validées", len(concerned))
    return Check(
        "validation",
        label % {"n": len(concerned)},
        CheckState.WARNING,
        _("par la direction des affaires juridiques et le DPD"),
        query=f"article={concerned[0].key}",
    )


CHECKS: tuple[Callable[[DraftState], Check], ...] = (
    check_gaps,
    check_discussion,
    check_reserves,
    check_signatories,
    check_homologation,
    check_annexes,
    check_dates,
    check_opinions,
    check_references,
    check_mandatory,
    check_transfers,
    check_fees,
    check_validation,
)
