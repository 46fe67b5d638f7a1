"""The annexes as the fragments that a document prints: tables, lists and given texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.assembly import annexes as rules
from agreements.assembly.merging import MergeContext
from agreements.library import AnnexSection, AnnexTemplate

NONE = "–"
BREAK = mark_safe("<br>")


def paragraphs(text: str) -> SafeString:
    """Return a text as paragraphs; what looks like markup in it is shown, never read."""
    return format_html_join("", "<p>{}</p>", ((line,) for line in text.split("\n") if line.strip()))


def lines(text: str) -> SafeString | str:
    return format_html_join(BREAK, "{}", ((line,) for line in text.split("\n"))) if text else NONE


def annex_html(
    template: AnnexTemplate,
    content: rules.Content,
    *,
    parties: Sequence[str],
    context: MergeContext,
) -> str:
    """Return an annex as HTML: its sections, then its closing sentence."""
    parts = [paragraphs(template.intro)] if template.intro else []
    for section in template.sections:
        body = _section(template, section, content, parties, context)
        parts.append(
            format_html(
                '<section class="fr-mb-4w"><h3 class="fr-h6">{}</h3>{}</section>',
                section.title,
                body,
            )
        )
    if template.closing:
        parts.append(paragraphs(template.closing))
    return "".join(parts)


def _section(
    template: AnnexTemplate,
    section: AnnexSection,
    content: rules.Content,
    parties: Sequence[str],
    context: MergeContext,
) -> SafeString:
    if section.kind == "template":
        return paragraphs(rules.merged_text(section.body, template, context))
    if section.kind == "fixed":
        return table([c.label for c in section.columns], section.values)
    if section.kind == "rows":
        return _rows(section, content)
    if section.kind == "fields":
        return _fields(template, section, content, context)
    return _grid(section, content, parties)


def _rows(section: AnnexSection, content: rules.Content) -> SafeString:
    written = rules.rows(content, section)
    if not written:
        return format_html("<p>{}</p>", _("Sans objet."))
    used = [c for c in section.columns if c.required or any(row[c.key] for row in written)]
    return table([c.label for c in used], [[row[c.key] for c in used] for row in written])


def _fields(
    template: AnnexTemplate, section: AnnexSection, content: rules.Content, context: MergeContext
) -> SafeString:
    written = {q.column.key: rules.answer(content, q) for q in rules.questions(section, ())}
    pairs = []
    for column in section.fields:
        merged = rules.merged_text(column.merge, template, context) if column.merge else ""
        pairs.append([column.label, merged or written.get(column.key, "")])
    return table([_("Rubrique"), _("Réponse")], pairs, row_headers=True)


def _grid(section: AnnexSection, content: rules.Content, parties: Sequence[str]) -> SafeString:
    asked: dict[str, list[rules.Question]] = {}
    for question in rules.questions(section, parties):
        asked.setdefault(question.row, []).append(question)
    labels = {row.key: row.label for row in section.rows}
    first = next(iter(asked.values()), [])
    head = [_("Rubrique"), *(question.column.label for question in first)]
    body = [
        [labels[key], *(rules.answer(content, question) for question in row)]
        for key, row in asked.items()
    ]
    return table(head, body, row_headers=True)


def table(
    head: Iterable[str], body: Iterable[Sequence[str]], *, row_headers: bool = False
) -> SafeString:
    """Return a table whose header cells say what they head."""
    header = format_html_join("", '<th scope="col">{}</th>', ((label,) for label in head))
    rows = []
    for row in body:
        cells = [
            format_html(
                '<th scope="row">{}</th>' if row_headers and not n else "<td>{}</td>", lines(v)
            )
            for n, v in enumerate(row)
        ]
        rows.append(format_html("<tr>{}</tr>", format_html_join("", "{}", ((c,) for c in cells))))
    return format_html(
        '<table class="cdd-vars"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        header,
        format_html_join("", "{}", ((row,) for row in rows)),
    )
