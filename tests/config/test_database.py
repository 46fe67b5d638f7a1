"""The embedded PostgreSQL: started by the first process, stopped with the last one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from config.database import EmbeddedServer, database_url
from config.settings.base import BASE_DIR

USER = """
import sys
from pathlib import Path
from config.database import embedded_server
server = embedded_server(Path(sys.argv[1]), throwaway=True)
print(server.url("navette"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data() -> Iterator[Path]:
    # Not tmp_path: PostgreSQL's own user could not reach a directory of the tests as root.
    directory = Path(tempfile.mkdtemp(prefix="navette-pg-"))
    yield directory / "postgres"
    _wait_for_no_server(directory / "postgres")
    shutil.rmtree(directory)


def use(data: Path) -> subprocess.Popen[str]:
    """A process that uses the server until its standard input is closed."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(data)], cwd=BASE_DIR, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == 0


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_for_no_server(data: Path) -> None:
    deadline = time.monotonic() + 20
    while (data / "postmaster.pid").exists():
        assert time.monotonic() < deadline, "the server outlives its users"
        time.sleep(0.1)


def test_server_lives_as_long_as_a_process_uses_it(data: Path) -> None:
    first, second = use(data), use(data)
    url = first_line(first)
    assert url == first_line(second)
    assert answers(url)

    leave(first)
    assert answers(url)

    leave(second)
    assert not answers(url)


def test_data_survive_a_stop(data: Path) -> None:
    process = use(data)
    with psycopg.connect(first_line(process)) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    leave(process)

    process = use(data)
    with psycopg.connect(first_line(process)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    leave(process)


def test_killed_process_leaves_a_server_that_the_next_one_takes_over(data: Path) -> None:
    """A process that could not say goodbye does not count as a user any more."""
    killed = use(data)
    url = first_line(killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()

    heir = use(data)
    assert first_line(heir) == url
    assert answers(url)
    leave(heir)

    assert not answers(url)


def test_interrupted_first_start_is_started_again(data: Path) -> None:
    data.mkdir(parents=True)
    (data / "half-made").touch()
    data.with_name("postgres.new").mkdir()

    process = use(data)

    assert answers(first_line(process))
    leave(process)


def test_socket_of_a_deep_directory_is_short() -> None:
    deep = Path("/srv") / ("d" * 120) / "postgres"

    sockets = EmbeddedServer(deep).sockets

    assert len(str(sockets / ".s.PGSQL.5432.lock")) <= 107
    assert sockets != EmbeddedServer(deep / "other").sockets
    assert EmbeddedServer(Path("/srv/postgres")).sockets == Path("/srv/postgres")


def test_databases_of_dead_processes_are_dropped() -> None:
    """Each suite has a database of its own; one that was killed does not leave its own for ever."""
    sockets = connection.settings_dict["OPTIONS"].get("host")
    if not sockets:
        pytest.skip("the suite runs on a server that was given to it")
    server = EmbeddedServer(Path(sockets))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with psycopg.connect(server.url("navette"), autocommit=True) as other:
        other.execute(f"CREATE DATABASE probe_{dead.pid}_gw0")
        other.execute(f"CREATE DATABASE probe_{os.getppid()}")

        assert server.name_for_this_process("probe") == f"probe_{os.getpid()}"

        names = {name for (name,) in other.execute("SELECT datname FROM pg_database")}
        other.execute(f"DROP DATABASE probe_{os.getppid()}")
    assert f"probe_{dead.pid}_gw0" not in names
    assert f"probe_{os.getppid()}" in names


def test_configured_server_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example/navette")

    assert database_url(tmp_path) == "postgres://db.example/navette"
    assert list(tmp_path.iterdir()) == []
