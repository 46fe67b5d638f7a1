"""What is read of the answers: progress, assessment, read view, comparison."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from accounts.models import Organisation, User
from questionnaires import definitions, selectors, services
from questionnaires.models import AnswerSet
from questionnaires.selectors import ReadItem, ReadView
from tests.questionnaires.factories import answers_of, personal_values, request_values
from tests.questionnaires.pages import render


def set_values(answers: AnswerSet, by: User, **values: Any) -> AnswerSet:
    return services.save_values(answers=answers, values=values, by=by)


def visit(answers: AnswerSet, by: User, section: str) -> None:
    services.save_section(answers=answers, section=section, data={"_fields": []}, by=by)


def test_get(draft: AnswerSet) -> None:
    assert selectors.get(draft.pk) == draft
    with pytest.raises(Http404):
        selectors.get(draft.pk + 1)


# --- Progress ---------------------------------------------------------------------------------


def details(answers: AnswerSet, current: str = "") -> dict[str, str]:
    return {step.code: step.detail for step in selectors.progress(answers, current)}


def test_progress_of_an_empty_draft(draft: AnswerSet) -> None:
    assert set(details(draft).values()) == {"À remplir"}
    assert len(details(draft)) == 8
    assert details(draft, "data")["data"] == "En cours"


def test_progress_of_a_complete_draft(complete: AnswerSet) -> None:
    steps = selectors.progress(complete)

    assert {step.detail for step in steps} == {"Complète"}
    assert [step.number for step in steps] == list(range(1, 8))
    assert {step.state for step in steps} == {"ok"}


def test_progress_counts_the_fields_to_complete(complete: AnswerSet, nadia: User) -> None:
    visit(complete, nadia, "need")
    set_values(complete, nadia, title="")
    assert details(complete)["need"] == "1 champ à compléter"

    set_values(complete, nadia, title="", needed_by="bientôt")
    assert details(complete)["need"] == "2 champs à compléter"


def test_progress_of_a_prefilled_step_not_opened(draft: AnswerSet, nadia: User) -> None:
    set_values(draft, nadia, requesting_unit="Bureau")
    assert details(draft)["actors"] == "À remplir"

    visit(draft, nadia, "actors")
    assert details(draft)["actors"].endswith("champs à compléter")


def test_progress_gives_the_address_of_each_step(draft: AnswerSet) -> None:
    steps = selectors.progress(draft, url_of=lambda code: f"/brouillons/1/{code}/")

    assert steps[0].url == "/brouillons/1/need/"
    soup = render("../components/steps.html", steps=steps)
    assert len(soup.find_all("a")) == 8


def test_stepper_and_neighbours(complete: AnswerSet, personal: AnswerSet) -> None:
    assert selectors.stepper(complete, "data") == {
        "current": 4, "total": 7, "title": "Données demandées",
        "next": "Accès, sécurité et durées",
    }  # fmt: skip
    assert selectors.stepper(personal, "commitments")["next"] == ""
    with pytest.raises(KeyError):
        selectors.stepper(complete, "personal")

    assert selectors.neighbours(complete, "data") == ("use_case", "access")
    assert selectors.neighbours(complete, "personal") == ("data", "access")
    assert selectors.neighbours(personal, "need") == ("", "actors")
    assert selectors.neighbours(personal, "commitments") == ("outcomes", "")
    with pytest.raises(ValueError, match="zz"):
        selectors.neighbours(complete, "zz")


def test_sections_follow_personal_data(complete: AnswerSet, personal: AnswerSet) -> None:
    assert len(selectors.sections(complete)) == 7
    assert len(selectors.sections(personal)) == 8


# --- Assessment -------------------------------------------------------------------------------


def assess(answers: dict[str, Any], **context: Any) -> selectors.Assessment:
    return selectors.assess(definitions.get("use_case"), answers, context)


def test_assessment_of_health_data_with_linkage(personal: AnswerSet) -> None:
    found = selectors.assessment(personal)

    assert (found.risk_level, found.risk_label) == ("high", "Élevé")
    assert found.risk_reasons == ("données sensibles", "plus de 100\u202f000 personnes")
    assert found.aipd_required
    assert found.aipd_reasons == (
        "données sensibles ou hautement personnelles", "grande échelle", "croisement de données",
        "personnes vulnérables",
    )  # fmt: skip
    assert found.aipd_sentence.startswith("D’après vos réponses, une AIPD est nécessaire\u00a0: ")
    assert (found.suggested_pathway, found.pathway_label) == (
        "multi_linkage", "Appariement multi-parties",
    )  # fmt: skip


def test_assessment_of_aggregates(complete: AnswerSet) -> None:
    found = selectors.assessment(complete)

    assert (found.risk_level, found.aipd_required, found.aipd_sentence) == ("low", False, "")
    assert found.suggested_pathway == "non_personal"


def test_assessment_of_nothing(draft: AnswerSet) -> None:
    found = selectors.assessment(draft)

    assert (found.risk_level, found.suggested_pathway, found.pathway_label) == ("low", "", "")


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"granularity": "aggregated"}, "low"),
        ({"granularity": "individual_pseudonymised"}, "medium"),
        ({"granularity": "individual_identifying"}, "high"),
        ({"linkage_needed": "yes"}, "medium"),
        ({"vulnerable": True}, "medium"),
        ({"special_categories": ["religion"]}, "high"),
        ({"subject_count": "over_100000"}, "high"),
        ({"subject_count": "under_100"}, "low"),
        ({"transfers_outside_eu": "yes"}, "high"),
    ],
)
def test_risk_is_the_highest_of_its_factors(answers: dict[str, Any], level: str) -> None:
    assert assess({"has_personal_data": "yes", **answers}).risk_level == level


PATHWAYS = [
    ({"has_personal_data": "no"}, {}, "non_personal"),
    ({"linkage_needed": "yes", "linkage_method": "snds_pseudonym"}, {}, "snds_project"),
    ({"linkage_needed": "yes"}, {"HOLDER_COUNT": 2}, "multi_linkage"),
    ({"linkage_needed": "yes"}, {"HOLDER_COUNT": 1}, "gdpr_c2c"),
    (
        {"personal_categories": ["health"], "use_category": ["research"],
         "reference_method": "mr_004"},
        {},
        "health_mr",
    ),
    ({"personal_categories": ["health"], "use_category": ["research"]}, {}, "snds_project"),
    ({"use_category": ["statistics"]}, {"REQUESTER_KIND": "statistics"}, "stat_7bis"),
    ({"use_category": ["statistics"]}, {"REQUESTER_KIND": "direction"}, "gdpr_c2c"),
    ({"use_category": ["research"], "secrecy": ["statistical"]}, {}, "stat_secret"),
    ({"use_category": ["rights_opening"], "fraud_use": False}, {}, "l114_8_ii"),
    ({"use_category": ["rights_opening"], "fraud_use": True}, {}, "gdpr_c2c"),
    ({"use_category": ["user_service"]}, {}, "l114_8_i"),
    ({"use_category": ["steering"]}, {"SAME_STATE": True}, "internal"),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "context", "pathway"), PATHWAYS)
def test_suggested_pathway(answers: dict[str, Any], context: dict[str, Any], pathway: str) -> None:
    found = assess({"has_personal_data": "yes", **answers}, **context)

    assert found.suggested_pathway == pathway
    assert found.pathway_label


# --- Verdicts ---------------------------------------------------------------------------------


def test_verdict_and_conditions_of_an_opinion(nadia: User) -> None:
    opinion = answers_of(nadia, "dpo_opinion")
    row = {"text": "AIPD à jour", "owner": "requester", "due": "before_signature", "proof": "AIPD"}
    set_values(opinion, nadia, verdict="favourable_reserve", conditions=[row, {}])

    assert selectors.verdict(opinion) == "favourable_reserve"
    assert selectors.conditions(opinion) == [row]

    set_values(opinion, nadia, verdict="unfavourable")
    assert selectors.conditions(opinion) == []


def test_form_without_a_verdict(draft: AnswerSet) -> None:
    assert selectors.verdict(draft) == ""
    assert selectors.conditions(draft) == []


@pytest.mark.parametrize(
    ("code", "values", "wrong"),
    [
        ("visa", {"verdict": "unfavourable"}, {"motivation"}),
        ("visa", {"verdict": "favourable"}, set()),
        ("admissibility", {"decision": "inadmissible"}, {"inadmissible_reasons", "reasons"}),
        ("admissibility", {"decision": "admissible", "ck_data": False}, {"decision"}),
        ("holder_decision", {"decision": "favourable_reserve"}, {"conditions"}),
        ("holder_decision", {"decision": "partial"}, {"variables_decided"}),
        ("holder_decision", {"decision": "unfavourable"}, {"reason_codes"}),
        ("conclusion", {"outcome": "redirect_api"}, {"redirect_link"}),
        ("conclusion", {"outcome": "redirect_other"}, {"redirect_contact"}),
        ("orientation", {"outcome": "study", "reviews": ["security"]}, {"reviews"}),
        ("orientation", {"outcome": "study", "act_type": "a", "legal_pathway": "l114_8_i"},
         {"act_type"}),
        ("orientation", {"outcome": "study", "legal_pathway": "gdpr_processor"}, {"legal_pathway"}),
        ("dpo_opinion", {"verdict": "favourable_reserve"}, {"conditions"}),
        ("dpo_opinion", {"verdict": "favourable", "d_nir": "non_compliant"}, {"verdict"}),
        ("dpo_opinion", {"d_nir": "reserve"}, {"d_nir_comment", "d_nir_condition"}),
        ("study", {"o_value": "3"}, {"o_value_comment"}),
        ("study", {"recommendation": "favourable_reserve"}, {"conditions"}),
        ("formality", {"answer": "favourable_reserve"}, {"answered_on", "reserves"}),
    ],
)  # fmt: skip
def test_what_a_decision_calls_for(
    nadia: User, code: str, values: dict[str, Any], wrong: set[str]
) -> None:
    answers = answers_of(nadia, code)
    before = {problem.field for problem in selectors.problems(answers, "D")}
    set_values(answers, nadia, **values)

    found = {problem.field for problem in selectors.problems(answers, "D")}

    assert wrong <= found
    if not wrong:
        assert not found - before


def test_personal_data_call_for_the_opinions_of_the_dpos(nadia: User) -> None:
    answers = answers_of(nadia, "orientation", context={"PD": True})
    set_values(answers, nadia, outcome="study", reviews=["legal", "dpo_requester", "security"])

    found = [p.message for p in selectors.problems(answers, "D") if p.field == "reviews"]

    assert len(found) == 1
    assert "DPD" in found[0]


# --- Read view --------------------------------------------------------------------------------


def items(view: ReadView) -> dict[str, ReadItem]:
    return {item.name: item for part in view.sections for item in part.items}


def test_read_view_shows_answers_in_french(personal: AnswerSet, organisation: Organisation) -> None:
    found = items(selectors.read_view(personal))

    assert found["needed_by"].value == "15 janvier 2027"
    assert found["period_covered"].value == "du 1er janvier 2020 au 31 décembre 2024"
    assert found["use_category"].value == ["Pilotage"]
    assert found["criminal_data"].value == "Non"
    assert found["subject_count"].value == "Plus de 100\u202f000"
    assert found["requesting_org"].value.endswith(organisation.name)
    assert found["legal_basis_art6"].value == "e) mission d’intérêt public"
    assert found["holder_org"].is_blank
    assert found["legal_text"].table is not None
    assert found["legal_text"].table.columns == ("Référence", "Lien")
    assert found["legal_text"].table.rows == (("CASF L.247-2", "https://www.legifrance.gouv.fr/x"),)


def test_read_view_leaves_out_what_does_not_apply(complete: AnswerSet) -> None:
    view = selectors.read_view(complete)

    assert "data_subjects" not in items(view)
    assert "reference" not in items(view)
    assert [part.number for part in view.sections] == list(range(1, 8))
    assert view.is_draft


def test_read_view_marks_what_is_to_confirm_and_what_changed(
    complete: AnswerSet, nadia: User
) -> None:
    twin = services.copy(answers=complete, by=nadia)
    set_values(twin, nadia, onward_sharing="unknown", title="Autre")

    found = items(selectors.read_view(twin, previous=complete, changed_label="modifié"))

    assert found["onward_sharing"].hint == "à confirmer"
    assert {name for name, item in found.items() if item.changed} == {"onward_sharing", "title"}


def test_read_view_shows_unreadable_answers_as_typed(draft: AnswerSet, nadia: User) -> None:
    set_values(
        draft, nadia, needed_by="32/13", sharing_duration="douze", urgency="zz", holder_org="x",
        period_covered={"from": "2020-01-01"}, hosting_country=["ZZ", "US"], fraud_use="?",
    )  # fmt: skip

    found = items(selectors.read_view(draft))

    typed = {"needed_by": "32/13", "sharing_duration": "douze", "urgency": "zz", "holder_org": "x"}
    assert {name: found[name].value for name in typed} == typed
    assert found["period_covered"].value == "à partir du 1er janvier 2020"
    assert found["hosting_country"].value == ["ZZ", "États-Unis"]
    assert found["fraud_use"].value == "?"


def test_read_view_costs_a_constant_number_of_queries(
    personal: AnswerSet, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        selectors.read_view(personal)


def test_print_view_is_a_draft_until_filed(complete: AnswerSet, nadia: User) -> None:
    assert selectors.print_view(complete).is_draft

    services.freeze(answers=complete, by=nadia)

    assert not selectors.print_view(complete).is_draft


# --- Comparison -------------------------------------------------------------------------------


def test_diff_of_identical_versions(complete: AnswerSet, nadia: User) -> None:
    found = selectors.diff(complete, services.copy(answers=complete, by=nadia))

    assert found.changes == ()
    assert found.summary == f"0 champ sur {found.total}"


def test_diff_says_words_and_lines(complete: AnswerSet, nadia: User) -> None:
    twin = services.copy(answers=complete, by=nadia)
    set_values(
        twin, nadia,
        objective="Mesurer le recours par commune.",
        use_category=["steering", "research"],
        datasets=[{"description": "Bénéficiaires de l’APA", "period": "2015-2024"}],
        sharing_duration=36,
    )  # fmt: skip

    found = selectors.diff(complete, twin)

    changes = {change.name: change for change in found.changes}
    assert found.summary == f"4 champs sur {found.total}"
    assert [(s.kind, s.text) for s in changes["objective"].segments] == [
        ("kept", "Mesurer le recours par "),
        ("removed", "département"),
        ("added", "commune"),
        ("kept", "."),
    ]
    assert (changes["use_category"].added, changes["use_category"].removed) == (("Recherche",), ())
    assert changes["datasets"].removed == ("Bénéficiaires de l’APA · 2020-2024",)
    assert changes["datasets"].added == ("Bénéficiaires de l’APA · 2015-2024",)
    assert [(s.kind, s.text) for s in changes["sharing_duration"].segments] == [
        ("removed", "24"), ("added", "36"),
    ]  # fmt: skip
    assert list(changes) == ["objective", "use_category", "datasets", "sharing_duration"]


def test_diff_of_questions_that_appear_and_vanish(organisation: Organisation, nadia: User) -> None:
    without = answers_of(nadia, values=request_values(organisation))
    with_data = answers_of(nadia, values=personal_values(organisation))

    there = {change.name for change in selectors.diff(without, with_data).changes}
    back = {change.name: change for change in selectors.diff(with_data, without).changes}

    assert "data_subjects" in there
    assert back["data_subjects"].removed == ("Patients",)
    assert there == back.keys()


def test_diff_ignores_lines_that_only_moved(complete: AnswerSet, nadia: User) -> None:
    set_values(complete, nadia, use_category=["steering", "research"])
    twin = services.copy(answers=complete, by=nadia)
    set_values(twin, nadia, use_category=["research", "steering"])

    assert selectors.diff(complete, twin).changes == ()
