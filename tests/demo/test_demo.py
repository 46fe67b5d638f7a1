"""The demonstration: every script is sound, and one of each kind plays to its stage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.services import load_demo_people
from cases.models import Case
from catalogue.models import Dataset
from config.demo.days import ORDER
from config.demo.endings import ENDINGS
from config.demo.loader import _read, answers_of
from config.demo.player import Player, Script
from journal.services import SYSTEM
from questionnaires import definitions, validation

pytestmark = pytest.mark.django_db

SCRIPTS = [Script(**row) for row in _read("requests.yaml")]
# One of each ending that needs no catalogue and no document.
PLAYED = [
    "Connaître les minima sociaux par département",
    "Obtenir la liste nominative des bénéficiaires du RSA",
    "Suivre les indus de prestations familiales",
    "Décrire l’accueil temporaire des enfants en situation de handicap",
    "Estimer le coût des allocations de rentrée scolaire",
    "Suivre les congés de proche aidant",
]


@pytest.fixture
def people(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_people(SYSTEM)


def test_about_forty_files_stand_at_every_stage() -> None:
    assert 38 <= len(SCRIPTS) <= 50
    assert {script.stage for script in SCRIPTS} >= {*ENDINGS, *ORDER, "draft"}
    assert min(script.filed for script in SCRIPTS) <= -700


@pytest.mark.usefixtures("people")
def test_every_script_fills_a_complete_form() -> None:
    wrong = {}
    for script in SCRIPTS:
        requester = User.objects.get(email=script.requester)
        values = answers_of(script, requester)
        values.setdefault("datasets", [{"description": script.data or "Jeu du catalogue"}])
        found = validation.problems(definitions.get("use_case"), values, "S")
        typed = [one for one in found if one.message and "liste" not in one.message]
        wrong[script.title] = [(one.field, one.message) for one in typed if one.row is None]

    assert {title: found for title, found in wrong.items() if found} == {}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("title", PLAYED)
def test_a_script_plays_to_its_stage(title: str) -> None:
    script = next(one for one in SCRIPTS if one.title == title)

    case = Player(script, answers_of).play()

    expected = {
        "decided": "holder_decision",
        "reexamination": "study",
        "drafting": "agreement",
    }.get(script.stage, script.stage)
    stage = Case.objects.get(pk=case.pk).stage
    assert stage == expected


def test_the_demonstration_is_refused_out_of_demo_mode(settings: Any) -> None:
    settings.DEMO_MODE = False

    with pytest.raises(CommandError, match="NAVETTE_MODE=demo"):
        call_command("load_demo")


@pytest.mark.usefixtures("people")
def test_the_demonstration_is_never_loaded_over_people() -> None:
    with pytest.raises(CommandError, match="pas vide"):
        call_command("load_demo")


def test_datasets_of_scripts_exist_in_the_shipped_catalogue() -> None:
    from catalogue.services.demo import load_demo_catalogue

    load_demo_catalogue(by=SYSTEM)
    known = set(Dataset.objects.values_list("slug", flat=True))
    named = {slug for script in SCRIPTS for slug in script.datasets or []}
    named |= {row["dataset"] for row in _read("redirections.yaml")}

    assert named - known == set()
    assert Path(settings.BASE_DIR).exists()
