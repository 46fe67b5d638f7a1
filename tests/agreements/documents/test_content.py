"""Fragments typed by people: structure is kept, everything else is taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from agreements.documents.content import clean, has_wide_table, plain


def test_plain_structure_is_kept():
    html = "<p>Un <strong>mot</strong> <em>et</em> x<sup>2</sup></p><ul><li>a</li></ul>"

    assert clean(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<iframe src='http://x'></iframe>",
        "<img src='file:///etc/passwd'>",
        "<svg><text>x</text></svg>",
        "<object data='x'></object>",
        "<!-- secret -->",
        "<?php echo 1 ?>",
        "<input value=x><select><option>o</option></select>",
    ],
)
def test_what_fetches_runs_or_asks_is_removed(html):
    assert clean(f"<p>avant</p>{html}<p>après</p>") == "<p>avant</p><p>après</p>"


def test_attributes_are_removed():
    html = '<p style="opacity:0" onclick="x()" id="page" class="gap evil">a</p>'

    assert clean(html) == '<p class="gap">a</p>'


def test_unknown_tags_leave_their_text():
    assert clean("<p><font color=red>rouge</font> <blink>!</blink></p>") == "<p>rouge !</p>"


def test_bare_text_becomes_a_paragraph():
    assert clean("1 < 2 & <b>gras</b>") == "<p>1 &lt; 2 &amp; <b>gras</b></p>"
    assert clean("") == ""
    assert clean("   ") == ""


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>a</h1><h2>b</h2>", "<h3>a</h3><h4>b</h4>"),
        ("<h2>a</h2><h6>b</h6>", "<h3>a</h3><h4>b</h4>"),
        ("<h5>a</h5><h5>b</h5>", "<h3>a</h3><h3>b</h3>"),
        ("<h3> </h3><h4>b</h4>", "<h3>b</h3>"),
        ("<h2>a</h2><h1>b</h1><h3>c</h3>", "<h4>a</h4><h3>b</h3><h4>c</h4>"),
    ],
)
def test_headings_start_at_three_and_skip_no_level(html, expected):
    cleaned = clean(html)

    levels = [int(e.tag[1]) for e in lxml_html.fragments_fromstring(cleaned)]
    assert levels[0] == 3
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    if expected.startswith("<h3>"):
        assert cleaned == expected


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("#article-3", True),
        ("#article-99", False),
        ("https://www.legifrance.gouv.fr/x", True),
        ("mailto:dpd@cnsa.fr", True),
        ("mailto:", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("data:text/html,x", False),
        ("http://[", False),
        ("/relatif", False),
    ],
)
def test_links_lead_inside_or_to_the_web(href, kept):
    cleaned = clean(f'<p><a href="{href}">lien <b>gras</b></a></p>', anchors={"article-3"})

    assert cleaned == (
        f'<p><a href="{href}">lien gras</a></p>' if kept else "<p>lien <b>gras</b></p>"
    )


def test_tables_are_made_regular():
    html = "<table><tr><th>a</th><th colspan=3>b</th></tr><tr><th>c</th><td>1</td></tr></table>"

    rows = lxml_html.fragment_fromstring(clean(html)).findall(".//tr")
    widths = [sum(int(cell.get("colspan", 1)) for cell in row) for row in rows]
    scopes = [[cell.get("scope") for cell in row] for row in rows]

    assert widths == [4, 4]
    assert scopes == [["col", "col"], ["row", None, None, None]]


@pytest.mark.parametrize("span", ["0", "-1", "99999999999", "x", "²", ""])
def test_absurd_spans_are_bounded(span):
    cleaned = clean(f"<table><tr><td colspan='{span}' rowspan='{span}'>a</td></tr></table>")

    assert len(cleaned) < 300


def test_empty_tables_and_lists_vanish():
    assert clean("<table></table><table><tr></tr></table><ul></ul>") == ""


def test_lists_hold_only_items():
    assert clean("<ul>avant<p>x</p><li>y</li> après</ul>") == (
        "<ul><li>avant</li><li><p>x</p></li><li>y</li><li> après</li></ul>"
    )
    assert clean("<li>seul</li>") == "<div>seul</div>"


def test_numbered_list_keeps_its_start():
    assert clean('<ol start="3"><li>c</li></ol>') == '<ol start="3"><li>c</li></ol>'
    assert clean('<ol start="x"><li>c</li></ol>') == "<ol><li>c</li></ol>"


def test_nesting_is_bounded():
    cleaned = clean("<blockquote>" * 5000 + "fond" + "</blockquote>" * 5000)

    assert "fond" in cleaned
    assert cleaned.count("<blockquote>") <= 24


@pytest.mark.parametrize(("columns", "wide"), [(6, False), (7, True)])
def test_wide_tables_are_told_from_narrow_ones(columns, wide):
    assert has_wide_table(f"<table><tr>{'<td>x</td>' * columns}</tr></table>") is wide


def test_plain_text_is_on_one_line():
    assert plain("  Deux\nlignes\x00 ") == "Deux lignes"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_is_cleaned_without_failing(text):
    cleaned = clean(text)

    assert "<script" not in cleaned.lower()
    assert clean(cleaned) == cleaned or "<" in text or "&" in text


@given(
    st.lists(
        st.sampled_from(
            "<p> </p> <ul> </ul> <li> </li> <table> </table> <tr> <td> <th> <h1> <h4> <a> <b> x "
            "</b> <script> </script> & < > <blockquote> <ol> <dl> <dd> <svg> </svg> <caption> "
            "<thead>".split()
        ),
        max_size=40,
    )
)
def test_any_markup_comes_out_well_formed_and_stable(parts):
    cleaned = clean("".join(parts))

    assert clean(cleaned) == cleaned
    assert "<script" not in cleaned
