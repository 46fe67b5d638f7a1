"""Every static file that a page names is collected; the rest of the design system is not."""

from __future__ import annotations

import re
from os.path import normpath
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.utils import matches_patterns

from config.settings.base import BASE_DIR
from config.static import StaticFilesConfig

NAMED = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")
URL = re.compile(r"""url\(["']?(?!data:|#)([^"')#?]+)""")


def collected() -> dict[str, Path]:
    """What collectstatic takes, by name."""
    return {
        name: Path(storage.path(name))
        for finder in get_finders()
        for name, storage in finder.list(StaticFilesConfig.ignore_patterns)
    }


def test_files_named_by_templates_are_collected() -> None:
    named = {
        name
        for path in (BASE_DIR / "templates").rglob("*.html")
        for name in NAMED.findall(path.read_text())
    }

    assert "dsfr/dist/dsfr/dsfr.min.css" in named
    assert named <= collected().keys()


def test_files_named_by_collected_style_sheets_are_collected() -> None:
    """The manifest is strict: one missing picture would stop the collection."""
    files = collected()
    missing = set()
    for name, path in files.items():
        if path.suffix == ".css":
            for address in URL.findall(path.read_text(errors="replace")):
                target = path.parent.joinpath(address)
                here = normpath(Path(name).parent / address)
                if not target.exists() or matches_patterns(here, StaticFilesConfig.ignore_patterns):
                    missing.add(f"{name}: {address}")

    assert missing == set()


def test_building_blocks_of_the_design_system_are_left_out() -> None:
    assert not [name for name in collected() if name.startswith("dsfr/dist/component/")]
