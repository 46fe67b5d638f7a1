"""The file of an act: what it says, how it is built, that it is the same each time."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pikepdf
import pytest
import rfc8785
from django.utils import translation

from agreements.documents import conformance, rendering
from agreements.documents.finishing import SEAL_FIELD
from agreements.documents.model import AnnexText, ArticleText, SignatureSlot
from tests.agreements.documents import factories

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is absent")


@pytest.fixture(scope="module")
def whole():
    return rendering.render(factories.act())


def tool(name, data, tmp_path, *arguments):
    path = tmp_path / "act.pdf"
    path.write_bytes(data)
    answer = subprocess.run(
        [name, *arguments, str(path)] + (["-"] if name == "pdftotext" else []),
        capture_output=True,
        check=False,
    )
    return answer.returncode, answer.stdout.decode()


def text_of(data, tmp_path):
    """Its words as poppler reads them, which prints every space alike."""
    return tool("pdftotext", data, tmp_path, "-layout")[1].replace("\u00a0", " ")


# What it says


@needs_poppler
def test_first_page_names_the_act_and_its_parties(whole, tmp_path):
    first = text_of(whole.data, tmp_path).split("\f")[0]

    for words in (
        "Convention de partage de données à caractère personnel",
        "Suivre les parcours des jeunes",
        "PRJ-2026-0012 · Version 3",
        "Caisse nationale de solidarité pour l’autonomie",
        "SIRET 180 060 031 00017",
        "Signataire : Sophie Haddad, directrice générale (décret du 4 janvier 2026)",
        "ci-après « le Détenteur »",
        "12 mars 2026",
        "26 articles, 2 annexes, 2 signataires",
    ):
        assert words in first


@needs_poppler
def test_each_page_bears_reference_version_and_number(whole, tmp_path):
    pages = text_of(whole.data, tmp_path).split("\f")[:-1]

    assert len(pages) == whole.page_count
    for number, page in enumerate(pages, start=1):
        assert "PRJ-2026-0012 · Version 3" in page
        assert f"Page {number} sur {whole.page_count}" in page
        assert "Code de vérification : 7K4D-92QX-M3VA" in page


@needs_poppler
def test_contents_give_the_page_of_each_article_and_annex(whole, tmp_path):
    pages = text_of(whole.data, tmp_path).split("\f")

    entries = re.findall(r"^\s*(Article \d+|Annexe \d+)\s+.*?\.+\s*(\d+)$", pages[1], re.MULTILINE)

    assert len(entries) == 28
    for label, page in entries:
        assert f"{label} — " in pages[int(page) - 1]


def test_bookmarks_follow_the_articles(whole):
    with pikepdf.open(BytesIO(whole.data)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]

    assert titles[:3] == ["Sommaire", "Préambule", "Article 1 — Définitions"]
    assert titles[-1] == "Annexe 2 — Mesures de sécurité"


@needs_poppler
def test_draft_says_so_on_each_page_and_cannot_be_signed(tmp_path):
    draft = rendering.render(factories.small_act(draft_watermark="PROJET", signature_slots=()))

    pages = tool("pdftotext", draft.data, tmp_path)[1].split("\f")[:-1]
    with pikepdf.open(BytesIO(draft.data)) as pdf:
        assert "/AcroForm" not in pdf.Root
    # The word runs across the page: poppler gives its letters one by one.
    letters = [sorted(line for line in page.splitlines() if len(line) == 1) for page in pages]
    assert letters == [sorted("PROJET")] * draft.page_count
    assert conformance.check(draft.data) == ()


def test_html_in_a_plain_text_is_text():
    rendered = rendering.render(
        factories.small_act(title="<script>alert(1)</script>", notice="<b>gras</b> & co")
    )

    assert "<script>alert" not in rendered.source
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in rendered.source
    assert "&lt;b&gt;gras&lt;/b&gt; &amp; co" in rendered.source


def test_wide_annex_lies_across_its_page(whole):
    with pikepdf.open(BytesIO(whole.data)) as pdf:
        boxes = [[float(value) for value in page.mediabox[2:]] for page in pdf.pages]

    assert sum(width > height for width, height in boxes) >= 1
    assert boxes[0] == pytest.approx([595.276, 841.89], abs=0.1)


def test_reader_of_another_language_gets_the_same_french_act():
    with translation.override("en"):
        english = rendering.render(factories.small_act())

    assert english.sha256 == rendering.render(factories.small_act()).sha256


# How it is built


def test_metadata_and_language(whole):
    with pikepdf.open(BytesIO(whole.data)) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert str(pdf.docinfo["/Title"]).startswith("PRJ-2026-0012 — Suivre les parcours")
        assert "Caisse nationale" in str(pdf.docinfo["/Author"])
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["pdfuaid:part"] == "1"


def test_twin_is_attached_once_in_canonical_form(whole):
    with pikepdf.open(BytesIO(whole.data)) as pdf:
        attached = pdf.attachments[rendering.TWIN_NAME].get_file()
        stream = pdf.attachments[rendering.TWIN_NAME].obj.EF.F
        relationship = pdf.attachments[rendering.TWIN_NAME].obj.AFRelationship
        associated = len(pdf.Root.AF)

        assert attached.read_bytes() == rfc8785.dumps(factories.TWIN)
        assert json.loads(attached.read_bytes()) == factories.TWIN
        assert str(stream.Subtype) == "/application/ld+json"
        assert (str(relationship), associated) == ("/Data", 1)


def test_act_without_twin_has_no_attachment():
    rendered = rendering.render(factories.small_act(twin=None))

    with pikepdf.open(BytesIO(rendered.data)) as pdf:
        assert len(pdf.attachments) == 0


def test_fields_are_tagged_framed_and_empty(whole):
    with pikepdf.open(BytesIO(whole.data)) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        names = [str(field.T) for field in fields]
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(numbers[::2], numbers[1::2], strict=True))

        assert names == ["sig_detenteur", "sig_destinataire", SEAL_FIELD]
        for field in fields:
            left, bottom, right, top = map(float, field.Rect)
            element = parents[int(field.StructParent)]
            assert right - left > 150
            assert 45 < top - bottom < 80
            assert "/V" not in field
            assert str(element.S) == "/Form"
            assert str(element.P.S) == "/Art"
            # An array here would turn each later signature into an illegal change.
            assert not isinstance(element.K, pikepdf.Array)
            assert str(field.TU)


def test_cross_references_are_classic(whole):
    """In object streams, the time to verify a signature grows with the square of the pages."""
    assert b"/ObjStm" not in whole.data
    assert b"/XRef" not in whole.data
    assert re.search(rb"\nxref\n", whole.data)


def test_links_say_where_they_lead(whole):
    with pikepdf.open(BytesIO(whole.data)) as pdf:
        links = [a for page in pdf.pages for a in page.obj.get("/Annots", ())]
        described = {str(link.Contents) for link in links if str(link.Subtype) == "/Link"}

    assert "Aller à\u00a0: Article 3 Finalité et usages interdits" in described
    assert not any(text.startswith("article-") for text in described)


@needs_poppler
def test_only_marianne_is_embedded(whole, tmp_path):
    _code, listing = tool("pdffonts", whole.data, tmp_path)
    rows = [line.split() for line in listing.splitlines()[2:]]

    assert rows
    for row in rows:
        assert re.fullmatch(r"[A-Z]{6}\+Marianne(-[A-Za-z]+)*", row[0])
        assert row[-5:-2] == ["yes", "yes", "yes"]


@needs_poppler
@pytest.mark.parametrize(
    "text", ["\u2010\u2011☐☑✓", "anticonstitutionnellement " * 40, "😀 שלום 你好 ﬁ", "x" * 4000]
)
def test_no_text_brings_in_another_font(text, tmp_path):
    rendered = rendering.render(factories.small_act(preamble=f"<p>{text}</p>", title=text[:300]))

    _code, listing = tool("pdffonts", rendered.data, tmp_path)

    assert {"Marianne" in line for line in listing.splitlines()[2:]} == {True}
    assert conformance.check(rendered.data) == ()


@needs_poppler
def test_poppler_sees_a_tagged_file(whole, tmp_path):
    _code, facts = tool("pdfinfo", whole.data, tmp_path)

    assert re.search(r"^Tagged:\s+yes$", facts, re.MULTILINE)
    assert re.search(r"^JavaScript:\s+no$", facts, re.MULTILINE)


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is absent")
def test_qpdf_finds_no_fault(whole, tmp_path):
    code, report = tool("qpdf", whole.data, tmp_path, "--check")

    assert (code, "No syntax or stream encoding errors" in report) == (0, True)


@pytest.mark.parametrize("count", [1, 3, 9])
def test_each_signatory_has_a_frame(count):
    slots = tuple(
        SignatureSlot(f"sig-{n}", f"Signataire {n}", "Directeur", "Organisme " * 12, "Délégation")
        for n in range(count)
    )
    rendered = rendering.render(factories.small_act(signature_slots=slots))

    with pikepdf.open(BytesIO(rendered.data)) as pdf:
        assert len(pdf.Root.AcroForm.Fields) == count + 1
    assert conformance.check(rendered.data) == ()


# The same each time


def test_same_act_same_bytes(whole):
    assert rendering.render(factories.act()).data == whole.data


def test_zone_of_the_moment_does_not_matter():
    created = factories.CREATED.astimezone(timezone(timedelta(hours=-7)))

    moved = rendering.render(factories.small_act(created=created))

    assert moved.sha256 == rendering.render(factories.small_act()).sha256


def test_another_process_gives_the_same_bytes(tmp_path):
    script = (
        "import django; django.setup();"
        "from agreements.documents import rendering;"
        "from tests.agreements.documents import factories;"
        "print(rendering.render(factories.small_act()).sha256)"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONHASHSEED": "7",
        "TMPDIR": str(tmp_path),
        "TZ": "Asia/Tokyo",
        "LANG": "C",
    }
    answer = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=True
    )

    assert answer.stdout.decode().strip() == rendering.render(factories.small_act()).sha256


def test_changed_act_changes_its_bytes():
    changed = rendering.render(factories.small_act(version_label="Version 4"))

    assert changed.sha256 != rendering.render(factories.small_act()).sha256


# What it refuses


@pytest.mark.parametrize("name", ["", "é", "1a", "a b", "a" * 64, SEAL_FIELD, "a.b"])
def test_bad_field_name_is_refused(name):
    with pytest.raises(ValueError, match="bad signature field name"):
        rendering.render(factories.small_act(signature_slots=(SignatureSlot(name, "a", "b", "c"),)))


def test_two_slots_of_one_name_are_refused():
    slots = (SignatureSlot("sig", "a", "b", "c"), SignatureSlot("sig", "d", "e", "f"))

    with pytest.raises(ValueError, match="same field name"):
        rendering.render(factories.small_act(signature_slots=slots))


def test_moment_without_zone_is_refused():
    naive = factories.CREATED.replace(tzinfo=None)

    with pytest.raises(ValueError, match="aware"):
        rendering.render(factories.small_act(created=naive))
    with pytest.raises(ValueError, match="aware"):
        rendering.render_simple("", title="t", created=naive, sender="s")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1/x", "ftp://127.0.0.1/x", "data:text/plain,x"]
)
def test_nothing_but_the_fonts_can_be_fetched(url, monkeypatch):
    sheet = rendering.stylesheet()
    monkeypatch.setattr(
        rendering, "stylesheet", lambda: f'{sheet} body {{ background-image: url("{url}") }}'
    )

    with pytest.raises(rendering.RenderingFailed, match="refused"):
        rendering.render(factories.small_act())


def test_act_for_signature_passes_the_gate(monkeypatch):
    rendered = rendering.render_for_signature(factories.small_act())
    assert rendered.sha256 == rendering.render(factories.small_act()).sha256

    monkeypatch.setattr(rendering, "declare_pdfua", lambda document: None)
    with pytest.raises(conformance.NonConforming, match="PDF/UA-1"):
        rendering.render_for_signature(factories.small_act())


# Hard contents


def test_every_kind_of_content_stays_conforming():
    html = (
        "<h1>a</h1><h4>b</h4><ul><li><p>x</p><p>y</p><ul><li>z</li></ul></li></ul><dl><dt>t</dt>"
        "<dd><p>d</p></dd></dl><blockquote><p>q</p></blockquote><table><tr><th>a</th><td>b</td>"
        "</tr><tr><td>c</td></tr></table><p><a href='https://example.org/'>un <b>lien</b></a>"
        "<sup>2</sup> <mark>[à compléter : x]</mark> <ins>i</ins> <del>d</del></p>"
        "<ol start=4><li><table><tr><td>1</td></tr></table></li></ol>"
    )
    articles = (ArticleText(1, "C01", "Tout", html * 3),)
    annexes = (AnnexText(1, "Encore", html), AnnexText(2, "Vide", ""))

    rendered = rendering.render(factories.act(articles=0, annexes=0, **{}))
    full = rendering.render(factories.small_act(preamble=html))
    both = rendering.render(
        factories.replace(factories.small_act(), articles=articles, annexes=annexes)
    )

    assert [conformance.check(r.data) for r in (rendered, full, both)] == [(), (), ()]


@needs_poppler
def test_letter_is_complete_and_conforming(tmp_path):
    letter = rendering.render_simple(
        "<p>Votre demande est enregistrée.</p><h1>Et maintenant ?</h1><ol><li>Étude</li></ol>",
        title="Accusé de réception",
        created=datetime(2026, 3, 1, 9, tzinfo=UTC),
        sender="Ministère chargé de la santé",
        reference="DEM-2026-0042",
        recipient=("Direction générale de la cohésion sociale", "75350 Paris 07 SP"),
        subject="Suivre les parcours",
        foot="Pièce produite par Navette",
    )

    text = text_of(letter.data, tmp_path)
    for words in (
        "Ministère chargé de la santé",
        "DEM-2026-0042",
        "Le 1er mars 2026",
        "75350 Paris 07 SP",
        "Accusé de réception",
        "Et maintenant ?",
        "Pièce produite par Navette",
        "Page 1 sur 1",
    ):
        assert words in text
    assert conformance.check(letter.data) == ()
    with pikepdf.open(BytesIO(letter.data)) as pdf:
        (seal,) = pdf.Root.AcroForm.Fields
        assert (str(seal.T), [float(v) for v in seal.Rect], int(seal.F)) == (
            SEAL_FIELD,
            [0, 0, 0, 0],
            132,
        )


def test_letter_that_nobody_seals_has_no_field():
    letter = rendering.render_simple(
        "x", title="t", created=factories.CREATED, sender="s", sealable=False
    )

    with pikepdf.open(BytesIO(letter.data)) as pdf:
        assert "/AcroForm" not in pdf.Root
