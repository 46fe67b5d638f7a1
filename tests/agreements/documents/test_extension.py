"""A file that comes back signed: only the act we gave, plus the awaited signature, is taken."""

from datetime import UTC, datetime

import pytest
from pyhanko.sign.fields import SigSeedSubFilter

from agreements import levels
from agreements.documents.extension import NotAnExtension, check_extension, sentences
from tests.agreements.documents import outside, tampering
from tests.agreements.documents.conftest import SIGNED_AT, sign

FIELD = "sig_destinataire"


@pytest.fixture(autouse=True)
def _partner_is_known(settings, authorities, tmp_path):
    path = tmp_path / "racines.pem"
    path.write_bytes(outside.trusted(authorities))
    settings.TRUST_ROOTS_PATH = str(path)


@pytest.fixture
def card(authorities):
    return outside.agent(authorities, "ABADIE Jean 0042")


def judge(base, deposited, **changed):
    given = {"field_name": FIELD, "signer_name": "Abadié", "since": SIGNED_AT} | changed
    return check_extension(base, deposited, **given)


def test_awaited_signature_is_taken_with_its_report(story, card):
    found = judge(story.first.data, outside.signed(story.first.data, FIELD, card))

    assert found.verdict.authentic
    assert found.signature.signer == "ABADIE Jean 0042"
    lines = [str(line) for line in sentences(found)]
    assert lines[0] == "Signature valide, certificat de ABADIE Jean 0042."
    assert any(
        line.startswith("Date déclarée par le signataire, sans horodatage") for line in lines
    )
    assert found.verdict.as_json()["signatures"][1]["field_name"] == FIELD


def test_first_signature_may_be_made_elsewhere(story, authorities):
    card = outside.agent(authorities, "Haddad Sophie")
    data = outside.signed(story.rendered.data, "sig_detenteur", card)

    found = judge(story.rendered.data, data, field_name="sig_detenteur", signer_name="Haddad")

    assert found.verdict.authentic
    assert judge(data, outside.signed(data, FIELD, outside.agent(authorities, "Abadie"))).verdict


def refused(story, deposited, why, **changed):
    with pytest.raises(NotAnExtension, match=why):
        judge(story.first.data, deposited, **changed)


def test_what_differs_is_said(story, card):
    base = story.first.data
    good = outside.signed(base, FIELD, card)

    refused(story, base, "ne porte pas votre signature")
    refused(story, good[:1000] + b"X" + good[1001:], "partir de l’octet 1001 sur")
    refused(story, base[:-1], "plus court que l’acte")
    refused(story, b"", "plus court")
    refused(story, base + b"\n% une remarque\n%%EOF\n", "endommagée")
    refused(story, good + b"<script>", "modifié|ne couvre pas")
    refused(story, tampering.revise(tampering.annotation)(base), "Aucune signature")
    refused(story, tampering.revise(tampering.annotation)(good), "ne couvre pas")
    refused(story, tampering.flip(lambda _pdf: len(base) + 3)(good), ".")


def test_signature_over_a_changed_act_is_refused(story, card):
    """The change lies between what we gave and the signature: the signature covers it, not us."""
    changed = tampering.revise(tampering.page_content)(story.first.data)

    refused(story, outside.signed(changed, FIELD, card), "modifié")


def test_other_fields_are_refused(story, card, authorities):
    both = outside.signed(story.rendered.data, FIELD, card)
    extra = outside.signed(both, "sig_detenteur", outside.agent(authorities, "Haddad"))

    with pytest.raises(NotAnExtension, match="«.sig_detenteur.».: seul «.sig_destinataire.»"):
        judge(story.rendered.data, extra)
    data = outside.signed(story.rendered.data, "intrus", card, new_field=True)
    with pytest.raises(NotAnExtension, match="«.intrus.»"):
        judge(story.rendered.data, data)


def test_signer_authority_format_and_time_are_checked(story, card, settings, authorities):
    base = story.first.data
    good = outside.signed(base, FIELD, card)

    refused(
        story, good, "au nom de «.ABADIE Jean 0042.», et non de «.Ferrand.»", signer_name="Ferrand"
    )
    refused(story, good, "antérieure à l’arrêt", since=datetime(2999, 1, 1, tzinfo=UTC))
    plain = outside.signed(base, FIELD, card, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    refused(story, plain, "PAdES")
    settings.TRUST_ROOTS_PATH = ""
    refused(story, good, "L’autorité «.*», qui certifie «.ABADIE Jean 0042.», n’est pas reconnue")


def test_level_is_what_the_certificate_declares(story, authorities):
    for statements, level, enough, short in (
        (b"", "advanced", "advanced", "advanced_qc"),
        (outside.QUALIFIED, "advanced_qc", "advanced_qc", "qualified"),
        (outside.QUALIFIED_IN_DEVICE, "qualified", "qualified", ""),
    ):
        card = outside.agent(authorities, "Abadie", statements=statements)
        found = judge(story.first.data, outside.signed(story.first.data, FIELD, card)).signature
        assert levels.level_of(found) == level
        assert levels.problem_of(found, enough) == ""
        assert not short or "Cet acte demande" in levels.problem_of(found, short)


def test_in_app_level_is_enforced(settings):
    assert levels.problem_here("simple") == levels.problem_here("advanced") == ""
    assert "signature qualifiée, que l’application ne produit pas" in levels.problem_here(
        "qualified"
    )
    settings.SIGNING_LEVEL = "qualified"
    assert levels.problem_here("qualified") == ""


def test_our_own_signature_is_an_extension_too(story):
    data = sign(story.first.data, 1).data

    assert judge(story.first.data, data, signer_name="", since=SIGNED_AT).verdict.authentic
