"""What the family can draw, and what is done with the rest."""

import pytest

from agreements.documents import fonts, rendering
from tests.agreements.documents import factories

LIBERATION = "/usr/share/fonts/truetype/liberation"


def test_family_is_marianne_and_complete():
    family = fonts.family()

    assert family.name == "Marianne"
    assert set(family.faces) == {"Regular", "Italic", "Bold", "BoldItalic"}
    assert all(path.is_file() for path in family.faces.values())


def test_faces_are_truetype():
    """Their CFF form makes glyphs vanish for PDF/A validators once subset."""
    for path in fonts.family().faces.values():
        assert path.read_bytes()[:4] == b"\x00\x01\x00\x00"


@pytest.mark.parametrize(
    "text", ["Œuvre « à l’été » — 12 € ≤ 3 × 10²", "Ça coûte 5 %\u00a0: voilà", "n° 4 § 2 → suite"]
)
def test_french_text_passes_unchanged(text):
    assert fonts.printable(text) == text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("vrai\u2011faux", "vrai-faux"),
        ("1\u202f000", "1\u00a0000"),
        ("☐ non ☑ oui ✓", "[ ] non [x] oui [x]"),
        ("e\u0301te\u0301", "été"),
        ("ﬁn", "fin"),
        ("mot\u00adcoupé", "motcoupé"),
        ("nul\x00\x07", "nul"),
        ("sens\u202einverse\u202c", "sensinverse"),
        ("❤\ufe0f", "[U+2764]"),
        ("😀", "[U+1F600]"),
        ("شركة", "[U+0634][U+0631][U+0643][U+0629]"),
        ("\ud800perdu", "perdu"),
    ],
)
def test_a_sign_it_cannot_draw_is_replaced_or_spelled_out(typed, printed):
    assert fonts.printable(typed) == printed


def test_everything_printed_can_be_drawn():
    held = fonts.repertoire()
    text = "".join(map(chr, [*range(0x20, 0x3000), *range(0x1F300, 0x1F700)]))

    assert {ord(char) for char in fonts.printable(text)} <= held


def test_missing_face_is_named(settings, tmp_path):
    settings.DOCUMENT_FONT_DIR = str(tmp_path)

    with pytest.raises(FileNotFoundError, match=r"Marianne-Regular\.ttf.*Marianne-BoldItalic\.ttf"):
        fonts.family()


def test_another_family_can_be_configured(settings, tmp_path):
    """A ministry may use Marianne; anybody else brings a free family."""
    for face, path in fonts.family().faces.items():
        (tmp_path / f"Libre-{face}.ttf").write_bytes(path.read_bytes())
    settings.DOCUMENT_FONT_DIR = str(tmp_path)
    settings.DOCUMENT_FONT_FAMILY = "Libre"

    rendered = rendering.render(factories.small_act())

    assert b"+Libre" in rendered.data
    assert b"+Marianne" not in rendered.data
