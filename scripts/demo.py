"""The demo ministry, served from this machine until Ctrl-C: database, web server, worker."""

from __future__ import annotations

import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.database import DatabaseUnavailable, EmbeddedServer, embedded_server  # noqa: E402

VAR = Path(os.environ.get("NAVETTE_VAR") or ROOT / "var")
# Laid once the demo ministry is whole: a load that was interrupted is started again.
LOADED, LOADING = VAR / "demo-loaded", VAR / "demo-loading"
PORT = int(os.environ.get("PORT") or 8000)
ADDRESS = f"http://127.0.0.1:{PORT}"
READY_SECONDS = 120
STOP_SECONDS = 20
PR_SET_PDEATHSIG = 1
ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked the demo to stop."""


class Failed(Exception):
    """The demo cannot go on; the message says why."""


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    for number in ENDINGS:
        signal.signal(number, _stop)
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        with _alone():
            _refuse_a_taken_port()
            if os.environ.get("RESET") == "1" or LOADING.exists():
                _start_afresh()
            _serve()
    except Stopped:
        say("\nArrêté.")
        return 0
    except (Failed, DatabaseUnavailable) as failure:
        say(f"\n{failure}")
        return 1
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


@contextmanager
def _alone() -> Iterator[None]:
    with (VAR / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(f"Une démonstration tourne déjà sur les données de {VAR}.") from None
        yield


def _refuse_a_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            raise Failed(
                f"Le port {PORT} est déjà pris ; choisissez-en un autre : make demo PORT=8080"
            ) from None


def _start_afresh() -> None:
    if os.environ.get("DATABASE_URL"):
        raise Failed(
            "La démonstration n’efface que sa base embarquée ; DATABASE_URL en désigne une autre."
        )
    say("Remise à zéro de la démonstration…")
    server = EmbeddedServer(VAR / "postgres")
    if (VAR / "postgres" / "PG_VERSION").exists():
        # Started, then stopped as its last user: nothing keeps running on erased files.
        server.start()
        server.stop()
        if (VAR / "postgres" / "postmaster.pid").exists():
            raise Failed("La base est utilisée par une autre commande ; arrêtez-la d’abord.")
    for name in ("postgres", "files", "archive", "keys", "static"):
        shutil.rmtree(VAR / name, ignore_errors=True)
    for mark in (LOADED, LOADING):
        mark.unlink(missing_ok=True)


def _serve() -> None:
    say("Préparation de la base de données…")
    server: EmbeddedServer | None = None
    environment = _environment()
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        if "DATABASE_URL" not in environment:
            server = embedded_server(VAR / "postgres")
            environment["DATABASE_URL"] = server.url("navette")
        _prepare(environment)
        processes["web"] = _start(
            "web", ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"], environment
        )
        processes["worker"] = _start(
            "worker", ["manage.py", "procrastinate", "worker", "--concurrency=2"], environment
        )
        _wait_until_ready(processes)
        say(f"\nNavette est servie sur {ADDRESS}/ (Ctrl-C pour arrêter)\n")
        say(_manage(environment, "demo_personas"))
        say(f"Journaux : {VAR / 'log'}")
        _watch(processes)
    finally:
        _stop_all(processes)
        if server is not None:
            server.stop()


def _environment() -> dict[str, str]:
    """The demo's settings: those of production, on this machine, with a key of its own."""
    environment = {name: value for name, value in os.environ.items() if value}
    environment |= {
        "NAVETTE_MODE": "demo",
        "NAVETTE_VAR": str(VAR),
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "SITE_URL": ADDRESS,
        "BIND": f"127.0.0.1:{PORT}",
        "PYTHONUNBUFFERED": "1",
    }
    environment.setdefault("SECRET_KEY", _secret_key())
    return environment


def _secret_key() -> str:
    path = VAR / "secret-key"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _prepare(environment: dict[str, str]) -> None:
    _manage(environment, "prepare")
    if not LOADED.exists():
        LOADING.touch()
        say("Chargement du ministère de démonstration (une seule fois)…")
        say(_manage(environment, "load_demo"))
        LOADED.touch()
        LOADING.unlink()


def _manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command to its end; its failure is the demo's."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        preexec_fn=_die_with_the_demo,
    )  # fmt: skip
    if done.returncode != 0:
        raise Failed(f"manage.py {arguments[0]} a échoué :\n{done.stdout}{done.stderr}")
    return done.stdout.rstrip()


def _start(name: str, arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with _log(name).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True, preexec_fn=_die_with_the_demo,
        )  # fmt: skip


def _die_with_the_demo() -> None:
    """Whatever way this process ends, its children are told to stop (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _log(name: str) -> Path:
    (VAR / "log").mkdir(exist_ok=True)
    return VAR / "log" / f"{name}.log"


def _wait_until_ready(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    answer = ""
    while time.monotonic() < deadline:
        _refuse_a_dead_process(processes)
        try:
            with urllib.request.urlopen(f"{ADDRESS}/healthz", timeout=5):  # noqa: S310
                return
        except urllib.error.HTTPError as error:
            answer = error.read().decode()
        except OSError as error:
            answer = str(error)
        time.sleep(0.5)
    raise Failed(f"Navette n’est pas prête après {READY_SECONDS} s : {answer}")


def _watch(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    parent = os.getppid()
    while True:
        time.sleep(1)
        _refuse_a_dead_process(processes)
        if os.environ.get("MAKELEVEL") and os.getppid() != parent:
            raise Stopped


def _refuse_a_dead_process(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            tail = "\n".join(_log(name).read_text(errors="replace").splitlines()[-20:])
            raise Failed(f"Le processus « {name} » s’est arrêté ({process.returncode}) :\n{tail}")


def _stop_all(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    # A second signal while things are being stopped would leave them half stopped.
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
