"""Records of the tests, built through the services so that search words and events exist."""

from __future__ import annotations

from typing import Any

import factory

from accounts.models import Organisation
from catalogue.models import Dataset, Variable
from catalogue.services import create_dataset, replace_variables
from journal.services import SYSTEM
from tests.accounts.factories import OrganisationFactory


class DatasetFactory(factory.Factory):
    """A record; any column of it may be given."""

    class Meta:
        model = Dataset

    title = factory.Sequence(lambda n: f"Bénéficiaires de l’allocation {n:03}")
    producer_org = factory.SubFactory(OrganisationFactory)

    class Params:
        open_data = factory.Trait(
            access_rights="PUBLIC",
            licence="lo2",
            landing_url="https://data.example.fr/jeu",
            request_route="open_data",
            sensitivity="public",
            personal_data="no",
        )
        confidential = factory.Trait(
            access_rights="NON_PUBLIC",
            sensitivity="sensitive",
            personal_data="yes",
            location="Salle blanche du ministère, Paris",
            protection_measures="Chiffrement et double sas",
            contact_person_email="claire.morvan@organisme.example",
            contact_email="boite@organisme.example",
        )

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Dataset:
        title = kwargs.pop("title")
        producer: Organisation = kwargs.pop("producer_org")
        distributions = kwargs.pop("distributions", ())
        return create_dataset(
            title=title,
            producer_org=producer,
            values=kwargs,
            distributions=distributions,
            by=SYSTEM,
        )


def with_variables(dataset: Dataset, *names: str, **columns: Any) -> list[Variable]:
    """Give a dictionary to a record."""
    rows = [{"name": name, "label": f"Libellé de {name}", **columns} for name in names]
    replace_variables(dataset=dataset, by=SYSTEM, rows=rows)
    return list(dataset.variables.all())
