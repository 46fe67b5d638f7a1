"""The primary database and, when some are named, the replicas that lists are read from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from environ import Env

from config.database import database_url

# A step waits for another one on the same case, but never for ever (architecture.md, §3).
SESSION_OPTIONS = "-c lock_timeout=5000 -c timezone=UTC"
# Only so that the checks can name every missing variable: nothing ever connects to it.
NOWHERE = "postgres://nowhere.invalid/missing"
# Commands that read a file and no table: they wait for no server, and start none.
WITHOUT_DATABASE = frozenset({"quality_report", "verify_pdf"})


def databases(env: Env, var: Path, *, production: bool) -> dict[str, dict[str, Any]]:
    """Return DATABASES: `default`, then `replica_1`, `replica_2`…"""
    named = bool(env.str("DATABASE_URL", default=""))
    if not named and (production or WITHOUT_DATABASE.intersection(sys.argv[1:2])):
        return {"default": _database(env, NOWHERE)}
    found = {"default": _database(env, database_url(var))}
    for number, url in enumerate(env.list("DATABASE_REPLICA_URLS", default=[]), start=1):
        found[f"replica_{number}"] = _database(env, url) | {"TEST": {"MIRROR": "default"}}
    return found


def _database(env: Env, url: str) -> dict[str, Any]:
    database: dict[str, Any] = env.db_url_config(url)
    database["ENGINE"] = "django.db.backends.postgresql"
    options = database.setdefault("OPTIONS", {})
    options["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", default=10),
        "timeout": 10,
    }
    options["options"] = SESSION_OPTIONS
    return database
