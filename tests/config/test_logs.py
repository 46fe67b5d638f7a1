"""Logs say what happened, not to whom."""

from __future__ import annotations

import logging
import sys

import pytest

from config.settings.logs import ImpersonalFormatter


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("mail to anne.durand@sante.gouv.fr refused", "mail to …@… refused"),
        ("GET /recherche/?q=Durand&page=2 404", "GET /recherche/?… 404"),
        ('"/compte/?next=/x/" 302', '"/compte/?…" 302'),
        ("Is it over? yes", "Is it over? yes"),
        ("/demandes/DEM-2026-0001/ 200", "/demandes/DEM-2026-0001/ 200"),
    ],
)
def test_message_is_impersonal(message: str, written: str) -> None:
    record = logging.LogRecord("navette", logging.INFO, __file__, 1, message, None, None)

    assert ImpersonalFormatter().format(record) == written


def test_traceback_is_impersonal() -> None:
    try:
        raise ValueError("no such person: anne.durand@sante.gouv.fr")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())

    text = ImpersonalFormatter().format(record)

    assert "anne.durand" not in text
    assert "ValueError: no such person: …@…" in text
