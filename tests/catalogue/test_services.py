"""Writes of records: rights, checks, events, completeness."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Role
from catalogue import services
from catalogue.models import Dataset
from journal.models import Event
from journal.services import SYSTEM, Actor
from tests.accounts.factories import OrganisationFactory
from tests.catalogue.conftest import member
from tests.catalogue.factories import DatasetFactory, with_variables

pytestmark = pytest.mark.django_db


def events(dataset: Dataset) -> list[str]:
    chain = Event.objects.of_chain(f"dataset:{dataset.pk}")
    return list(chain.values_list("kind", flat=True))


def test_create_gives_address_identifier_and_one_event(holder, producer, settings):
    dataset = services.create_dataset(
        title="Accueil du jeune enfant",
        producer_org=producer,
        by=holder,
        values={"alt_title": "AJE", "keywords": ["crèche"]},
    )

    assert dataset.slug == "aje-accueil-du-jeune-enfant"
    assert dataset.identifier == f"{settings.SITE_URL}/catalogue/{dataset.slug}/"
    assert events(dataset) == ["dataset.created"]
    event = Event.objects.get(chain=f"dataset:{dataset.pk}")
    assert event.role == "Détenteur / producteur"
    assert "Accueil du jeune enfant" in event.entry


def test_two_records_of_one_title_have_two_addresses():
    one = DatasetFactory(title="Établissements")
    two = DatasetFactory(title="Établissements")

    assert (one.slug, two.slug) == ("etablissements", "etablissements-2")


@pytest.mark.parametrize("title", ["nouveau", "export"])
def test_a_record_never_takes_the_address_of_a_page(title):
    assert DatasetFactory(title=title).slug == f"jeu-{title}"


@pytest.mark.parametrize("title", ["🦊🦊", "؟؟", "..."])
def test_a_title_without_letters_still_has_an_address(title):
    assert DatasetFactory(title=title).slug.startswith("jeu")


def test_a_producer_uses_a_title_once(producer):
    DatasetFactory(title="Prestations", producer_org=producer)

    with pytest.raises(ValidationError) as refusal:
        services.create_dataset(title="PRESTATIONS", producer_org=producer, by=SYSTEM)
    assert "title" in refusal.value.message_dict


def test_update_records_before_and_after_once(holder, producer):
    dataset = DatasetFactory(producer_org=producer, temporal_start=date(2020, 1, 1))

    services.update_dataset(
        dataset=dataset,
        by=holder,
        values={"alt_title": "APA", "temporal_start": date(2021, 1, 1), "keywords": []},
    )

    assert events(dataset) == ["dataset.created", "dataset.updated"]
    entry = Event.objects.get(kind="dataset.updated").entry
    assert '"temporal_start":"2020-01-01"' in entry
    assert '"temporal_start":"2021-01-01"' in entry
    assert '"keywords"' not in entry


def test_update_that_changes_nothing_leaves_no_event(holder, producer):
    dataset = DatasetFactory(producer_org=producer, alt_title="APA")

    services.update_dataset(dataset=dataset, by=holder, values={"alt_title": "APA"})

    assert events(dataset) == ["dataset.created"]


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"temporal_start": date(2021, 1, 1), "temporal_end": date(2020, 1, 1)}, "temporal_end"),
        ({"retention_start": date(2021, 1, 1), "retention_end": date(2020, 1, 1)}, "retention_end"),
        ({"min_age": 60, "max_age": 18}, "max_age"),
        ({"min_age": 400}, "min_age"),
        ({"quality_score": 6}, "quality_score"),
        ({"landing_url": "javascript:alert(1)"}, "landing_url"),
        ({"sensitivity": "inconnue"}, "sensitivity"),
        ({"themes": ["HEAL", "NOPE"]}, "themes"),
        ({"contact_email": "pas une adresse"}, "contact_email"),
        ({"description": "x" * 4001}, "description"),
        ({"title": ""}, "title"),
        ({"details": {"other": 1}}, "details"),
        ({"details": {"sample": [{"title": "x" * 2000}]}}, "details"),
    ],
)
def test_update_refuses_by_column(values, column):
    dataset = DatasetFactory()

    with pytest.raises(ValidationError) as refusal:
        services.update_dataset(dataset=dataset, by=SYSTEM, values=values)

    assert column in refusal.value.message_dict
    assert events(dataset) == ["dataset.created"]


def test_update_refuses_a_column_that_is_not_one_of_the_record():
    with pytest.raises(ValueError, match="completeness"):
        services.update_dataset(dataset=DatasetFactory(), by=SYSTEM, values={"completeness": 100})


def test_a_record_is_not_part_of_itself():
    dataset = DatasetFactory()

    with pytest.raises(ValidationError):
        services.update_dataset(dataset=dataset, by=SYSTEM, values={"part_of": dataset})


def test_the_database_keeps_periods_in_order():
    dataset = DatasetFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Dataset.objects.filter(pk=dataset.pk).update(
            temporal_start=date(2021, 1, 1), temporal_end=date(2020, 1, 1)
        )


def test_a_keeper_does_not_give_the_record_away(holder, producer):
    dataset = DatasetFactory(producer_org=producer)

    with pytest.raises(PermissionDenied):
        services.update_dataset(
            dataset=dataset, by=holder, values={"producer_org": OrganisationFactory()}
        )


def test_a_role_that_ended_yesterday_writes_no_more(producer):
    dataset = DatasetFactory(producer_org=producer)
    yesterday = timezone.localdate() - timedelta(days=1)
    former = member(Role.HOLDER, producer, ends_on=yesterday)

    with pytest.raises(PermissionDenied, match="Dees"):
        services.update_dataset(dataset=dataset, by=former, values={"alt_title": "X"})


def test_an_actor_with_a_person_behind_does_not_stand_for_navette(producer):
    someone = Actor(user_id=12, name="Quelqu’un")

    with pytest.raises(PermissionDenied):
        services.create_dataset(title="X", producer_org=producer, by=someone)


def test_retire_then_restore(holder, producer):
    dataset = DatasetFactory(producer_org=producer)

    services.retire_dataset(dataset=dataset, by=holder, reason=" Remplacé par le jeu B ")
    dataset.refresh_from_db()
    assert dataset.is_retired
    assert dataset.retirement_reason == "Remplacé par le jeu B"
    with pytest.raises(ValidationError, match="déjà retirée"):
        services.retire_dataset(dataset=dataset, by=holder, reason="encore")

    services.restore_dataset(dataset=dataset, by=holder)
    dataset.refresh_from_db()
    assert not dataset.is_retired
    with pytest.raises(ValidationError, match="n’est pas retirée"):
        services.restore_dataset(dataset=dataset, by=holder)
    assert events(dataset) == ["dataset.created", "dataset.retired", "dataset.restored"]
    assert Event.objects.get(kind="dataset.retired").reason == "Remplacé par le jeu B"


def test_retire_asks_for_a_reason(holder, producer):
    dataset = DatasetFactory(producer_org=producer)

    with pytest.raises(ValidationError):
        services.retire_dataset(dataset=dataset, by=holder, reason="  ")


def test_resources_are_replaced_with_one_event(holder, producer):
    dataset = DatasetFactory(producer_org=producer)
    rows = [{"title": "Fichier", "format": "CSV", "access_url": "https://a.example/f.csv"}]

    assert services.replace_distributions(dataset=dataset, by=holder, rows=rows)
    assert not services.replace_distributions(dataset=dataset, by=holder, rows=rows)

    assert dataset.distributions.get().format == "CSV"
    assert events(dataset) == ["dataset.created", "dataset.distributions_replaced"]


@pytest.mark.parametrize(
    "row",
    [
        {"volume": "12 Mo"},
        {"format": "CSV", "access_url": "ftp://a.example/f"},
        {"format": "x" * 121},
        {"format": "CSV", "byte_size": -1},
    ],
)
def test_a_wrong_resource_is_refused_and_the_others_stay(row):
    dataset = DatasetFactory(distributions=[{"format": "CSV"}])

    with pytest.raises(ValidationError):
        services.replace_distributions(dataset=dataset, by=SYSTEM, rows=[row])
    assert dataset.distributions.count() == 1


def test_dictionary_is_matched_by_name_and_keeps_what_people_judged(holder, producer):
    dataset = DatasetFactory(producer_org=producer)
    one, two = with_variables(dataset, "NIR", "AGE")
    services.update_variable(
        variable=one, by=holder, values={"identifier_kind": "direct", "sensitivity": "sensitive"}
    )

    changes = services.replace_variables(
        dataset=dataset,
        by=holder,
        rows=[{"name": "SEXE", "label": "Sexe"}, {"name": "NIR", "label": "Numéro"}],
    )

    assert (changes.created, changes.updated, changes.removed) == (1, 1, 1)
    assert [v.name for v in dataset.variables.all()] == ["SEXE", "NIR"]
    nir = dataset.variables.get(name="NIR")
    assert (nir.label, nir.identifier_kind, nir.sensitivity) == ("Numéro", "direct", "sensitive")
    assert nir.is_identifier
    assert not dataset.variables.filter(pk=two.pk).exists()


def test_dictionary_unchanged_leaves_no_event():
    dataset = DatasetFactory()
    with_variables(dataset, "A", "B")
    before = events(dataset)

    with_variables(dataset, "A", "B")

    assert events(dataset) == before


def test_dictionary_refuses_a_name_twice():
    with pytest.raises(ValidationError, match="deux fois"):
        with_variables(DatasetFactory(), "A", "A")


def test_a_direct_identifier_is_not_public():
    (variable,) = with_variables(DatasetFactory(), "NIR")

    with pytest.raises(ValidationError) as refusal:
        services.update_variable(
            variable=variable,
            by=SYSTEM,
            values={"identifier_kind": "direct", "sensitivity": "public"},
        )
    assert "sensitivity" in refusal.value.message_dict


def test_a_stranger_writes_nothing(agent, producer):
    dataset = DatasetFactory(producer_org=producer)
    (variable,) = with_variables(dataset, "A")
    count = Event.objects.count()

    for call in (
        lambda: services.create_dataset(title="X", producer_org=producer, by=agent),
        lambda: services.update_dataset(dataset=dataset, by=agent, values={"alt_title": "X"}),
        lambda: services.retire_dataset(dataset=dataset, by=agent, reason="X"),
        lambda: services.restore_dataset(dataset=dataset, by=agent),
        lambda: services.replace_distributions(dataset=dataset, by=agent, rows=[]),
        lambda: services.replace_variables(dataset=dataset, by=agent, rows=[]),
        lambda: services.update_variable(variable=variable, by=agent, values={"label": "X"}),
    ):
        with pytest.raises(PermissionDenied):
            call()
    assert Event.objects.count() == count
