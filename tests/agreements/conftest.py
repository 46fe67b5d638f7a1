"""Documents that cost nothing, for the tests of rules; the real ones are made in test_circuit."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from agreements.documents import redline
from agreements.documents.extension import Extension, NotAnExtension
from agreements.documents.finishing import SEAL_FIELD
from agreements.documents.rendering import RenderedPdf
from agreements.documents.signing import SignedPdf
from agreements.documents.verification import Outcome, SignatureReport, Verdict
from agreements.services import freezing, outside, signing
from tests.agreements import factories


@pytest.fixture
def world() -> factories.World:
    return factories.world()


@pytest.fixture
def fast_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace layout and cryptography, whose own tests stand in `documents`."""

    def render(act: Any) -> RenderedPdf:
        data = f"%PDF {act!r}".encode()
        return RenderedPdf(data, hashlib.sha256(data).hexdigest(), 24, "")

    def sign_field(pdf: bytes, *, field_name: str, at: datetime, **given: Any) -> SignedPdf:
        return _revision(pdf, field_name, at, f"{given['signer_name']} certify={given['certify']}")

    def seal(pdf: bytes, *, at: datetime, registered_as: str = "", **_given: Any) -> SignedPdf:
        return _revision(pdf, SEAL_FIELD, at, registered_as)

    def verify(pdf: bytes, *, expected_fields: list[str]) -> Verdict:
        missing = tuple(name for name in expected_fields if f"%{name} ".encode() not in pdf)
        return Verdict(Outcome.AUTHENTIC, True, "", missing_fields=missing)

    def check_extension(base: bytes, deposited: bytes, *, field_name: str, **_given: Any) -> Any:
        if not deposited.startswith(base) or deposited == base:
            raise NotAnExtension("Le fichier diffère de l’acte arrêté.")
        verdict = Verdict(Outcome.AUTHENTIC, True, hashlib.sha256(deposited).hexdigest())
        return Extension(_signature(field_name), verdict)

    monkeypatch.setattr(outside, "check_extension", check_extension)

    def render_simple(html: str, **given: Any) -> RenderedPdf:
        data = f"%PDF {html} {given['title']}".encode()
        return RenderedPdf(data, hashlib.sha256(data).hexdigest(), 1, "")

    monkeypatch.setattr(freezing.rendering, "render", render)
    monkeypatch.setattr(redline.rendering, "render_simple", render_simple)
    monkeypatch.setattr(freezing.conformance, "require_conforming", lambda _data: None)
    monkeypatch.setattr(signing, "verify", verify)
    monkeypatch.setattr(signing, "sign_field", sign_field)
    monkeypatch.setattr(signing, "seal", seal)


def _signature(field: str) -> SignatureReport:
    return SignatureReport(
        field, "signature", "ABADIE Jean", "", "", "Autorité", "1", "", intact=True, valid=True,
        trusted=True, coverage="ENTIRE_FILE", signed_at=timezone.now(), timestamp=None,
        timestamp_trusted=None, level="PAdES B-B", certifies=False,
    )  # fmt: skip


def _revision(pdf: bytes, field: str, at: datetime, note: str) -> SignedPdf:
    data = pdf + f"\n%{field} {note}".encode()
    digest = hashlib.sha256(data).hexdigest()
    return SignedPdf(data, digest, field, "PAdES B-B", at, "CN=essai", "1", "CN=essai")
