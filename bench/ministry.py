"""The ministry of the bench: the people of the demonstration and one request of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from accounts.services import DEMO_PASSWORD, load_demo_people
from cases.selectors import open_tasks
from config.demo.loader import answers_of
from config.demo.player import Player, Script
from journal.services import SYSTEM

FILE = Path(__file__).parent / "data" / "requests.yaml"
PASSWORD = DEMO_PASSWORD
REQUESTER = "nadia.ferrand@dgcs.example"
OFFICER = "claire.morvan@sgmas.example"
HOLDER = "helene.aubry@cnsa.example"
DPO = "vincent.arnoux@cnam.example"
READERS = (REQUESTER, OFFICER, HOLDER)


@dataclass(frozen=True)
class Original:
    """A request played through the services; `weight` copies of it make one in a hundred."""

    name: str
    case_id: int
    weight: int
    is_open: bool


def definitions() -> list[dict[str, Any]]:
    """The requests to play, as the file describes them."""
    with FILE.open(encoding="utf-8") as stream:
        found: list[dict[str, Any]] = yaml.safe_load(stream)
    return found


def play(rows: list[dict[str, Any]] | None = None) -> list[Original]:
    """Load the people and play each request up to its stage."""
    load_demo_people(SYSTEM)
    originals = []
    for row in rows or definitions():
        script = Script(**{key: row[key] for key in row.keys() - {"name", "weight"}})
        case = Player(script, answers_of).play()
        is_open = case.is_draft or bool(open_tasks(case))
        originals.append(Original(row["name"], case.pk, row["weight"], is_open))
    return originals
