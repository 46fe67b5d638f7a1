"""The page of a section: every question tied to its help and errors, and able to save itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from accounts.enums import Role
from accounts.models import Organisation, User
from questionnaires import definitions, forms, selectors, services, sources
from questionnaires.models import AnswerSet
from tests.questionnaires.factories import (
    OrganisationFactory,
    answers_of,
    holding,
    personal_values,
)
from tests.questionnaires.pages import control, page, submitted
from tests.questionnaires.test_validation import Datasets

SECTIONS = [
    (definition.code, section.code)
    for definition in definitions.all_latest()
    for section in definition.sections
]


def assert_tied(soup: BeautifulSoup) -> None:
    """Every id is unique, every reference leads somewhere, every control has a label."""
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for tag in soup.find_all(True):
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for target in str(tag.get(attribute, "")).split():
                assert target in ids, (attribute, target)
    labelled = {tag["for"] for tag in soup.find_all("label")}
    for tag in soup.find_all(["input", "select", "textarea"]):
        if tag.get("type") != "hidden":
            assert tag.get("id") in labelled or tag.get("aria-label"), tag


def assert_plain(soup: BeautifulSoup) -> None:
    """No inline script or style, French typography, nothing of the framework in English."""
    html = str(soup)
    assert not re.search(r"\son[a-z]+=|\sstyle=|<script", html)
    text = soup.get_text(" ")
    assert "'" not in text.replace("L'", "")
    assert not re.search(r" [:;?!»](?=\s)|« ", re.sub(r"[ \n\t]+", " ", text))


@pytest.mark.parametrize(("code", "section"), SECTIONS)
def test_every_page_is_drawn(db: None, code: str, section: str) -> None:
    form = forms.blank_form(code, section)
    soup = page(form)

    assert_tied(soup)
    assert_plain(soup)
    assert form.is_valid()
    assert control(soup, "_editor")["value"]
    shown = [tag["value"] for tag in soup.find_all(attrs={"name": "_fields"})]
    asked = {name for name in shown if name in definitions.get(code).answered}
    assert asked


@pytest.mark.parametrize("section", [s.code for s in definitions.get("use_case").sections])
def test_every_page_saves_itself_unchanged(
    nadia: User, organisation: Organisation, section: str
) -> None:
    values = personal_values(
        organisation, hosting_country=["FR", "US"], effort="x", retention_months=48,
        variables=[{"name": "gir", "sensitivity": "sensitive", "justification": "a\n\nb"}],
    )  # fmt: skip
    answers = answers_of(nadia, values=values)
    before = dict(answers.values)
    data = submitted(page(forms.section_form(answers, section)))

    services.save_section(
        answers=answers, section=section, data=data, by=nadia,
        expected_revision=forms.expected_revision(data),
    )  # fmt: skip

    assert {k: v for k, v in answers.values.items() if v not in (None, [], False)} == {
        k: v for k, v in before.items() if v not in (None, [], False)
    }


@pytest.mark.parametrize("section", [s.code for s in definitions.get("use_case").sections])
def test_every_page_shows_again_what_cannot_be_read(nadia: User, section: str) -> None:
    fields = definitions.get("use_case").section(section).fields
    bad = {field.name: ["<b>illisible</b>"] for field in fields if field.type in ("multi", "rows")}
    bad |= {field.name: "<b>illisible</b>" for field in fields if field.name not in bad}
    answers = answers_of(nadia, values=bad)
    found = selectors.problems(answers, "S", section)

    form = forms.section_form(answers, section, problems=found)
    soup = page(form)

    assert_tied(soup)
    assert not soup.find("b")
    assert not form.is_valid()
    lines = [f for f in fields if f.type in ("str", "text", "date", "int", "dec", "url", "email")]
    for field in lines:
        tag = control(soup, field.name)
        assert "<b>illisible</b>" in (tag.get("value") or tag.get_text())


def test_errors_are_listed_and_tied_to_their_fields(draft: AnswerSet) -> None:
    found = selectors.problems(draft, "S", "need")

    form = forms.section_form(draft, "need", problems=found)
    soup = page(form)

    summary = soup.find(id="resume-erreurs")
    assert isinstance(summary, Tag)
    links = summary.find_all("a")
    assert len(links) == len(found) == 4
    assert links[0].get_text() == "Titre du cas d’usage\u00a0: Donnez un titre au cas d’usage."
    for link in links:
        assert soup.find(id=link["href"].removeprefix("#")) is not None
    title = control(soup, "title")
    assert title["aria-invalid"] == "true"
    assert title["aria-describedby"].split() == ["id_title_helptext", "id_title-desc-error"]
    assert control(soup, "urgency").find_parent("fieldset").find(class_="fr-message--error")  # type: ignore[union-attr]
    assert_tied(soup)


def test_errors_of_a_table_lead_to_the_cell(nadia: User) -> None:
    rows = [{"name": "A", "country": "France", "service": "Calcul"}, {"name": "B"}]
    answers = answers_of(nadia, values={"processors": rows})
    found = [p for p in selectors.problems(answers, "S", "actors") if p.field == "processors"]

    soup = page(forms.section_form(answers, "actors", problems=found))

    hrefs = [a["href"] for a in soup.find(id="resume-erreurs").find_all("a")]  # type: ignore[union-attr]
    assert hrefs == ["#id_processors-1-country", "#id_processors-1-service"]
    assert control(soup, "processors-1-country")["aria-invalid"] == "true"
    assert not control(soup, "processors-0-country").has_attr("aria-invalid")


def test_errors_of_a_whole_table_and_of_a_period(draft: AnswerSet, nadia: User) -> None:
    services.save_values(
        answers=draft,
        values={"period_covered": {"from": "2020-01-01", "to": "2019-01-01"}},
        by=nadia,
    )
    found = selectors.problems(draft, "S", "data")

    soup = page(forms.section_form(draft, "data", problems=found))

    assert soup.find(id="id_datasets-desc-error")
    assert soup.find(id="id_datasets")["aria-describedby"] == "id_datasets-desc-error"  # type: ignore[index]
    assert control(soup, "period_covered-to")["aria-invalid"] == "true"
    assert_tied(soup)


# --- Conditional questions --------------------------------------------------------------------


def block_of(soup: BeautifulSoup, name: str) -> Tag | None:
    found = control(soup, name).find_parent(class_="cdd-reveal")
    assert found is None or isinstance(found, Tag)
    return found


def order(soup: BeautifulSoup, *names: str) -> list[int]:
    every = [tag.get("name") for tag in soup.find_all(["input", "select", "textarea"])]
    return [every.index(name) for name in names]


@pytest.mark.parametrize(
    ("section", "question", "answer", "revealed"),
    [
        ("need", "urgency", "urgent", "urgency_reason"),
        ("need", "request_kind", "renewal", "parent_agreement"),
        ("use_case", "use_category", ["control"], "algorithm_use"),
        ("data", "granularity", "individual_identifying", "granularity_reason"),
        ("data", "linkage_needed", "yes", "linkage_method"),
        ("personal", "special_categories", ["health"], "legal_exception_art9"),
        ("personal", "nir_use", "yes", "nir_text"),
        ("access", "publication_plan", "open_data", "disclosure_control"),
        ("access", "transfers_outside_eu", "yes", "transfer_safeguards"),
        ("access", "retention_months", 48, "retention_reason"),
        ("outcomes", "aipd_status", "done", "aipd_date"),
    ],
)
def test_question_is_revealed_after_the_one_it_depends_on(
    draft: AnswerSet, nadia: User, section: str, question: str, answer: Any, revealed: str
) -> None:
    # Without a script the block stands there all the same; with one it is hidden.
    off = block_of(page(forms.section_form(draft, section)), revealed)
    assert off is not None
    assert off.has_attr("data-cdd-off") or off.has_attr("data-cdd-reveal")
    assert "À remplir selon votre réponse à" in off.get_text()

    services.save_values(answers=draft, values={question: answer}, by=nadia)
    soup = page(forms.section_form(draft, section, refresh_url="/actualiser/"))

    on = block_of(soup, revealed)
    assert on is not None
    assert not on.has_attr("data-cdd-off")
    assert "À remplir selon votre réponse à" not in on.get_text()
    first, then = order(soup, question, revealed)
    assert first < then
    if rule := on.get("data-cdd-reveal"):
        name, _equals, answers = str(rule).partition("=")
        assert name == question
        assert answers.split("|")
    else:
        assert control(soup, question)["hx-post"] == "/actualiser/"


def test_question_on_another_page_decides_without_a_block(personal: AnswerSet) -> None:
    soup = page(forms.section_form(personal, "access"))

    assert block_of(soup, "hosting_place") is None
    assert control(soup, "hds_certified")


def test_question_decided_elsewhere_is_absent(complete: AnswerSet) -> None:
    soup = page(forms.section_form(complete, "access"))

    assert soup.find(attrs={"name": "retention_months"}) is None


def test_only_questions_that_a_script_cannot_settle_ask_the_server(personal: AnswerSet) -> None:
    soup = page(forms.section_form(personal, "access", refresh_url="/actualiser/"))

    asking = {tag["name"] for tag in soup.find_all(["input", "select"], attrs={"hx-post": True})}
    assert asking == {"retention_months"}
    need = page(forms.section_form(personal, "need", refresh_url="/actualiser/"))
    assert not need.find_all(["input", "select"], attrs={"hx-post": True})


RULES = [
    ("use_case", "need", {}, "parent_agreement", "request_kind=extension|renewal"),
    ("use_case", "use_case", {}, "algorithm_use",
     "use_category=ai_algorithm|control|rights_opening"),
    ("use_case", "data", {}, "linkage_method", "linkage_needed=unknown|yes"),
    ("use_case", "personal", {}, "nir_text", "nir_use=unknown|yes"),
    ("dpo_opinion", "roles", {}, "d_purpose_comment",
     "d_purpose=non_compliant|not_applicable|reserve"),
    ("dpo_opinion", "special", {"NIR": True}, "d_nir_comment",
     "d_nir=non_compliant|not_applicable|reserve"),
    ("orientation", "orientation", {}, "complex_reason", "complex=yes"),
    ("orientation", "orientation", {}, "expert_question", "reviews=expert"),
    ("feasibility", "opinion", {}, "conditions", "verdict=feasible|feasible_reserve"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "section", "context", "name", "rule"), RULES)
def test_script_is_told_which_answers_reveal(
    db: None, code: str, section: str, context: dict[str, Any], name: str, rule: str
) -> None:
    form = forms.blank_form(code, section, context=context)
    rules = {b.question.name: g.rule for g in form.groups for b in g.blocks}

    assert rules[name] == rule


def test_question_without_object_takes_its_comment_along(db: None) -> None:
    soup = page(forms.blank_form("dpo_opinion", "special", context={"NIR": False}))

    assert soup.find(attrs={"name": "d_nir"}) is None
    assert soup.find(attrs={"name": "d_nir_comment"}) is None
    assert control(soup, "d_special_comment")


ACTING = [definition.code for definition in definitions.all_latest() if definition.verdict]


@pytest.mark.parametrize("code", ACTING)
def test_acting_forms_never_need_the_server_to_reveal(db: None, code: str) -> None:
    for section in definitions.get(code).sections:
        form = forms.blank_form(code, section.code)
        assert all(group.rule for group in form.groups if group.reveal), section.code


def test_question_hidden_by_the_script_keeps_its_answer(draft: AnswerSet, nadia: User) -> None:
    services.save_values(
        answers=draft, values={"urgency": "urgent", "urgency_reason": "Canicule"}, by=nadia
    )
    soup = page(forms.section_form(draft, "need"))
    block = block_of(soup, "urgency_reason")
    assert block is not None
    for tag in block.find_all(["input", "select", "textarea"]):
        tag.decompose()  # what a disabled control posts

    services.save_section(answers=draft, section="need", data=submitted(soup), by=nadia)

    assert draft.values["urgency_reason"] == "Canicule"


def test_hidden_answers_stay_in_the_draft(draft: AnswerSet, nadia: User) -> None:
    values = {"urgency": "urgent", "urgency_reason": "Canicule"}
    services.save_values(answers=draft, values=values, by=nadia)
    data = submitted(page(forms.section_form(draft, "need")))
    data["urgency"] = "normal"

    services.save_section(answers=draft, section="need", data=data, by=nadia)

    assert draft.values["urgency_reason"] == "Canicule"
    assert "urgency_reason" not in selectors.effective_values(draft)


# --- Marks ------------------------------------------------------------------------------------


def label_of(soup: BeautifulSoup, name: str) -> str:
    tag = control(soup, name)
    label = soup.find("label", attrs={"for": tag["id"]})
    assert isinstance(label, Tag)
    return label.get_text(" ", strip=True)


def test_optional_and_later_answers_are_marked(complete: AnswerSet, personal: AnswerSet) -> None:
    soup = page(forms.section_form(personal, "access"))

    assert "À fournir avant la décision" in label_of(soup, "security_measures")
    assert "optionnel" not in label_of(soup, "security_measures")
    assert "optionnel" not in label_of(soup, "recipients")
    assert "À fournir avant la signature" in soup.find(id="id_homologation-label").get_text()  # type: ignore[union-attr]
    actors = page(forms.section_form(complete, "actors"))
    assert "(optionnel)" in label_of(actors, "requester_dpo")
    assert "optionnel" not in label_of(
        page(forms.section_form(personal, "actors")), "requester_dpo"
    )


def test_columns_of_which_one_is_enough_are_not_optional(draft: AnswerSet) -> None:
    soup = page(forms.section_form(draft, "data"))

    assert "optionnel" not in label_of(soup, "datasets-0-description")
    assert "optionnel" in label_of(soup, "datasets-0-period")
    assert "optionnel" not in label_of(soup, "variables-0-justification")


def test_acting_forms_do_not_say_before_the_decision(db: None) -> None:
    assert "À fournir" not in page(forms.blank_form("visa")).get_text()


def test_long_texts_count_and_are_never_cut(draft: AnswerSet) -> None:
    context = control(page(forms.section_form(draft, "use_case")), "context")

    assert context["data-cdd-limit"] == "4000"
    assert not context.has_attr("maxlength")


def test_dates_that_a_browser_cannot_show_stay_in_a_line_of_text(
    draft: AnswerSet, nadia: User
) -> None:
    assert control(page(forms.section_form(draft, "need")), "needed_by")["type"] == "date"

    services.save_values(answers=draft, values={"needed_by": "fin mars"}, by=nadia)

    found = control(page(forms.section_form(draft, "need")), "needed_by")
    assert (found["type"], found["value"]) == ("text", "fin mars")


# --- Lists ------------------------------------------------------------------------------------


def options(soup: BeautifulSoup, name: str) -> list[str]:
    return [option.get_text() for option in control(soup, name).find_all("option")]


def test_persons_are_those_of_the_organisation_and_role(draft: AnswerSet, nadia: User) -> None:
    mine, other = OrganisationFactory(), OrganisationFactory()
    dpo, owner = holding(Role.DPO, mine), holding(Role.REQUESTER, mine)
    holding(Role.DPO, other)
    services.save_values(answers=draft, values={"requesting_org": mine.pk}, by=nadia)

    soup = page(forms.section_form(draft, "actors"))

    assert options(soup, "requester_dpo")[1:] == [f"{dpo.get_full_name()} ({dpo.email})"]
    assert len(options(soup, "business_owner")) == 3
    assert any(owner.email in text for text in options(soup, "business_owner"))


def test_answer_out_of_the_list_is_still_offered(draft: AnswerSet, nadia: User) -> None:
    mine, elsewhere = OrganisationFactory(), holding(Role.DPO, OrganisationFactory())
    values = {"requesting_org": mine.pk, "requester_dpo": elsewhere.pk, "holder_org": "?"}
    services.save_values(answers=draft, values=values, by=nadia)

    soup = page(forms.section_form(draft, "actors"))

    chosen = control(soup, "requester_dpo").find("option", selected=True)
    assert isinstance(chosen, Tag)
    assert elsewhere.email in chosen.get_text()
    assert control(soup, "holder_org").find("option", selected=True)["value"] == "?"  # type: ignore[index]


def test_variables_choose_among_the_datasets_of_the_request(
    draft: AnswerSet, nadia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sources._sources, "dataset", Datasets())
    services.save_values(answers=draft, values={"datasets": [{"dataset": 2}]}, by=nadia)

    soup = page(forms.section_form(draft, "data"))

    assert options(soup, "variables-0-dataset")[1:] == ["PMSI"]
    assert options(soup, "datasets-0-dataset")[1:] == ["APA", "PMSI"]


def test_countries_are_chosen_one_select_each(draft: AnswerSet, nadia: User) -> None:
    services.save_values(answers=draft, values={"hosting_country": ["FR", "ZZ"]}, by=nadia)

    soup = page(forms.section_form(draft, "access"))

    chosen = [
        select.find("option", selected=True)["value"]
        for select in soup.find_all("select", attrs={"name": "hosting_country"})
    ]
    assert chosen == ["FR", "ZZ", ""]


def test_complement_names_the_questions_of_the_request(db: None) -> None:
    found = options(page(forms.blank_form("complement_request")), "items-0-question")

    assert "1. Titre du cas d’usage" in found
    assert not any("Numéro" in text for text in found)


# --- Tables and files -------------------------------------------------------------------------


def test_table_without_rows_offers_a_blank_one(draft: AnswerSet) -> None:
    soup = page(forms.section_form(draft, "actors"))

    assert control(soup, "processors-0-name")
    assert soup.find("button", attrs={"name": "_add", "value": "processors"})
    assert soup.find("button", attrs={"name": "_remove", "value": "processors:0"})


def test_row_buttons_work_as_a_post_and_by_htmx(draft: AnswerSet, nadia: User) -> None:
    data = submitted(page(forms.section_form(draft, "actors")))
    data["_add"] = "processors"
    services.save_section(answers=draft, section="actors", data=data, by=nadia)

    soup = page(forms.section_form(draft, "actors", added="processors", refresh_url="/r/"))

    assert control(soup, "processors-1-name").find_parent(attrs={"data-cdd-new-row": True})
    assert not control(soup, "processors-0-name").find_parent(attrs={"data-cdd-new-row": True})
    assert soup.find("button", attrs={"name": "_add", "value": "processors"})["hx-post"] == "/r/"  # type: ignore[index]


def test_enter_key_does_not_add_a_row(draft: AnswerSet) -> None:
    first = page(forms.section_form(draft, "actors")).find("button")

    assert isinstance(first, Tag)
    assert first["name"] == "action"
    assert first["tabindex"] == "-1"
