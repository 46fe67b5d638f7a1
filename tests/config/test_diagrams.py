"""Diagrams are drawn from the code, the same each time, and an old one is told."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from config.diagrams import all_diagrams
from config.flows import our_flows


def test_every_flow_is_drawn_whole() -> None:
    files = all_diagrams()

    flows = our_flows()
    assert [flow.__module__ for flow in flows] == [
        "agreements.flows.convention_v1",
        "requests_flow.flows.circuit_v1",
    ]
    for flow in flows:
        name = flow.__module__.rpartition(".")[2].replace("_", "-")
        for node in flow.instance.nodes():
            assert f"`{node.name}`" in files[f"{name}.md"]
        ElementTree.fromstring(files[f"{name}.svg"])
        ElementTree.fromstring(files[f"{name}.bpmn"])


def test_picture_of_the_circuit_is_in_french() -> None:
    picture = all_diagrams()["circuit-v1.svg"]

    assert "Décider pour les" in picture
    assert "Décider Pour Les" not in picture


def test_data_model_shows_the_keys_between_tables() -> None:
    page = all_diagrams()["modele-de-donnees.md"]

    assert 'accounts_User ||--o{ accounts_Membership : "user"' in page
    assert "journal_Event {" in page


def test_drawing_twice_gives_the_same() -> None:
    assert all_diagrams() == all_diagrams()


def test_an_old_diagram_is_told_and_drawn_again(tmp_path: Path) -> None:
    call_command("diagrams", directory=tmp_path)
    call_command("diagrams", "--check", directory=tmp_path)
    (tmp_path / "circuit-v1.md").write_text("old")
    (tmp_path / "circuit-v0.svg").write_text("of a flow that is no more")

    with pytest.raises(CommandError, match=r"circuit-v0\.svg, circuit-v1\.md"):
        call_command("diagrams", "--check", directory=tmp_path)

    call_command("diagrams", directory=tmp_path)
    call_command("diagrams", "--check", directory=tmp_path)
    assert not (tmp_path / "circuit-v0.svg").exists()
