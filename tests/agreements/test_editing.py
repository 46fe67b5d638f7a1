"""The working draft: texts, data, annexes, signatories; who may, what is refused, what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from agreements import services
from agreements.enums import ReviewVerdict
from agreements.models import Agreement
from agreements.selectors import build_desk
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from tests.agreements import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(world: factories.World) -> Agreement:
    return factories.drafted(world)


def edit(act: Agreement, world: factories.World, **changed: Any) -> None:
    services.edit_article(
        **{
            "agreement": act, "key": "C35", "title": "Retombées", "body": "Un bilan est remis.",
            "reason": "Demande du détenteur.", "by": world.legal, **changed,
        }
    )  # fmt: skip


def line(act: Agreement, key: str) -> Any:
    return build_desk(Agreement.objects.get(pk=act.pk)).line(key)


def keys(act: Agreement) -> list[str]:
    return [one.key for one in build_desk(Agreement.objects.get(pk=act.pk)).articles]


def test_edit_keeps_the_deviation_and_one_event(act: Agreement, world: factories.World) -> None:
    edit(act, world)

    article = line(act, "C35").article
    event = Event.objects.get(kind="article.edited")
    assert article.is_deviation
    assert article.deviation_reason == "Demande du détenteur."
    assert event.reason == "Demande du détenteur."
    assert '"body":"Un bilan est remis."' in event.entry


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"body": " "}, "Écrivez"),
        ({"title": ""}, "Écrivez"),
        ({"title": "a" * 201}, "trop long"),
        ({"body": "a" * 20_001}, "trop long"),
        ({"body": "a\x00"}, "caractère interdit"),
        ({"reason": ""}, "motif de l’écart"),
        ({"body": "{{ retention.years }}"}, "Champ de fusion inconnu"),
        ({"body": "{{ retention months }}"}, "illisible"),
        ({"body": "article {{ ref:C19 }}"}, "ne mène à aucun article"),
        ({"body": "[[si PD]]Oui[[fin]]"}, "réservées à la bibliothèque"),
    ],
)
def test_edit_refuses(
    act: Agreement, world: factories.World, changed: dict[str, str], message: str
) -> None:
    with pytest.raises(Impossible, match=message):
        edit(act, world, **changed)

    assert not line(act, "C35").article.is_deviation


def test_edit_of_a_locked_text_is_the_legal_officers(
    act: Agreement, world: factories.World
) -> None:
    with pytest.raises(NotAllowed, match="service juridique"):
        edit(act, world, key="C09", by=world.officer)

    edit(act, world, key="C09")
    edit(act, world, key="C35", by=world.officer)


@pytest.mark.parametrize("who", ["holder_agent", "requester_agent", "auditor", "holder_dpo"])
def test_edit_is_refused_to_those_who_only_see(
    act: Agreement, world: factories.World, who: str
) -> None:
    with pytest.raises(NotAllowed, match="réservée au juriste"):
        edit(act, world, by=getattr(world, who))


def test_edit_of_an_unknown_article_is_a_conflict(act: Agreement, world: factories.World) -> None:
    with pytest.raises(Conflict):
        edit(act, world, key="C99")


def test_edit_is_refused_once_frozen(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)

    with pytest.raises(NotAllowed, match="La version est arrêtée"):
        edit(agreement, world)


def test_restore_brings_the_library_back(act: Agreement, world: factories.World) -> None:
    edit(act, world, title="Bilans")

    services.restore_article(agreement=act, key="C35", by=world.legal)

    article = line(act, "C35").article
    assert (article.title, article.is_deviation, article.deviation_reason) == (
        "Retombées", False, "",
    )  # fmt: skip


def test_edit_resets_only_that_article_for_the_parties(world: factories.World) -> None:
    agreement = factories.agreed(world)

    edit(agreement, world)

    desk = build_desk(Agreement.objects.get(pk=agreement.pk))
    awaited = [one.key for one in desk.articles if one.is_awaited]
    assert awaited == ["C35"]
    assert "discussion" in [check.code for check in desk.blocking]


def test_moving_an_article_keeps_the_agreement_of_the_parties(world: factories.World) -> None:
    agreement = factories.agreed(world)

    services.move_article(agreement=agreement, key="C30", up=True, by=world.legal)

    desk = build_desk(Agreement.objects.get(pk=agreement.pk))
    assert not [one.key for one in desk.articles if one.is_awaited]
    number = desk.line("C30").number
    assert f"selon l’article {number}." in desk.line("C29").text


def test_move_stops_at_the_ends(act: Agreement, world: factories.World) -> None:
    with pytest.raises(Impossible):
        services.move_article(agreement=act, key="C01", up=True, by=world.legal)
    with pytest.raises(Impossible):
        services.move_article(agreement=act, key="C46", up=False, by=world.legal)

    services.move_article(agreement=act, key="C01", up=False, by=world.legal)

    assert keys(act)[:2] == ["C02", "C01"]


def test_insert_after_an_article_and_at_the_beginning(
    act: Agreement, world: factories.World
) -> None:
    def insert(after: str) -> str:
        return services.insert_article(
            agreement=act, after=after, title="Formation", body="Les agents sont formés.",
            by=world.legal,
        ).key  # fmt: skip

    first, second = insert("C02"), insert("")

    assert (first, second) == ("X1", "X2")
    assert keys(act)[:4] == ["X2", "C01", "C02", "X1"]
    assert line(act, "X1").is_validated
    with pytest.raises(Impossible, match="ne vient pas de la bibliothèque"):
        services.restore_article(agreement=act, key="X1", by=world.legal)


def test_remove_keeps_the_reason_and_comes_back(act: Agreement, world: factories.World) -> None:
    services.remove_article(agreement=act, key="C35", reason="Sans objet ici.", by=world.legal)

    desk = build_desk(Agreement.objects.get(pk=act.pk))
    assert desk.line("C35") is None
    assert [(row.key, row.removed_reason) for row in desk.removed] == [("C35", "Sans objet ici.")]
    with pytest.raises(Conflict):
        services.remove_article(agreement=act, key="C35", reason="Encore.", by=world.legal)

    services.reinstate_article(agreement=act, key="C35", by=world.legal)

    assert line(act, "C35") is not None


def test_remove_of_a_referred_article_shows_dangling_references(
    act: Agreement, world: factories.World
) -> None:
    services.remove_article(agreement=act, key="C30", reason="À discuter.", by=world.legal)

    desk = build_desk(Agreement.objects.get(pk=act.pk))
    assert {check.code for check in desk.checks if check.is_blocking} >= {"references"}
    assert "[renvoi sans article : C30]" in desk.line("C29").text


def test_remove_needs_a_reason_and_the_legal_officer_when_mandatory(
    act: Agreement, world: factories.World
) -> None:
    with pytest.raises(Impossible, match="motif du retrait"):
        services.remove_article(agreement=act, key="C35", reason=" ", by=world.legal)
    with pytest.raises(NotAllowed, match="réservée au juriste"):
        services.remove_article(agreement=act, key="C24", reason="Non.", by=world.officer)

    services.remove_article(agreement=act, key="C35", reason="Non.", by=world.officer)
    services.remove_article(agreement=act, key="C24", reason="Exception.", by=world.legal)

    check = next(c for c in build_desk(act).checks if c.code == "mandatory")
    assert (check.is_blocking, check.detail) == (False, "retirées avec motif : C24")


def test_fill_a_field_once_for_every_article(act: Agreement, world: factories.World) -> None:
    services.fill_field(agreement=act, path="recipient.name", value="La DGCS", by=world.legal)

    assert "La DGCS" in line(act, "C01").text
    assert "La DGCS a déposé" in line(act, "C02").text
    assert Event.objects.get(kind="field.filled").summary == ("a rempli : nom de l’organisme")


def test_fill_takes_a_value_away(act: Agreement, world: factories.World) -> None:
    services.fill_field(agreement=act, path="retention.months", value="", by=world.legal)

    assert [gap.path for gap in line(act, "C29").gaps] == ["retention.months"]


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("retention.months", "longtemps", ValidationError),
        ("agreement.effective_on", "31/02/2027", ValidationError),
        ("nothing.here", "x", ValidationError),
        ("agreement.title", "x", Impossible),
        ("signature.level_label", "x", Impossible),
    ],
)
def test_fill_refuses(
    act: Agreement, world: factories.World, path: str, value: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        services.fill_field(agreement=act, path=path, value=value, by=world.legal)


def test_fill_makes_parties_read_again(world: factories.World) -> None:
    agreement = factories.agreed(world)

    services.fill_field(agreement=agreement, path="retention.months", value="12", by=world.legal)

    desk = build_desk(Agreement.objects.get(pk=agreement.pk))
    assert [one.key for one in desk.articles if one.is_awaited] == ["C29"]


def test_annex_is_written_by_drafters_and_persons_by_the_recipient(
    act: Agreement, world: factories.World
) -> None:
    content = factories.annex_content(act, 3)
    with pytest.raises(NotAllowed, match="première version"):
        services.save_annex(agreement=act, number=3, content=content, by=world.requester_agent)
    factories.sent_once(world, act)

    services.save_annex(agreement=act, number=3, content=content, by=world.requester_agent)
    services.save_annex(agreement=act, number=4, content={}, by=world.officer)

    assert act.annex_contents.get(number=3).changed_by == world.requester_agent
    with pytest.raises(NotAllowed):
        services.save_annex(agreement=act, number=3, content=content, by=world.holder_agent)
    with pytest.raises(NotAllowed):
        services.save_annex(agreement=act, number=4, content={}, by=world.requester_agent)


def test_annex_refuses(act: Agreement, world: factories.World) -> None:
    with pytest.raises(Impossible, match="pas d’annexe 6"):
        services.save_annex(agreement=act, number=6, content={}, by=world.legal)
    with pytest.raises(ValidationError):
        services.save_annex(
            agreement=act, number=7, content={"notice": {"who": "\x00"}}, by=world.legal
        )


def test_annex_is_frozen_with_the_act(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)

    with pytest.raises(NotAllowed):
        services.save_annex(agreement=agreement, number=3, content={}, by=world.requester_agent)


def test_signatory_has_the_role_and_a_valid_power(act: Agreement, world: factories.World) -> None:
    party = act.parties.get(organisation=world.holder)
    second = factories.member(world.holder, "signatory")
    power = factories.delegate(second, world.holder, act_types="bc")

    def designate(who: Any) -> None:
        services.set_signatory(agreement=act, party=party, signatory=who, by=world.legal)

    with pytest.raises(Impossible, match="n’est pas signataire"):
        designate(world.holder_agent)
    with pytest.raises(Impossible, match="ne couvre pas ce type d’acte"):
        designate(second)

    power.act_types = "a"
    power.save()
    designate(second)

    assert act.signatories.get(party=party).user == second


def test_signatory_of_another_act_is_refused(act: Agreement, world: factories.World) -> None:
    party = factories.drafted(world).parties.get(organisation=world.holder)

    with pytest.raises(Impossible, match="n’est pas partie"):
        services.set_signatory(
            agreement=act, party=party, signatory=world.holder_signatory, by=world.legal
        )


def test_signature_terms_are_those_of_the_list(act: Agreement, world: factories.World) -> None:
    services.set_signature_terms(agreement=act, level="qualified", order="parallel", by=world.legal)

    assert "au niveau qualifiée" in line(act, "C45").text
    with pytest.raises(Impossible):
        services.set_signature_terms(agreement=act, level="x", order="parallel", by=world.legal)


def test_review_positions_show_on_the_articles(world: factories.World, act: Agreement) -> None:
    services.send_round(agreement=act, by=world.legal)
    task = factories.task_of(act, "review_version", world.holder_agent)

    services.review(
        task=task, verdict="discuss", by=world.holder_agent,
        positions={"C29": ("discuss", "36 mois suffisent."), "C08": ("refuse", "Trop large.")},
    )  # fmt: skip

    holder, requester = line(act, "C29").positions
    assert (holder.verdict, holder.comment) == (ReviewVerdict.DISCUSS, "36 mois suffisent.")
    assert requester.verdict == "awaited"
    assert line(act, "C08").positions[0].verdict == ReviewVerdict.REFUSE
    assert line(act, "C01").positions[0].verdict == ReviewVerdict.AGREE
    assert line(act, "C29").is_discussed


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"verdict": "perhaps"}, "position de la liste"),
        ({"verdict": "agree", "positions": {"C29": ("discuss", "x")}}, "vous discutez"),
        ({"verdict": "discuss"}, "Dites ce que vous proposez"),
        ({"verdict": "refuse"}, "motif du refus"),
        ({"verdict": "discuss", "positions": {"C29": ("discuss", " ")}}, "proposez une rédaction"),
        ({"verdict": "discuss", "positions": {"C29": ("agree", "x")}}, "position de la liste"),
        ({"verdict": "discuss", "positions": {"C99": ("discuss", "x")}}, "dans cette version"),
        ({"verdict": "agree", "comment": "a\x00"}, "caractère interdit"),
        ({"verdict": "agree", "comment": "a" * 4001}, "Réduisez"),
    ],
)
def test_review_refuses(
    world: factories.World, act: Agreement, answer: dict[str, Any], message: str
) -> None:
    services.send_round(agreement=act, by=world.legal)
    task = factories.task_of(act, "review_version", world.holder_agent)

    with pytest.raises(Impossible, match=message):
        services.review(task=task, by=world.holder_agent, **answer)


def test_review_is_given_once_by_the_party_only(world: factories.World, act: Agreement) -> None:
    services.send_round(agreement=act, by=world.legal)
    task = factories.task_of(act, "review_version", world.holder_agent)

    with pytest.raises(NotAllowed):
        services.review(task=task, verdict="agree", by=world.requester_agent)

    services.review(task=task, verdict="agree", by=world.holder_agent)
    with pytest.raises(Conflict):
        services.review(task=task, verdict="agree", by=world.holder_agent)
