"""An act is drawn up from values; what is known is filled in, what is wrong is named."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Membership
from agreements import services
from agreements.models import Agreement, Clause, ClauseVersion
from agreements.selectors import build_desk
from cases.errors import Impossible
from tests.agreements import factories
from tests.agreements.worlds import facts

pytestmark = pytest.mark.django_db


def test_draft_numbers_the_project_and_keeps_its_source(world: factories.World) -> None:
    source = factories.drafted(world)

    agreement = factories.drafted(world, source_case=source)

    assert agreement.reference == agreement.project_reference == "PRJ-2026-0002"
    assert (agreement.source_case_id, agreement.source_reference) == (source.pk, "PRJ-2026-0001")
    assert agreement.natures == ["personal"]
    assert not agreement.is_draft


@pytest.mark.parametrize(
    ("act_type", "changed"),
    [
        ("a", {}),
        ("b", {"PD": False, "REUSE": True}),
        ("c", {"L1148_I": True}),
        ("f", {}),
    ],
)
def test_draft_picks_the_clauses_of_each_type(
    world: factories.World, act_type: str, changed: dict[str, bool]
) -> None:
    agreement = factories.drafted(world, act_type=act_type, facts=facts(**changed))

    desk = build_desk(agreement)
    assert [line.number for line in desk.articles] == list(range(1, len(desk.articles) + 1))
    assert desk.articles[0].key == "C01"
    assert {"B02": "b", "L01": "c"}.get(desk.articles[8].key, act_type) == act_type
    assert all(line.article.body == line.article.library_body for line in desk.articles)


def test_draft_of_a_linkage_names_its_four_parties(world: factories.World) -> None:
    other = factories.OrganisationFactory(name="Autre détenteur", short_name="Atih", slug="atih")
    operator = factories.OrganisationFactory(name="Tiers", short_name="Insee", slug="insee")

    agreement = factories.drafted(
        world,
        act_type="d",
        facts=facts(LINK=True),
        values=factories.values(4),
        parties=[
            services.PartyValue(world.holder, "holder"),
            services.PartyValue(other, "holder"),
            services.PartyValue(operator, "operator"),
            services.PartyValue(world.requester, "requester"),
        ],
    )

    desk = build_desk(agreement)
    text = desk.line("C01").text
    assert "le Détenteur 1" in text
    assert "le Détenteur 2" in text
    assert "l’Opérateur d’appariement" in text
    assert "le Destinataire" in text
    assert "Caisse de solidarité et Autre détenteur ont décidé" in desk.line("C02").text


def test_draft_fills_what_organisations_powers_and_practice_tell(world: factories.World) -> None:
    agreement = factories.drafted(world, values={})

    desk = build_desk(agreement)
    text = desk.line("C01").text
    assert "Caisse de solidarité, administration centrale" in text
    assert "Hélène Aubry, Directrice générale" in text
    assert "décision du 2 janvier 2024" in text
    assert "[à compléter : numéro SIRET (Caisse de solidarité)]" in text.replace("\u00a0", " ")
    assert "dans les 24 heures" in desk.line("C28").text


def test_draft_proposes_nobody_when_two_may_sign(world: factories.World) -> None:
    second = factories.member(world.holder, "signatory")
    factories.delegate(second, world.holder)

    agreement = factories.drafted(world)

    assert [row.user for row in agreement.signatories.all()] == [world.requester_signatory]


def test_draft_computes_whether_parties_are_one_state(world: factories.World) -> None:
    known = {name: value for name, value in facts().items() if name != "SAME_STATE"}

    agreement = factories.drafted(world, facts=known)

    assert agreement.facts["SAME_STATE"] is True


def test_draft_keeps_the_reserves_of_the_decision(world: factories.World) -> None:
    agreement = factories.drafted(
        world,
        reserves=[
            services.ReserveValue("Chiffrer les envois", "DGCS", source="RSSI"),
            services.ReserveValue("Former les agents", state="lifted", stage="before_delivery"),
            services.ReserveValue("Sans objet", state="withdrawn"),
        ],
    )

    kept = list(agreement.reserves.values_list("text", "state", "stage"))
    assert kept == [
        ("Chiffrer les envois", "open", "before_signature"),
        ("Former les agents", "lifted", "before_delivery"),
    ]


def test_draft_writes_the_annexes_that_are_known(world: factories.World) -> None:
    variable = {"name": "age", "justification": "tranche d’âge"}

    agreement = factories.drafted(world, annexes={1: {"variables": [variable]}, 6: {}})

    assert [row.number for row in agreement.annex_contents.all()] == [1]
    assert agreement.annex_contents.get().content["variables"][0]["name"] == "age"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"act_type": "z"}, "n’existe pas"),
        ({"facts": {"PD": True}}, "Établissez d’abord"),
        ({"values": {"retention": {"months": "longtemps"}}}, "retention.months"),
        ({"values": {"retention": {"years": 3}}}, "retention.years"),
        ({"annexes": {1: {"variables": [{"name": "a\x00"}]}}}, "Annexe 1"),
    ],
)
def test_draft_refuses_what_is_wrong_and_leaves_nothing(
    world: factories.World, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(Impossible, match=message):
        factories.drafted(world, **changed)

    assert not Agreement.objects.exists()


@pytest.mark.parametrize("sides", [("holder", "holder"), ("requester", "requester")])
def test_draft_binds_a_holder_and_a_recipient(
    world: factories.World, sides: tuple[str, str]
) -> None:
    parties = [
        services.PartyValue(world.holder, sides[0]),
        services.PartyValue(world.requester, sides[1]),
    ]

    with pytest.raises(Impossible, match="au moins un détenteur"):
        factories.drafted(world, parties=parties)


def test_draft_refuses_a_consulted_body_as_a_party(world: factories.World) -> None:
    parties = [
        services.PartyValue(world.holder, "holder"),
        services.PartyValue(world.requester, "requester"),
        services.PartyValue(world.ministry, "consulted"),
    ]

    with pytest.raises(Impossible, match="sont parties"):
        factories.drafted(world, parties=parties)


def test_draft_needs_a_legal_officer(world: factories.World) -> None:
    Membership.objects.filter(role="legal_officer").update(ends_on=date(2021, 1, 1))

    with pytest.raises(Impossible, match="Aucun juriste"):
        factories.drafted(world, by=world.officer)


def test_draft_leaves_out_a_deactivated_clause(world: factories.World) -> None:
    Clause.objects.filter(code="C35").update(is_active=False)

    desk = build_desk(factories.drafted(world))

    assert desk.line("C35") is None
    assert desk.line("C34") is not None


def test_draft_takes_the_newest_version_of_a_clause(world: factories.World) -> None:
    old = ClauseVersion.objects.get(clause__code="C41")
    ClauseVersion.objects.create(
        clause=old.clause, version=2, title=old.title, purpose=old.purpose, types=old.types,
        condition="", order=old.order, fields=[], locked=True, mandatory_when="",
        body="Chaque Partie répond.", validated_by="DAJ", validated_on=date(2026, 1, 5),
    )  # fmt: skip

    line = build_desk(factories.drafted(world)).line("C41")

    assert line.text == "Chaque Partie répond."
    assert line.article.is_locked
    assert line.is_validated
