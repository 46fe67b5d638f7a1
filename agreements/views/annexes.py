"""The annexes: structured pages, never an uploaded file only (ux/spec.md, §5)."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from agreements import pages, policies, services
from agreements.annex_html import annex_html
from agreements.assembly import annexes as rules
from agreements.enums import AnnexAudience
from agreements.library import AnnexSection
from agreements.selectors.desk import AnnexLine
from agreements.views.base import AgreementView, TabView
from cases.errors import Impossible

BLANK_ROWS = 3
MAX_SHOWN = 300


class AnnexListView(TabView):
    """« Annexes » : ten rows at most, their state, who reads them."""

    tab, template_name = "annexes", "agreements/annexes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rows=[self.row(line) for line in self.desk.annexes],
            columns=[_("N°"), _("Titre"), _("Source"), _("État"), _("Dernière version")],
            **kwargs,
        )

    def row(self, line: AnnexLine) -> list[Any]:
        template = line.template
        state = (_("Complète"), "success") if not line.missing else (_("À compléter"), "warning")
        changed = line.changed
        last = f"{changed.changed_at:%d/%m/%Y}, {changed.changed_by}" if changed else "–"
        restricted = template.audience == AnnexAudience.RESTRICTED
        return [
            {"text": f"{template.number}"},
            {"text": template.title, "url": self.url("view_annex", template.number),
             "small": _("Diffusion restreinte") if restricted else ""},
            template.source,
            {"text": "", "badge": state},
            last,
        ]  # fmt: skip


class AnnexOf(AgreementView):
    """The annex of the address, inside its act; reading a restricted one is remembered."""

    tab = "annexes"

    @property
    def line(self) -> AnnexLine:
        number = self.kwargs["number"]
        for line in self.desk.annexes:
            if line.template.number == number:
                return line
        raise Http404

    def check_read(self) -> None:
        policies.check_can_read_annex(
            self.request.user, self.agreement, self.line.template.audience
        )


class AnnexView(AnnexOf):
    """One annex, as the act prints it."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check_read()
        line = self.line
        if line.template.audience == AnnexAudience.RESTRICTED:
            what = _("annexe %s") % line.template.number
            services.record_read(agreement=self.agreement, what=what, by=request.user)
        can_edit = line.template.is_filled_in and policies.can_edit_annex(
            request.user, self.agreement, line.template.number
        )
        html = annex_html(
            line.template, line.content, parties=self.desk.party_names, context=self.desk.context
        )
        # Every value in it was escaped by format_html.
        context = self.frame(line=line, html=mark_safe(html), can_edit=can_edit)  # noqa: S308
        return render(request, "agreements/annex.html", context)


class EditAnnexView(AnnexOf):
    """An annex being filled in, row by row; « Ajouter des lignes » works without JavaScript."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        return self.show(dict(self.line.content))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        content = parse(request.POST, self.line, self.desk.party_names)
        if request.POST.get("action") == "lignes":
            return self.show(content)
        try:
            services.save_annex(
                agreement=self.agreement, number=self.line.template.number, content=content,
                by=request.user,
            )  # fmt: skip
        except rules.CellError as error:
            return self.show(content, [{"text": error.messages[0], "target": error.target}])
        except Impossible as refusal:
            return self.show(content, [{"text": refusal.message, "target": ""}])
        messages.success(request, _("Annexe enregistrée."))
        return redirect(self.url("view_annex", self.line.template.number))

    def check(self) -> None:
        self.check_read()
        if not self.line.template.is_filled_in:
            raise Http404
        policies.check_can_edit_annex(self.request.user, self.agreement, self.line.template.number)

    def show(
        self, content: dict[str, Any], errors: list[dict[str, str]] | None = None
    ) -> HttpResponse:
        targets = [error["target"] for error in errors or ()]
        sections = [
            section_context(section, content, self.desk.party_names, targets, self.desk.facts)
            for section in self.line.template.sections
            if section.kind in ("rows", "fields", "grid", "matrix")
        ]
        context = self.frame(
            line=self.line,
            sections=sections,
            errors=errors or [],
            back_url=self.url("view_annex", self.line.template.number),
        )
        return render(
            self.request, "agreements/edit_annex.html", context, status=422 if errors else 200
        )


def parse(posted: Any, line: AnnexLine, parties: list[str]) -> dict[str, Any]:
    """Read the content of an annex from a form; what its template does not ask is left out."""
    content: dict[str, Any] = {}
    for section in line.template.sections:
        if section.kind == "rows":
            content[section.key] = _posted_rows(posted, section)
        for question in rules.questions(section, parties):
            name = rules.control_id(section.key, question.row, question.column.key)
            place = content.setdefault(section.key, {})
            if question.row:
                place = place.setdefault(question.row, {})
            place[question.column.key] = posted.get(name, "")
    return content


def _posted_rows(posted: Any, section: AnnexSection) -> list[dict[str, str]]:
    pattern = re.compile(rf"a-{section.key}-(\d{{1,4}})-")
    numbers = sorted({int(m[1]) for name in posted if (m := pattern.match(name))})
    return [
        {
            column.key: posted.get(rules.control_id(section.key, number, column.key), "")
            for column in section.columns
        }
        for number in numbers
    ]


def section_context(
    section: AnnexSection,
    content: dict[str, Any],
    parties: list[str],
    targets: list[str],
    facts: Any,
) -> dict[str, Any]:
    """A section as the form shows it: cells with their identifiers, choices and state."""
    if section.kind == "rows":
        written = rules.rows(content, section)[:MAX_SHOWN]
        blank = [dict.fromkeys((column.key for column in section.columns), "")] * BLANK_ROWS
        lines = [
            [
                _cell(section.key, number, column, row[column.key], column.label, targets, facts)
                for column in section.columns
            ]
            for number, row in enumerate([*written, *blank], start=1)
        ]
        return {"section": section, "is_table": True, "lines": lines}
    cells = [
        _cell(section.key, q.row, q.column, rules.answer(content, q), q.label, targets, facts)
        for q in rules.questions(section, parties)
    ]
    return {"section": section, "is_table": False, "lines": [cells]}


def _cell(
    section: str, row: Any, column: Any, value: str, label: str, targets: list[str], facts: Any
) -> dict[str, Any]:
    name = rules.control_id(section, row, column.key)
    return {
        "name": name,
        "label": label,
        "value": value,
        "choices": column.choices,
        "is_required": rules.is_required(column, facts),
        "is_wrong": name in targets,
    }


__all__ = ["AnnexListView", "AnnexView", "EditAnnexView", "pages"]
