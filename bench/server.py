"""The database of the bench, and the production server in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.database import embedded_server

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 120
STOP_SECONDS = 20


class ServerFailed(Exception):
    """The web server did not come up; the message is the end of its log."""


@contextmanager
def database(var: Path) -> Iterator[str]:
    """Yield the URL of an empty database of the bench's own, dropped at the end.

    On the server of DATABASE_URL it stands beside the database that is named there, which is left
    alone; without one, on an embedded server whose data need not survive.
    """
    given = os.environ.get("DATABASE_URL")
    if not given:
        server = embedded_server(var / "postgres", throwaway=True)
        given = server.url("postgres")
    parts = urlsplit(given)
    name = f"{parts.path.lstrip('/')[:40]}_bench_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as connection:
        identifier = sql.Identifier(name)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        try:
            yield urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
        finally:
            # Kept on demand, to have a slow query explained.
            if os.environ.get("BENCH_KEEP") != "1":
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@contextmanager
def served(var: Path) -> Iterator[str]:
    """Serve Navette as in production until the end of the block; yield its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "BIND": f"127.0.0.1:{port}", "SITE_URL": address}
    log = var / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        _wait_until_ready(address, process, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/compte/connexion/", timeout=30):  # noqa: S310
                return
        except urllib.error.HTTPError as error:
            raise ServerFailed(f"{error.code}\n{_tail(log)}") from error
        except OSError:
            time.sleep(0.3)
    raise ServerFailed(_tail(log))


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-25:])
