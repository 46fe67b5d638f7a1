"""`make bench`, or `BENCH_SIZES=200 make bench` for a quick look (docs/performance.md)."""

from __future__ import annotations

import json
import os
import platform
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import django

from bench.figures import Figures
from bench.server import database, served

ROOT = Path(__file__).resolve().parent.parent
SIZES = "1000,10000,100000"
DOCUMENTS = (12, 60)
DOCUMENT_SECONDS = 300
MOST_STEPS = 40


def main() -> None:
    # Told to stop, it still drops its database and stops its server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    var = Path(os.environ.get("NAVETTE_VAR") or ROOT / "var")
    own = var / "bench"
    own.mkdir(parents=True, exist_ok=True)
    sizes = sorted(int(one) for one in os.environ.get("BENCH_SIZES", SIZES).split(","))
    with database(own) as url:
        _prepare_environment(var, own, url)
        figures = Figures()
        _measure_ministry(sizes, own, figures)
    for pages in DOCUMENTS:
        figures.documents[str(pages)] = _document(pages)
    figures.write(own / "latest.json")
    if os.environ.get("BENCH_RECORD") == "1":
        figures.record(ROOT / "docs" / "performance.md", _machine())
    _say(f"\n{figures.as_markdown()}\n\n{own / 'latest.json'}")


def _prepare_environment(var: Path, own: Path, url: str) -> None:
    """The settings of the bench: those of the demonstration, with a database and files apart."""
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "NAVETTE_MODE": "demo",
        "NAVETTE_VAR": str(own),
        "STATIC_ROOT": os.environ.get("STATIC_ROOT") or str(var / "static"),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PYTHONUNBUFFERED": "1",
    }
    django.setup()


def _measure_ministry(sizes: list[int], own: Path, figures: Figures) -> None:
    from django.core.management import call_command
    from django.db import connection

    from bench import ministry, pages, steps
    from bench.copies import Multiplier

    _say("Préparation de la base et d’une demande de chaque sorte…")
    call_command("prepare", no_static=os.environ.get("BENCH_STATIC") == "plain")
    multiplier = Multiplier(ministry.play())
    for size in sizes:
        start = time.monotonic()
        made = multiplier.grow_to(size)
        _say(f"{made} demandes, préparées en {time.monotonic() - start:.0f} s ; mesure des pages…")
        with served(own) as address:
            pages.measure(address, made, figures)
        _say(figures.pages_table())
    _say("Mesure des étapes…")
    with served(own) as address:
        steps.measure(address, multiplier, min(MOST_STEPS, max(6, sizes[-1] // 25)), figures)
    connection.close()
    connection.close_pool()


def _document(pages: int) -> dict[str, float]:
    """Measure an act in a process of its own, so that its memory is its own."""
    _say(f"Acte de {pages} pages…")
    done = subprocess.run(
        [sys.executable, "-m", "bench.documents", str(pages)], cwd=ROOT, check=True,
        capture_output=True, text=True, timeout=DOCUMENT_SECONDS,
    )  # fmt: skip
    found = json.loads(done.stdout)
    return {"seconds": found["seconds"], "peak_mb": found["peak_mb"]}


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cœurs, {memory:.0f} Go, Python {platform.python_version()}"


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
