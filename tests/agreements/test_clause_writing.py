"""Lawyers write the library: drafts, versions, templates; nothing published is ever changed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import Error

from accounts.enums import Role
from agreements import selectors, services
from agreements.library import shipped
from agreements.models import ActTemplateVersion, Agreement, Clause, ClauseDraft, ClauseVersion
from agreements.selectors import build_desk
from agreements.selectors.clause_preview import Selected, match
from agreements.services import WordingValue
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from tests.agreements import factories
from tests.agreements.worlds import facts

pytestmark = pytest.mark.django_db
CLAUSES = "/administration/clauses/"


def wording(code: str = "C29", **changed: Any) -> WordingValue:
    row = selectors.clause_version(code)
    names = ("title", "purpose", "types", "condition", "order", "locked", "mandatory_when", "body")
    return WordingValue(**{**{name: getattr(row, name) for name in names}, **changed})


def clause(code: str = "C29") -> Clause:
    return selectors.clause_of(code)


def published(world: factories.World, code: str = "C29", **changed: Any) -> ClauseVersion:
    draft = services.save_clause_draft(
        clause=clause(code), wording=wording(code, **changed), revision=0, by=world.legal
    )
    return services.publish_clause(clause=clause(code), revision=draft.revision, by=world.legal)


def events(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def test_a_draft_becomes_the_next_version_and_acts_keep_theirs(world: factories.World) -> None:
    before = factories.drafted(world)
    text = "Les Données sont conservées {{ retention.months }} mois."

    version = published(world, body=f"  {text}\r\n\r\nFin.\n", note="Plus court.")

    assert (version.version, version.is_local, version.published_by) == (2, True, world.legal)
    assert (version.body, version.fields) == (f"{text}\n\nFin.", ["retention.months"])
    assert not version.is_validated
    assert not ClauseDraft.objects.exists()
    after = factories.drafted(world)
    kept = [str(one.articles.get(key="C29").clause_version) for one in (before, after)]
    assert kept == ["C29 v1", "C29 v2"]
    assert (events("clause.draft_saved"), events("clause.published")) == (1, 1)


def test_a_draft_is_kept_with_its_faults_but_not_published(world: factories.World) -> None:
    given = wording(condition="PD and QUEST", body="[[si X]]{{ a.b }} {{ ref:C99 }}", types=["a"])
    draft = services.save_clause_draft(clause=clause(), wording=given, revision=0, by=world.legal)

    with pytest.raises(ValidationError) as refusal:
        services.publish_clause(clause=clause(), revision=draft.revision, by=world.legal)

    found = refusal.value.message_dict
    assert "QUEST" in found["condition"][0]
    assert "Il manque un [[fin]]" in found["body"][0]
    assert len(found["types"]) == 3
    assert ClauseVersion.objects.filter(clause__code="C29").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"types": []}, "types"),
        ({"types": ["z"]}, "types"),
        ({"body": ""}, "body"),
        ({"body": "{{ retention months }}"}, "body"),
        ({"body": "{{ retention.years }}"}, "body"),
        ({"body": "[[si C99]]x[[fin]]"}, "body"),
        ({"body": "x" * 20_001}, "body"),
        ({"condition": "PD and"}, "condition"),
        ({"condition": "C30"}, "condition"),
        ({"mandatory_when": "PDX"}, "mandatory_when"),
    ],
)
def test_what_cannot_be_published_is_said_at_its_field(
    world: factories.World, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        published(world, **changed)

    assert field in refusal.value.message_dict


def test_a_publication_that_changes_nothing_is_refused(world: factories.World) -> None:
    with pytest.raises(Impossible, match="Rien ne change"):
        published(world, note="Une note seule.")


def test_two_writers_never_overwrite_each_other(world: factories.World) -> None:
    first = services.save_clause_draft(
        clause=clause(), wording=wording(title="Un"), revision=0, by=world.legal
    )
    with pytest.raises(Conflict, match="pendant que vous l’écriviez"):
        services.save_clause_draft(
            clause=clause(), wording=wording(title="Deux"), revision=0, by=world.legal
        )
    second = services.save_clause_draft(
        clause=clause(), wording=wording(title="Trois"), revision=first.revision, by=world.legal
    )
    assert second.revision == 2
    with pytest.raises(Conflict):
        services.publish_clause(clause=clause(), revision=1, by=world.legal)
    services.publish_clause(clause=clause(), revision=2, by=world.legal)
    with pytest.raises(Conflict):
        services.publish_clause(clause=clause(), revision=2, by=world.legal)
    with pytest.raises(Conflict, match="publié ou abandonné"):
        services.save_clause_draft(
            clause=clause(), wording=wording(title="Quatre"), revision=2, by=world.legal
        )


def test_saving_the_same_draft_again_writes_nothing(world: factories.World) -> None:
    for revision in (0, 1):
        services.save_clause_draft(
            clause=clause(), wording=wording(title="Un"), revision=revision, by=world.legal
        )

    assert ClauseDraft.objects.get().revision == 1
    assert events("clause.draft_saved") == 1


def test_a_new_clause_enters_acts_once_published_and_in_a_template(
    world: factories.World,
) -> None:
    given = wording(title="Essai", types=["a"], condition="", mandatory_when="", body="Un essai.")
    draft = services.create_clause(code="c48", wording=given, by=world.legal)
    assert draft.clause.code == "C48"
    assert "C48" not in selectors.current_clauses()
    services.publish_clause(clause=draft.clause, revision=1, by=world.legal)
    assert not factories.drafted(world).articles.filter(key="C48").exists()

    template = selectors.current_templates()["a"]
    services.publish_template(
        act_type="a", clauses=["C48", *template.clauses], mandatory=["C48"], locked=["C48"],
        note="Ajout de C48.", based_on=1, by=world.legal,
    )  # fmt: skip

    act = factories.drafted(world)
    article = act.articles.get(key="C48")
    assert (article.position, article.is_locked) == (10, True)
    assert act.template is not None
    assert act.template.version == 2
    assert "C48" in build_desk(act).mandatory
    assert events("act_template.published") == 1


@pytest.mark.parametrize("code", ["", "48", "C4", "C480", "CC8", "Ç48", "C٤٨", "C01"])
def test_a_new_clause_needs_a_free_code(world: factories.World, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        services.create_clause(code=code, wording=wording(), by=world.legal)

    assert list(refusal.value.message_dict) == ["code"]


def test_discarding_a_draft_leaves_versions_and_forgets_a_clause_that_had_none(
    world: factories.World,
) -> None:
    services.create_clause(code="C48", wording=wording(), by=world.legal)
    services.save_clause_draft(clause=clause(), wording=wording(), revision=0, by=world.legal)

    for code in ("C48", "C29"):
        services.discard_clause_draft(clause=clause(code), by=world.legal)

    assert not Clause.objects.filter(code="C48").exists()
    assert clause().versions.count() == 1
    assert events("clause.draft_discarded") == 2
    with pytest.raises(Conflict):
        services.discard_clause_draft(clause=clause(), by=world.legal)


def test_a_deactivated_clause_leaves_new_acts_and_comes_back(world: factories.World) -> None:
    before = factories.drafted(world)
    services.set_clause_active(clause=clause("C40"), is_active=False, reason="x", by=world.legal)

    assert not factories.drafted(world).articles.filter(key="C40").exists()
    assert build_desk(before).line("C40") is not None
    with pytest.raises(Conflict):
        services.set_clause_active(
            clause=clause("C40"), is_active=False, reason="x", by=world.legal
        )
    with pytest.raises(ValidationError):
        services.set_clause_active(clause=clause("C40"), is_active=True, reason=" ", by=world.legal)
    services.set_clause_active(clause=clause("C40"), is_active=True, reason="y", by=world.legal)
    assert factories.drafted(world).articles.filter(key="C40").exists()
    assert (events("clause.deactivated"), events("clause.reactivated")) == (1, 1)
    draft = services.create_clause(code="C48", wording=wording(), by=world.legal)
    with pytest.raises(Impossible):
        services.set_clause_active(clause=draft.clause, is_active=False, reason="x", by=world.legal)


def test_the_database_keeps_what_was_published(world: factories.World) -> None:
    version = published(world, title="Autre")
    template = ActTemplateVersion.objects.get(act_type="a")

    for row, change in ((version, {"note": "x"}), (template, {"label": "x"})):
        with pytest.raises(Error), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
    with pytest.raises((IntegrityError, Error)), transaction.atomic():
        version.clause.delete()


def test_a_template_keeps_the_acts_that_were_drawn_from_it(world: factories.World) -> None:
    act = factories.drafted(world)
    template = selectors.current_templates()["a"]
    services.publish_template(
        act_type="a", clauses=[c for c in template.clauses if c != "C29"],
        mandatory=["C40"], locked=[], note="Sans C29.", based_on=1, by=world.legal,
    )  # fmt: skip

    assert "C29" in build_desk(act).mandatory
    assert "C40" not in build_desk(act).mandatory
    new = build_desk(factories.drafted(world))
    assert "C40" in new.mandatory
    assert new.line("C29") is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"clauses": []}, "aucune clause"),
        ({"clauses": ["C01", "C01"]}, "deux fois"),
        ({"clauses": ["C99"]}, "inconnue"),
        ({"clauses": ["A02"]}, "n’est pas prévue"),
        ({"clauses": ["C01"], "mandatory": ["C02"]}, "C02 n’est pas dans le modèle"),
        ({"note": "  "}, "ce qui change"),
    ],
)
def test_a_wrong_template_is_refused(
    world: factories.World, changed: dict[str, Any], message: str
) -> None:
    given = {"clauses": ["C01", "C05"], "mandatory": [], "locked": [], "note": "x", **changed}

    with pytest.raises(ValidationError, match=message):
        services.publish_template(act_type="a", based_on=1, by=world.legal, **given)


def test_a_template_is_published_from_the_one_that_was_read(world: factories.World) -> None:
    given: dict[str, Any] = {"mandatory": [], "locked": [], "note": "x", "by": world.legal}
    same = selectors.current_templates()["e"].clauses

    with pytest.raises(Impossible, match="Rien ne change"):
        services.publish_template(act_type="e", clauses=same, based_on=1, **given)
    services.publish_template(act_type="e", clauses=same[1:], based_on=1, **given)
    with pytest.raises(Conflict):
        services.publish_template(act_type="e", clauses=same[2:], based_on=1, **given)
    with pytest.raises(Conflict):
        services.publish_template(act_type="z", clauses=same, based_on=1, **given)


@pytest.mark.parametrize("who", ["officer", "auditor", "holder_agent", "requester_signatory"])
def test_the_library_is_written_by_lawyers_and_managers(world: factories.World, who: str) -> None:
    by = getattr(world, who)
    given = wording()
    tries: list[Any] = [
        lambda: services.create_clause(code="C48", wording=given, by=by),
        lambda: services.save_clause_draft(clause=clause(), wording=given, revision=0, by=by),
        lambda: services.publish_clause(clause=clause(), revision=1, by=by),
        lambda: services.discard_clause_draft(clause=clause(), by=by),
        lambda: services.set_clause_active(clause=clause(), is_active=False, reason="x", by=by),
        lambda: services.publish_template(
            act_type="a", clauses=[], mandatory=[], locked=[], note="x", based_on=1, by=by
        ),
    ]

    for one in tries:
        with pytest.raises(NotAllowed):
            one()


def test_a_release_never_replaces_a_text_of_the_house(world: factories.World) -> None:
    published(world, title="La nôtre")
    services.publish_template(
        act_type="a", clauses=["C01"], mandatory=[], locked=[], note="x", based_on=1,
        by=world.legal,
    )  # fmt: skip
    library = shipped()
    newer = {
        code: library.clauses[code].model_copy(update={"version": 3, "title": "De la version"})
        for code in ("C29", "C30")
    }
    template = library.templates["a"].model_copy(update={"version": 3, "clauses": ["C01", "C02"]})
    other = library.templates["b"].model_copy(update={"version": 2, "clauses": ["C01"]})
    release = dataclasses.replace(
        library, clauses={**library.clauses, **newer},
        templates={**library.templates, "a": template, "b": other},
    )  # fmt: skip

    assert services.load_clauses(release) == 1
    assert services.load_clauses(release) == 0

    assert selectors.clause_version("C29").title == "La nôtre"
    assert selectors.clause_version("C30").title == "De la version"
    kept = selectors.current_templates()
    assert (kept["a"].clauses, kept["b"].version) == (["C01"], 2)


def test_the_preview_says_which_files_the_condition_selects(world: factories.World) -> None:
    holder = factories.drafted(world)
    other = factories.drafted(world, facts=facts(NIR=True))
    text = selectors.clause_version("C29").as_text.model_copy(
        update={
            "condition": "NIR",
            "body": "Conservées {{ retention.months }} mois.[[si C30]] Puis {{ ref:C30 }}.[[fin]]",
        }
    )
    files, library = selectors.files_on_hand(world.legal), selectors.whole_library()
    shown = selectors.preview_clause(text, files, library, sample=holder.reference)

    assert [(one.agreement, one.selected) for one in shown.matches] == [
        (other, Selected.YES), (holder, Selected.NO),
    ]  # fmt: skip
    said = "".join(segment.text for segment in shown.segments)
    assert said.startswith("Conservées 36 mois. Puis ")
    assert holder.reference in shown.label
    known = {name: value for name, value in other.facts.items() if name != "NIR"}
    Agreement.objects.filter(pk=other.pk).update(facts=known)
    other.refresh_from_db()
    unknown = match(text, other, library)
    assert (unknown.selected, list(unknown.missing)) == (
        Selected.UNKNOWN, [library.facts["NIR"].label],
    )  # fmt: skip
    wrong = match(text.model_copy(update={"condition": "NIR and"}), other, library)
    assert wrong.selected == Selected.WRONG
    elsewhere = match(text.model_copy(update={"types": ["b"]}), other, library)
    assert elsewhere.selected == Selected.OTHER_TYPE
    missing = selectors.preview_clause(
        text.model_copy(update={"body": "[[si NIR]]x[[fin]]"}), [other], library
    )
    assert library.facts["NIR"].label in missing.problem


def test_the_preview_needs_no_file(world: factories.World) -> None:
    stranger = factories.member(factories.OrganisationFactory(name="Seul"), Role.LEGAL)
    files = selectors.files_on_hand(stranger)
    text, library = selectors.clause_version("C29").as_text, selectors.whole_library()

    assert files == []
    shown = selectors.preview_clause(text, files, library)
    assert "[à compléter" in "".join(segment.text for segment in shown.segments)
    assert not shown.problem
    wrong = text.model_copy(update={"body": "{{ a b }}"})
    broken = selectors.preview_clause(wrong, files, library)
    assert "illisible" in broken.problem


def test_files_on_hand_cost_the_same_for_one_and_for_many(
    world: factories.World, django_assert_num_queries: Any
) -> None:
    factories.drafted(world)
    with django_assert_num_queries(3) as one:
        selectors.files_on_hand(world.legal)
    for _number in range(3):
        factories.drafted(world)
    with django_assert_num_queries(len(one)):
        assert len(selectors.files_on_hand(world.legal)) == 4
