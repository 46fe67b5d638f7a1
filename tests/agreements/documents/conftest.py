"""One signed act for all the tests that read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import override_settings

from agreements.documents import keys, rendering, signing
from tests.agreements.documents import factories, pki

SIGNED_AT = datetime(2026, 3, 31, 8, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Story:
    """The same act before, between and after its signatures."""

    rendered: rendering.RenderedPdf
    first: signing.SignedPdf
    second: signing.SignedPdf
    sealed: signing.SignedPdf

    fields = ("sig_detenteur", "sig_destinataire", "cachet_plateforme")


def sign(pdf: bytes, number: int, **changes: object) -> signing.SignedPdf:
    """Signs one of the slots of the sample act."""
    slot = factories.SLOTS[number]
    arguments = {
        "field_name": slot.field_name,
        "signer_name": slot.name,
        "quality": slot.quality,
        "organisation": slot.organisation,
        "delegation": slot.delegation,
        "reason": "Lu et accepté",
        "at": SIGNED_AT,
        "certify": number == 0,
    }
    return signing.sign_field(pdf, **(arguments | changes))


@pytest.fixture(autouse=True)
def _authority_of_the_sample(settings, signing_keys):
    settings.KEYS_ROOT = signing_keys


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory):
    """The platform's own authority, made before the sample act was signed."""
    home = tmp_path_factory.mktemp("keys")
    with time_machine.travel(datetime(2026, 1, 5, tzinfo=UTC), tick=False):
        keys.ensure_authority(home)
    return home


@pytest.fixture(scope="session")
def story(signing_keys) -> Story:
    with override_settings(KEYS_ROOT=signing_keys, TIMESTAMP_URLS=[]):
        rendered = rendering.render(factories.small_act())
        first = sign(rendered.data, 0)
        second = sign(first.data, 1)
        sealed = signing.seal(second.data, at=SIGNED_AT, registered_as="CONV-2026-018")
    return Story(rendered, first, second, sealed)


@pytest.fixture(scope="session")
def authorities(tmp_path_factory):
    return pki.architecture(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def timestamps(authorities):
    with pki.served(authorities) as address:
        yield address
