"""Which act, which clauses, which texts (domain/clauses.md, §2 and §6)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from agreements.assembly.act_type import propose
from agreements.assembly.merging import (
    SegmentKind,
    canonical_path,
    gaps,
    last_day,
    merge_segments,
    number_articles,
    plain,
    read_value,
    typed_values,
)
from agreements.assembly.selection import assemble, complete_facts, mandatory, select
from agreements.enums import ActType
from agreements.library import shipped
from questionnaires.expressions import MissingFact
from tests.agreements.worlds import (
    FACTS,
    HOLDER_AND_REQUESTER,
    LINKAGE_SIDES,
    facts,
    filled_values,
    merge_context,
)

LIBRARY = shipped()
# (type, facts, sides): together they select every clause of the library.
WORLDS = [
    ("a", facts(), HOLDER_AND_REQUESTER),
    ("a", facts(LINK=True, **dict.fromkeys(("SENS", "NIR", "PSEUDO", "SUBPROC", "ALGO"), True)),
     HOLDER_AND_REQUESTER),
    ("b", facts(PD=False, REUSE=True, DERIVED=True, PUBLISH=True), HOLDER_AND_REQUESTER),
    ("c", facts(L1148_I=True, SECRET=True), HOLDER_AND_REQUESTER),
    ("c", facts(L1148_II=True), HOLDER_AND_REQUESTER),
    ("d", facts(LINK=True, SENS=True, NIR=True, PSEUDO=True), LINKAGE_SIDES),
    ("e", facts(ANNEXES_CHANGED=True), HOLDER_AND_REQUESTER),
    ("f", facts(SAME_STATE=True), HOLDER_AND_REQUESTER),
]  # fmt: skip


def codes_of(act_type: str, raw: dict[str, bool], sides: tuple[str, ...] = HOLDER_AND_REQUESTER):
    known = complete_facts(raw, act_type=act_type, sides=sides, library=LIBRARY)
    return select(act_type, known, LIBRARY)


def articles_of(act_type: str, raw: dict[str, bool], sides: tuple[str, ...] = HOLDER_AND_REQUESTER):
    known = complete_facts(raw, act_type=act_type, sides=sides, library=LIBRARY)
    drafted = assemble(act_type, known, parties=len(sides), library=LIBRARY)
    return {article.clause.code: article.body for article in drafted}


@pytest.mark.parametrize(
    ("pathway", "known", "parties", "expected"),
    [
        ("l114_8_i", facts(), 2, ActType.L114_8),
        ("l114_8_ii", facts(), 4, ActType.L114_8),
        ("multi_linkage", facts(), 3, ActType.LINKAGE),
        ("gdpr_c2c", facts(LINK=True, THIRD_LINKAGE=True), 2, ActType.LINKAGE),
        ("gdpr_c2c", facts(LINK=True), 2, ActType.TWO_CONTROLLERS),
        ("non_personal", facts(), 2, ActType.NON_PERSONAL),
        ("lrn_art1", facts(PD=False), 2, ActType.NON_PERSONAL),
        ("internal", facts(), 2, ActType.INTERNAL),
        ("sector_text", facts(), 2, ActType.TWO_CONTROLLERS),
        ("gdpr_processor", facts(), 2, None),
        ("open_data", facts(), 2, None),
        ("existing_api", facts(), 2, None),
        ("snds_permanent", facts(), 2, None),
        ("stat_secret", facts(), 2, None),
        ("ehds", facts(), 2, None),
    ],
)
def test_propose_follows_the_pathway(pathway, known, parties, expected) -> None:
    proposal = propose(pathway=pathway, facts=known, parties=parties)

    assert proposal.act_type == expected
    assert proposal.reason


def test_propose_processor_says_where_to_go() -> None:
    proposal = propose(pathway="gdpr_processor", facts=facts(), parties=2)

    assert proposal.reason == "Ce besoin relève d’un contrat de sous-traitance."


def test_select_every_clause_is_in_some_act() -> None:
    found = {code for act_type, raw, sides in WORLDS for code in codes_of(act_type, raw, sides)}

    assert found == set(LIBRARY.clauses)


@pytest.mark.parametrize("code", sorted(c.code for c in LIBRARY.clauses.values() if c.condition))
def test_select_every_conditional_clause_is_also_left_out(code: str) -> None:
    clause = LIBRARY.clauses[code]
    nothing = {**dict.fromkeys(FACTS, False), "AGENTS": False}

    left_out = [
        code not in codes_of(act_type, raw, sides)
        for act_type in clause.types
        for raw in (nothing, facts(LINK=True))
        for sides in (HOLDER_AND_REQUESTER, LINKAGE_SIDES)
    ]

    assert any(left_out)


@pytest.mark.parametrize(
    ("changed", "code", "act_type", "expected"),
    [
        ({"PD": False, "SECRET": True}, "C15", "a", True),
        ({"PD": False}, "C15", "a", False),
        ({"SUBPROC": True}, "C19", "a", True),
        ({}, "C19", "a", False),
        ({"PUBLISH": True}, "C31", "a", True),
        ({}, "C31", "d", True),
        ({}, "C31", "a", False),
        ({"AGENTS": False}, "C16", "a", False),
        ({"AGENTS": False, "SECRET": True}, "C16", "a", True),
        ({"LINK": True, "THIRD_LINKAGE": True}, "C23", "a", False),
        ({"LINK": True}, "C23", "a", True),
        ({}, "C41", "f", False),
        ({}, "C41", "a", True),
        ({"PUBLISH": True}, "C31", "c", False),
    ],
)
def test_select_follows_the_index(changed, code, act_type, expected) -> None:
    assert (code in codes_of(act_type, facts(**changed))) is expected


def test_select_refuses_to_guess_a_missing_fact() -> None:
    raw = {name: value for name, value in FACTS.items() if name != "PD"}

    with pytest.raises(MissingFact) as error:
        codes_of("a", raw)

    assert error.value.names == ("PD",)


def test_complete_facts_knows_the_act_and_drops_what_is_foreign() -> None:
    known = complete_facts(
        {**facts(L1148_II=True), "subject_count": 12}, act_type="d", sides=LINKAGE_SIDES,
        library=LIBRARY,
    )  # fmt: skip

    assert known["PROACTIVE"] is True
    assert known["TYPE"] == "d"
    assert known["MULTI"] is True
    assert known["MANY_HOLDERS"] is True
    assert known["AGENTS"] is True
    assert "subject_count" not in known


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"PD": False}, set()),
        ({}, {"C07", "C09", "C12", "C15", "C17", "C24", "C25", "C26", "C27", "C28", "C29", "C30"}),
        ({"PD": False, "SENS": True}, {"C10"}),
        ({"PD": False, "NIR": True}, {"C11"}),
        ({"PD": False, "PSEUDO": True}, {"C22"}),
        ({"PD": False, "OUT_EU": True}, {"C21"}),
        ({"PD": False, "ALGO": True}, {"C47"}),
    ],
)
def test_mandatory_sets(changed, expected) -> None:
    known = complete_facts(
        facts(**changed), act_type="a", sides=HOLDER_AND_REQUESTER, library=LIBRARY
    )

    assert set(mandatory("a", known, LIBRARY)) == expected


def test_mandatory_roles_of_a_multi_party_act_are_those_of_m02() -> None:
    known = complete_facts(facts(), act_type="d", sides=LINKAGE_SIDES, library=LIBRARY)

    assert "M02" in mandatory("d", known, LIBRARY)
    assert "C07" not in mandatory("d", known, LIBRARY)


@pytest.mark.parametrize(("act_type", "raw", "sides"), WORLDS)
def test_assemble_every_type_of_act_without_gap_nor_dangling_reference(
    act_type, raw, sides
) -> None:
    articles = articles_of(act_type, raw, sides)
    values = typed_values(filled_values(sides), LIBRARY)
    context = merge_context(tuple(articles), values, sides)

    for code, body in articles.items():
        segments = merge_segments(body, context)
        text = plain(segments)
        assert not gaps(segments, context), (code, text)
        assert not [s for s in segments if s.kind == SegmentKind.DANGLING], (code, text)
        assert "[" not in text, code
        assert "{" not in text, code
        assert "  " not in text, code
        assert text == text.strip(), code


def test_assemble_gaps_name_what_is_missing_in_french() -> None:
    articles = articles_of("a", facts())
    context = merge_context(tuple(articles))

    segments = merge_segments(articles["C29"], context)

    assert "[à compléter\u00a0: durée de conservation, en mois] mois" in plain(segments)
    assert [gap.path for gap in gaps(segments, context)] == [
        "retention.months", "retention.start_event",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "act_type", "changed", "present", "absent"),
    [
        ("C07", "a", {}, "est responsable du traitement", "conjointement"),
        ("C07", "a", {"JOINT": True}, "conjointement", "pour le compte de l’autre"),
        ("C08", "a", {}, "La recherche de fraudes", "[["),
        ("C08", "a", {"FRAUD": True}, "usage est interdit", "La recherche de fraudes"),
        ("C10", "a", {"SENS": True, "HEALTH": True}, "LIL art. 64 à 77", "[["),
        ("C10", "a", {"SENS": True}, "article 9 du RGPD", "LIL art."),
        ("C12", "a", {}, "rattachée à la finalité", "[["),
        ("C12", "b", {"PD": False}, "reçue par erreur", "rattachée à la finalité"),
        ("C14", "a", {"API": True}, "une clé compromise", "[["),
        ("C14", "a", {}, "empreinte SHA-256", "clé compromise"),
        ("C16", "a", {"SECRET": True}, "Le partage est permis par", "[["),
        ("C16", "a", {}, "discrétion", "Le partage est permis par"),
        ("C18", "a", {"HDS": True}, "certifié pour les données de santé", "21 mai 2024"),
        ("C18", "a", {"SREN": True}, "21 mai 2024", "certifié pour les données de santé"),
        ("C20", "a", {"PUBLISH": True}, "Les résultats agrégés", "[["),
        ("C20", "a", {}, "Aucune transmission", "Les résultats agrégés"),
        ("C21", "a", {}, "ne sont ni transférées", "art. 44 à 49"),
        ("C21", "a", {"OUT_EU": True}, "art. 44 à 49", "ne sont ni transférées"),
        ("C33", "a", {}, "Le partage est gratuit", "rembourse"),
        ("C33", "a", {"FEES": True}, "rembourse les coûts", "gratuit"),
        ("C40", "a", {}, "s’applique", "[["),
        ("C40", "b", {"PD": False}, "sans préavis", "s’applique"),
        ("C42", "c", {"L1148_I": True}, "s’applique en outre", "[["),
        ("C42", "a", {}, "registre des conventions", "s’applique en outre"),
        ("C44", "a", {}, "Le droit français s’applique", "autorité hiérarchique"),
        ("C44", "f", {}, "autorité hiérarchique commune", "Le droit français"),
        ("C01", "f", {}, "n’a pas le caractère d’un contrat", "SIRET"),
        ("C01", "a", {}, "{{ party_2.siret }}", "contrat"),
        ("B01", "b", {"PD": False}, "ne constitue pas une réutilisation", "est libre"),
        ("B01", "b", {"PD": False, "REUSE": True}, "est libre", "ne constitue pas"),
        ("M04", "d", {"NIR": True}, "L’usage du NIR", "[["),
        ("M04", "d", {}, "canal distinct", "L’usage du NIR"),
        ("C02", "a", {}, "a décidé", "ont décidé"),
    ],
)
def test_assemble_alternatives_and_conditional_sentences(
    code, act_type, changed, present, absent
) -> None:
    sides = LINKAGE_SIDES if act_type == "d" else HOLDER_AND_REQUESTER
    body = articles_of(act_type, facts(**changed), sides)[code].replace("\u00a0", " ")

    assert present in body
    assert absent not in body


def test_assemble_several_holders_decide_in_the_plural() -> None:
    body = articles_of("d", facts(), LINKAGE_SIDES)["C02"]
    values = {"party_1": {"name": "Cnam"}, "party_2": {"name": "Drees"}}

    text = plain(merge_segments(body, merge_context((), values, LINKAGE_SIDES)))

    assert "Cnam et Drees ont décidé" in text


def test_numbering_moves_references() -> None:
    body = articles_of("a", facts())["C29"]

    first = plain(merge_segments(body, merge_context(("C29", "C30"))))
    then = plain(merge_segments(body, merge_context(("C01", "C30", "C29"))))
    gone = merge_segments(body, merge_context(("C29",)))

    assert "selon l’article 2." in first
    assert "selon l’article 2." in then
    assert number_articles(["C01", "C30"]) == {"C01": 1, "C30": 2}
    assert [s.text for s in gone if s.kind == SegmentKind.DANGLING] == [
        "[renvoi sans article : C30]"
    ]


def test_merge_writes_dates_numbers_and_lists_in_french() -> None:
    values = typed_values(
        {"agreement": {"effective_on": "2026-04-20"}, "fees": {"amount": "12345.5"},
         "case": {"purposes_list": ["décrire", "évaluer", "publier"]}},
        LIBRARY,
    )  # fmt: skip
    body = "{{ agreement.effective_on }} | {{ fees.amount }} | {{ case.purposes_list }}"

    text = plain(merge_segments(body, merge_context((), values)))

    assert text.startswith("20 avril 2026 | 12")
    assert "345,5 | décrire, évaluer et publier" in text


def test_merge_never_reads_a_value_again() -> None:
    values = {"case": {"context": "{{ party_1.siret }} [[si PD]]<b>"}}

    text = plain(merge_segments("{{ case.context }}", merge_context((), values)))

    assert text == "{{ party_1.siret }} [[si PD]]<b>"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("holder.unit", "party_1.unit"),
        ("recipient.name", "party_2.name"),
        ("retention.months", "retention.months"),
    ],
)
def test_canonical_path(path: str, expected: str) -> None:
    assert canonical_path(path, HOLDER_AND_REQUESTER) == expected


def test_gaps_of_a_party_name_it() -> None:
    context = merge_context((), {"party_1": {"name": "CNSA"}})

    found = gaps(merge_segments("{{ party_1.siret }} {{ holder.siret }}", context), context)

    assert [(gap.path, gap.label) for gap in found] == [("party_1.siret", "numéro SIRET (CNSA)")]


@pytest.mark.parametrize(
    ("path", "raw", "expected"),
    [
        ("retention.months", "36", 36),
        ("retention.months", " ", None),
        ("retention.months", None, None),
        ("agreement.effective_on", "20/04/2026", "2026-04-20"),
        ("agreement.effective_on", "2026-04-20", "2026-04-20"),
        ("fees.amount", "12\u202f345,50", "12345.50"),
        ("case.purposes_list", "un\n\ndeux\n", ["un", "deux"]),
        ("case.purposes_list", ["un", " "], ["un"]),
        ("party_2.siret", ["12", "34"], "12, 34"),
        ("holder.dpo_email", "dpd@example.fr", "dpd@example.fr"),
        ("case.context", "Un besoin 😀", "Un besoin 😀"),
    ],
)
def test_read_value(path, raw, expected) -> None:
    assert read_value(path, raw, LIBRARY) == expected


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        ("retention.months", "trente-six"),
        ("retention.months", "-1"),
        ("retention.months", "²"),
        ("retention.months", "100000"),
        ("agreement.effective_on", "31/02/2026"),
        ("agreement.effective_on", "demain"),
        ("fees.amount", "NaN"),
        ("fees.amount", "1e400"),
        ("fees.amount", "cher"),
        ("party_1.dpo_email", "pas une adresse"),
        ("case.context", "a\x00b"),
        ("case.context", "a" * 20_001),
        ("nothing.here", "x"),
    ],
)
def test_read_value_refuses_in_french(path, raw) -> None:
    with pytest.raises(ValidationError) as error:
        read_value(path, raw, LIBRARY)

    assert error.value.messages[0]


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 4, 20), 36, date(2029, 4, 19)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 14)),
        (date(2026, 11, 30), 1, date(2026, 12, 29)),
    ],
)
def test_last_day_of_a_term(start, months, expected) -> None:
    assert last_day(start, months) == expected
