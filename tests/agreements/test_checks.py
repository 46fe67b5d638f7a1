"""The thirteen checks before freezing: each passes, each fails, each leads to its cure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agreements.assembly.checks import (
    AnnexState,
    CheckState,
    OpinionState,
    ReserveRow,
    SignatoryState,
    blocking,
    run_checks,
)
from agreements.assembly.merging import Segment, SegmentKind
from tests.agreements.worlds import article_state, draft_state, facts

GAP = Segment(SegmentKind.GAP, "[à compléter : durée]", "retention.months")
DANGLING = Segment(SegmentKind.DANGLING, "[renvoi sans article : C30]", "C30")


def value(**objects: dict[str, Any]) -> dict[str, Any]:
    base = draft_state().values
    return {**base, **{name: {**base.get(name, {}), **more} for name, more in objects.items()}}


def test_checks_all_pass_on_a_complete_draft() -> None:
    checks = run_checks(draft_state())

    assert len(checks) == 13
    assert [check.code for check in checks if check.state != CheckState.OK] == []
    assert all(check.label for check in checks)


@pytest.mark.parametrize(
    ("code", "changed", "state", "label", "detail", "page", "query"),
    [
        (
            "gaps",
            {
                "articles": [
                    article_state("C12", 12, segments=[GAP]),
                    article_state("C15", 15, segments=[GAP]),
                    article_state("C29", 24, segments=[GAP, GAP]),
                ]
            },
            "blocking",
            "1 champ à compléter",
            "articles 12, 15 et 24",
            "redaction",
            "article=C12",
        ),
        (
            "discussion",
            {
                "articles": [
                    article_state("C08", 6, in_discussion=True),
                    article_state("C29", 24, in_discussion=True),
                ]
            },
            "blocking",
            "2 articles en discussion",
            "articles 6 et 24",
            "redaction",
            "article=C08",
        ),
        (
            "discussion",
            {"articles": [article_state("C08", 6, in_discussion=True)]},
            "blocking",
            "1 article en discussion",
            "article 6",
            "redaction",
            "article=C08",
        ),
        (
            "discussion",
            {"articles": [article_state(f"C{n}", n, is_awaited=True) for n in range(10, 20)]},
            "blocking",
            "10 articles sans réponse de toutes les parties",
            "articles 10, 11, 12, 13, 14 et 5 autres",
            "redaction",
            "article=C10",
        ),
        (
            "reserves",
            {"reserves": [ReserveRow("Chiffrer", "DGCS", True, "open")]},
            "blocking",
            "1 réserve préalable ouverte",
            "DGCS",
            "reserves",
            "",
        ),
        (
            "reserves",
            {"reserves": [ReserveRow("Chiffrer", "DGCS", True, "proof_received")]},
            "blocking",
            "1 réserve préalable ouverte",
            "DGCS",
            "reserves",
            "",
        ),
        (
            "signatories",
            {"signatories": [SignatoryState("CNSA", "délégation échue")]},
            "blocking",
            "Pouvoirs des signataires à établir",
            "CNSA",
            "signature",
            "",
        ),
        (
            "homologation",
            {"values": value(security={"homologation_end": date(2026, 4, 15)})},
            "blocking",
            "Homologation trop courte",
            "fin le 15 avril 2026",
            "redaction",
            "article=C17",
        ),
        (
            "annexes",
            {"annexes": [AnnexState(1, "Données", ()), AnnexState(4, "Calendrier", ("x",))]},
            "blocking",
            "1 annexe à compléter",
            "annexe 4",
            "annexes/4",
            "",
        ),
        (
            "dates",
            {"values": value(agreement={"effective_on": None})},
            "blocking",
            "Date d’effet et durée à fixer",
            "",
            "redaction",
            "article=C37",
        ),
        (
            "dates",
            {"values": value(agreement={"duration_months": None})},
            "blocking",
            "Date d’effet et durée à fixer",
            "",
            "redaction",
            "article=C37",
        ),
        (
            "dates",
            {"formality_ends": [("CNIL", date(2029, 4, 18))]},
            "blocking",
            "Fin de l’acte après celle d’une autorisation",
            "18 avril 2029",
            "redaction",
            "article=C37",
        ),
        (
            "dates",
            {"values": value(retention={"months": 49})},
            "warning",
            "Conservation longue au regard de l’acte",
            "49 mois",
            "redaction",
            "article=C29",
        ),
        (
            "opinions",
            {"opinions": [OpinionState("CNSA", ""), OpinionState("DGCS", "favourable")]},
            "blocking",
            "Avis des DPD attendus",
            "CNSA",
            "reserves",
            "",
        ),
        ("opinions", {"opinions": []}, "blocking", "Avis des DPD attendus", "", "reserves", ""),
        (
            "references",
            {"articles": [article_state(segments=[DANGLING])]},
            "blocking",
            "Renvois sans article",
            "article 1",
            "redaction",
            "article=C29",
        ),
        (
            "mandatory",
            {"mandatory": ["C07", "C28"]},
            "blocking",
            "Clauses obligatoires absentes",
            "C28 (Violation de données)",
            "redaction",
            "retires=1",
        ),
        (
            "transfers",
            {"values": value(security={"country": "Canada"})},
            "blocking",
            "Hébergement hors de l’Espace économique européen",
            "Canada",
            "redaction",
            "article=C18",
        ),
        (
            "transfers",
            {"facts": facts(OUT_EU=True)},
            "warning",
            "Transfert hors de l’Espace économique européen",
            "garanties",
            "redaction",
            "article=C21",
        ),
        (
            "transfers",
            {"values": value(security={"country": "France et Canada"})},
            "blocking",
            "Hébergement hors de l’Espace économique européen",
            "Canada",
            "redaction",
            "article=C18",
        ),
        (
            "fees",
            {"values": value(fees={"amount": 100})},
            "blocking",
            "Gratuité et coûts se contredisent",
            "gratuit",
            "redaction",
            "article=C33",
        ),
        (
            "fees",
            {"facts": facts(FEES=True), "values": value(fees={"amount": 0})},
            "blocking",
            "Gratuité et coûts se contredisent",
            "nul",
            "redaction",
            "article=C33",
        ),
        (
            "fees",
            {"facts": facts(FEES=True, SAME_STATE=True)},
            "warning",
            "Remboursement entre services de l’État",
            "loi",
            "redaction",
            "article=C33",
        ),
        (
            "validation",
            {"articles": [article_state(is_validated=False)]},
            "warning",
            "1 clause non validée",
            "affaires juridiques",
            "redaction",
            "article=C29",
        ),
    ],
)
def test_check_fails_and_leads_to_its_cure(
    code, changed, state, label, detail, page, query
) -> None:
    checks = {check.code: check for check in run_checks(draft_state(**changed))}

    check = checks.pop(code)
    assert (check.state, check.label, check.page, check.query) == (state, label, page, query)
    assert detail in check.detail
    assert {other.state for other in checks.values()} == {CheckState.OK}


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("reserves", {"reserves": [ReserveRow("Former", "DGCS", False, "open")]}),
        ("reserves", {"reserves": [ReserveRow("Chiffrer", "DGCS", True, "inscribed")]}),
        ("homologation", {"values": value(security={"homologation_end": date(2026, 4, 20)})}),
        ("homologation", {"values": value(security={"homologation_end": None})}),
        ("homologation", {"codes": ["C07", "C21"], "mandatory": [],
                          "values": value(security={"homologation_end": date(2026, 1, 1)})}),
        ("dates", {"values": value(retention={"months": 48})}),
        ("dates", {"formality_ends": [("CNIL", date(2029, 4, 19))]}),
        ("opinions", {"facts": facts(PD=False), "opinions": []}),
        ("mandatory", {"mandatory": ["C28"], "removed_reasons": {"C28": "Sans objet ici."}}),
        ("transfers", {"values": value(security={"country": "france"})}),
        ("transfers", {"values": value(security={"country": "France, Italie et Norvège"})}),
        ("transfers", {"values": value(security={"country": None})}),
        ("fees", {"facts": facts(FEES=True), "values": value(fees={"amount": 100})}),
        ("fees", {"facts": facts(FEES=True)}),
        ("fees", {"values": value(fees={"amount": 0})}),
    ],
)  # fmt: skip
def test_check_passes_at_its_edge(code, changed) -> None:
    checks = {check.code: check for check in run_checks(draft_state(**changed))}

    assert checks[code].state == CheckState.OK


def test_blocking_leaves_warnings_aside() -> None:
    checks = run_checks(
        draft_state(
            articles=[article_state(is_validated=False)], annexes=[AnnexState(4, "C", ("x",))]
        )
    )

    assert [check.code for check in blocking(checks)] == ["annexes"]


def test_removed_mandatory_clause_with_its_reason_is_named() -> None:
    draft = draft_state(mandatory=["C28"], removed_reasons={"C28": "Sans objet ici."})

    check = next(check for check in run_checks(draft) if check.code == "mandatory")

    assert check.detail == "retirées avec motif : C28"
