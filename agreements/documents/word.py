"""A version of an act in the format of word processors, to be read outside.

It is never read back: what comes from outside is typed in by the legal officer (ux/spec.md, §5).
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import lxml.html
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from agreements.documents.model import ActDocument

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


def word_document(act: ActDocument, *, notice: str) -> bytes:
    """Lay an act out as DOCX; `notice` says on the first page that it is no act."""
    made = Document()
    _in_french(made)
    properties = made.core_properties
    properties.title, properties.author, properties.language = act.title, "Navette", "fr-FR"
    properties.created = properties.modified = act.created.replace(tzinfo=None)
    made.add_paragraph(f"{act.reference} — {act.version_label}")
    made.add_heading(act.title, level=0)
    made.add_paragraph(act.act_type_label)
    made.add_paragraph(notice, style="Intense Quote")
    for article in act.articles:
        made.add_heading(
            _("Article %(n)s — %(title)s") % {"n": article.number, "title": article.title}, level=1
        )
        _add(made, article.html)
    for annex in act.annexes:
        made.add_page_break()
        made.add_heading(
            _("Annexe %(n)s — %(title)s") % {"n": annex.number, "title": annex.title}, level=1
        )
        _add(made, annex.html)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def _in_french(made: Any) -> None:
    """Tell spelling checkers and screen readers the language of the text."""
    properties = made.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    properties.append(language)


def _add(made: Any, html: str) -> None:
    if html.strip():
        for child in lxml.html.fragment_fromstring(html, create_parent="div"):
            _add_element(made, child)


def _add_element(made: Any, element: Any) -> None:
    """Write a paragraph, a list, a table or what they stand in."""
    tag = element.tag
    if tag in _HEADINGS:
        made.add_heading(_text(element), level=2)
    elif tag in ("ul", "ol"):
        style = "List Bullet" if tag == "ul" else "List Number"
        for item in element.iterfind("li"):
            made.add_paragraph(_text(item), style=style)
    elif tag == "table":
        _add_table(made, element)
    elif tag == "dl":
        _add_definitions(made, element)
    elif len(element) and tag in ("div", "section"):
        for child in element:
            _add_element(made, child)
    elif text := _text(element):
        made.add_paragraph(text)


def _add_definitions(made: Any, element: Any) -> None:
    for term in element.iter("dt", "dd"):
        paragraph = made.add_paragraph()
        paragraph.add_run(_text(term)).bold = term.tag == "dt"


def _add_table(made: Any, element: Any) -> None:
    rows = [[_text(cell) for cell in row.iter("th", "td")] for row in element.iter("tr")]
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    table = made.add_table(rows=0, cols=width, style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text


def _text(element: Any) -> str:
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return str(element.text_content()).strip()
