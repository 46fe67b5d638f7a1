"""A person's browser: one connection kept open, one session, the cookies it was given."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.middleware import HEADER

TIMEOUT = 60
# The server closes what has been silent for five seconds.
SILENCE = 3
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SIGN_IN = "/compte/connexion/"


class WrongAnswer(Exception):
    """The server answered something else than what was expected."""


@dataclass(frozen=True)
class Answer:
    """What came back, in how many milliseconds and for how many queries."""

    status: int
    text: str
    location: str
    ms: float
    queries: int


class Browser:
    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.connection = HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.last = 0.0

    def get(self, path: str, *, expected: int = 200) -> Answer:
        """Read a page; its token is kept for the next post."""
        answer = self._ask("GET", path, "")
        if answer.status != expected:
            raise WrongAnswer(f"GET {path}: {answer.status} {answer.location}")
        if found := TOKEN.search(answer.text):
            self.token = found[1]
        return answer

    def fill(self, path: str, given: dict[str, str]) -> dict[str, Any]:
        """Open a form; answer `given`, and the first choice of each other question with boxes."""
        reader = FormReader()
        reader.feed(self.get(path).text)
        return {**reader.values, **given}

    def post(self, path: str, data: dict[str, Any], *, expected: int = 302) -> Answer:
        """Post a form with the last token seen."""
        body = urlencode({**data, "csrfmiddlewaretoken": self.token}, doseq=True)
        answer = self._ask("POST", path, body)
        if answer.status != expected:
            raise WrongAnswer(f"POST {path}: {answer.status}\n{_errors(answer.text)}")
        return answer

    def sign_in(self, email: str, password: str) -> None:
        """Enter by address and password, as everybody does."""
        self.get(SIGN_IN)
        self.post(SIGN_IN, {"login": email, "password": password})
        if "sessionid" not in self.cookies:
            raise WrongAnswer(f"{email} n’a pas pu se connecter")
        self.get("/tableau-de-bord/")

    def _ask(self, method: str, path: str, body: str) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.last > SILENCE:
            self.connection.close()
            self.connection.connect()
        start = time.perf_counter()
        self.connection.request(method, path, body or None, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        ms = (time.perf_counter() - start) * 1000
        self.last = time.monotonic()
        for header in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(header).items()}
        return Answer(
            response.status, text, response.headers.get("Location", ""), ms,
            int(response.headers.get(HEADER, 0)),
        )  # fmt: skip


class FormReader(HTMLParser):
    """What a form posts when each question with boxes gets its first choice."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name"), found.get("value") or ""
        if tag != "input" or not name:
            return
        if found.get("type") == "hidden":
            self.values.setdefault(name, []).append(value)
        elif found.get("type") == "radio":
            self.values.setdefault(name, value)


def _errors(page: str) -> str:
    """The messages of a refused form, for whoever reads the failure."""
    found = re.findall(r"<[^>]*(?:fr-alert|fr-message|error)[^>]*>(.{0,300})", page, re.DOTALL)
    return "\n".join(re.sub(r"<[^>]+>|\s+", " ", one) for one in found[:8])
