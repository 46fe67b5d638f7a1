"""Choosing variables: the dictionaries of the chosen datasets, line by line, nothing ticked."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.errors import Impossible
from catalogue.models import Dataset
from requests_flow.models import DataRequest
from requests_flow.services.variables import names_of
from tests.catalogue.factories import DatasetFactory, with_variables
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


@pytest.fixture
def dataset() -> Dataset:
    made = DatasetFactory(title="Bénéficiaires de l’APA")
    with_variables(made, "gir", "date_nais", "com_res", type="date")
    made.variables.filter(name="gir").update(identifier_kind="direct")
    return made


@pytest.fixture
def draft(world: worlds.Ministry, dataset: Dataset, client: Any) -> DataRequest:
    client.force_login(world.requester)
    return worlds.draft(world, datasets=[{"dataset": dataset.pk, "period": "2024"}])


def page_of(draft: DataRequest) -> str:
    return reverse("requests_flow:edit_draft", args=[draft.draft_key, "data"])


def rows_of(draft: DataRequest) -> list[dict[str, Any]]:
    draft.answers.refresh_from_db()
    return list(draft.answers.values.get("variables") or [])


def chosen(dataset: Dataset, rank: int, name: str, why: str = "") -> dict[str, Any]:
    """What a line of the picker posts once ticked."""
    return {
        f"variables-{rank}-dataset": str(dataset.pk),
        f"variables-{rank}-name": name,
        f"variables-{rank}-justification": why,
        f"variables-{rank}-coarser": "Année",
    }


def test_variables_are_proposed_and_none_is_ticked(client: Any, draft: DataRequest) -> None:
    text = client.get(page_of(draft)).content.decode()

    assert "Libellé de date_nais" in text
    assert "0 variable retenue sur 3" in text
    assert 'name="variables-rows" value="0" checked' not in text
    assert "Un texte devra l’autoriser" in text


def test_only_what_is_ticked_is_kept(client: Any, draft: DataRequest, dataset: Dataset) -> None:
    client.post(
        page_of(draft),
        {
            "_fields": ["variables"],
            "variables-rows": ["1"],
            **chosen(dataset, 0, "gir", "Jamais cochée"),
            **chosen(dataset, 1, "date_nais", "Comparer par âge"),
        },
    )

    (row,) = rows_of(draft)
    assert (row["name"], row["justification"], row["coarser"]) == (
        "date_nais",
        "Comparer par âge",
        "Année",
    )
    text = client.get(page_of(draft)).content.decode()
    assert "1 variable retenue sur 3" in text
    assert "Comparer par âge" in text


def test_the_filter_keeps_what_is_ticked(client: Any, draft: DataRequest, dataset: Dataset) -> None:
    response = client.post(
        page_of(draft),
        {
            "_fields": ["variables"],
            "variables-rows": ["0"],
            **chosen(dataset, 0, "gir", "Utile"),
            "filtre": "com",
            "action": "filtrer",
        },
    )

    text = client.get(response["Location"]).content.decode()
    assert "Libellé de gir" in text
    assert "Libellé de com_res" in text
    assert "Libellé de date_nais" not in text


def test_an_autosave_refreshes_the_counter(
    client: Any, draft: DataRequest, dataset: Dataset
) -> None:
    answer = client.post(
        page_of(draft),
        {"_fields": ["variables"], "variables-rows": ["0"], **chosen(dataset, 0, "gir", "Utile")},
        headers={"HX-Request": "true"},
    )

    assert "1 variable retenue sur 3" in answer.content.decode()


def test_a_list_of_names_is_matched_with_the_catalogue(client: Any, draft: DataRequest) -> None:
    address = reverse("requests_flow:import_variables", args=[draft.draft_key])
    upload = SimpleUploadedFile("liste.csv", b"nom;libelle\nGIR;x\ninconnue;y\n")

    response = client.post(address, {"upload": upload})

    assert response.status_code == 302
    assert [(row["name"], bool(row.get("dataset"))) for row in rows_of(draft)] == [
        ("gir", True),
        ("inconnue", False),
    ]
    client.post(address, {"names": "gir"})
    assert len(rows_of(draft)) == 2


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({}, "Choisissez un fichier ou collez une liste de noms."),
        ({"names": "\n ;\n"}, "Aucun nom de variable trouvé"),
        ({"names": "a\x00b"}, "caractère nul"),
        ({"names": "\n".join(f"v{n}" for n in range(501))}, "500 au plus"),
    ],
)
def test_a_faulty_list_is_refused_with_its_reason(
    client: Any, draft: DataRequest, posted: dict[str, str], message: str
) -> None:
    response = client.post(
        reverse("requests_flow:import_variables", args=[draft.draft_key]), posted
    )

    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_stranger_imports_nothing(
    client: Any, world: worlds.Ministry, draft: DataRequest
) -> None:
    client.force_login(world.colleague)

    response = client.post(
        reverse("requests_flow:import_variables", args=[draft.draft_key]), {"names": "gir"}
    )

    assert response.status_code == 404
    assert not rows_of(draft)


def test_names_are_read_once_each_whatever_the_separator() -> None:
    assert names_of("\ufeffnom\ta\nx\t1\ny\t2\nx\t3\n") == ["x", "y"]


def test_a_binary_file_is_no_list() -> None:
    with pytest.raises(Impossible):
        names_of("PK\x00\x01")
