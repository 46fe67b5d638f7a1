"""The templates of acts: their clauses in order, what is mandatory, what is locked, versions."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from accounts.views.services_forms import AdministrationFormView
from agreements import selectors, services
from agreements.enums import ActType
from agreements.forms_library import TemplateNoteForm
from agreements.models import ActTemplateVersion
from agreements.views.clauses import CLAUSES, ClausePage, clause_url
from journal.dates import day_text
from questionnaires import comparison

TEMPLATES: tuple[Any, Any] = (
    gettext_lazy("Modèles d’acte"),
    reverse_lazy("clauses:list_templates"),
)


class TemplateListView(ClausePage, TemplateView):
    title = TEMPLATES[0]
    above = [CLAUSES]
    template_name = "agreements/act_templates.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = sorted(selectors.current_templates().items())
        table = {
            "caption": _("Modèles d’acte"),
            "columns": [
                _("Type d’acte"),
                _("Version"),
                {"label": _("Clauses"), "numeric": True},
                _("Publiée le"),
            ],
            "rows": [
                [
                    {"text": ActType(act_type).label, "url": template_url(act_type)},
                    str(row.version),
                    str(len(row.clauses)),
                    day_text(row.published_at),
                ]
                for act_type, row in rows
            ],
        }
        return super().get_context_data(table=table, **kwargs)


def template_url(act_type: str, name: str = "view_template") -> str:
    return reverse(f"clauses:{name}", args=[act_type])


class OneTemplate(ClausePage):
    """A page about the template of one type of act."""

    above = [CLAUSES, TEMPLATES]

    @cached_property
    def versions(self) -> list[ActTemplateVersion]:
        return selectors.template_versions(self.kwargs["act_type"])

    @property
    def last(self) -> ActTemplateVersion:
        return self.versions[0]

    @property
    def label(self) -> str:
        return str(ActType(self.last.act_type).label)


class ActTemplateView(OneTemplate, TemplateView):
    """The template in its newest version, and what each version changed."""

    template_name = "agreements/act_template.html"

    def get_title(self) -> str:
        return _("Modèle : %s") % self.label

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        titles = {code: row.title for code, row in selectors.current_clauses().items()}
        older = [*self.versions[1:], None]
        return super().get_context_data(
            row=self.last,
            table=_table(self.last, titles),
            history=[
                {"row": row, "changes": _changes(before, row)}
                for row, before in zip(self.versions, older, strict=True)
            ],
            **kwargs,
        )


def _table(row: ActTemplateVersion, titles: dict[str, str]) -> dict[str, Any]:
    yes = _("Oui")
    return {
        "caption": _("Clauses du modèle, dans l’ordre"),
        "columns": [_("Clause"), _("Titre"), _("Rang"), _("Obligatoire"), _("Verrouillée")],
        "rows": [
            [
                {"text": code, "url": clause_url(code)},
                titles.get(code, ""),
                str(rank),
                yes if code in row.mandatory else _("selon la clause"),
                yes if code in row.locked else _("selon la clause"),
            ]
            for rank, code in enumerate(row.clauses, start=1)
        ],
    }


def _changes(old: ActTemplateVersion | None, new: ActTemplateVersion) -> list[dict[str, Any]]:
    """What a version of a template changed: clauses added and removed, order, rules."""
    if old is None:
        return []
    kept = [code for code in new.clauses if code in old.clauses]
    moved = [code for code in old.clauses if code in new.clauses] != kept
    lines = [
        (_("Clauses"), comparison.lines(old.clauses, new.clauses)),
        (_("Obligatoires"), comparison.lines(old.mandatory, new.mandatory)),
        (_("Verrouillées"), comparison.lines(old.locked, new.locked)),
    ]
    found = [
        {"label": label, "old": "", "new": "", "added": added, "removed": removed}
        for label, (added, removed) in lines
        if added or removed
    ]
    if moved:
        order = {"old": ", ".join(old.clauses), "new": ", ".join(new.clauses)}
        found.append({"label": _("Ordre"), **order, "added": [], "removed": []})
    return found


class EditTemplateView(OneTemplate, AdministrationFormView):
    """« Modifier le modèle » : a rank keeps a clause, no rank leaves it out."""

    template_name = "agreements/edit_act_template.html"
    form_class = TemplateNoteForm
    submit_label = gettext_lazy("Publier le modèle")
    success_message = gettext_lazy("La nouvelle version du modèle est publiée.")
    intro = gettext_lazy(
        "Les clauses entrent dans l’acte dans l’ordre des rangs. Une clause sans rang n’est pas "
        "dans le modèle. Les actes déjà ouverts gardent le modèle dont ils viennent."
    )

    def get_title(self) -> str:
        return _("Modifier le modèle : %s") % self.label

    def get_above(self) -> list[tuple[Any, str]]:
        return [*self.above, (self.label, self.get_success_url())]

    def get_success_url(self) -> str:
        return template_url(self.last.act_type)

    def get_initial(self) -> dict[str, Any]:
        return {"based_on": self.last.version}

    @cached_property
    def possible(self) -> list[dict[str, Any]]:
        """The clauses made for this type: those of the template, then the others by their place."""
        rows = selectors.current_clauses()
        able = {code: row for code, row in rows.items() if self.last.act_type in row.types}
        known = [code for code in self.last.clauses if code in able]
        others = sorted(set(able) - set(known), key=lambda code: (able[code].order, code))
        return [
            {
                "code": code,
                "title": able[code].title,
                "is_active": able[code].clause.is_active,
                "place": able[code].order,
                "rank": (known.index(code) + 1) * 10 if code in known else "",
                "mandatory": code in self.last.mandatory,
                "locked": code in self.last.locked,
            }
            for code in (*known, *others)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        data = self.request.POST
        lines = [
            {
                **line,
                "rank": data.get(f"rank-{line['code']}", ""),
                "mandatory": f"mandatory-{line['code']}" in data,
                "locked": f"locked-{line['code']}" in data,
            }
            if data
            else line
            for line in self.possible
        ]
        return super().get_context_data(lines=lines, **kwargs)

    def perform(self, data: dict[str, Any]) -> None:
        clauses, mandatory, locked = self.chosen
        services.publish_template(
            act_type=self.last.act_type,
            clauses=clauses,
            mandatory=mandatory,
            locked=locked,
            note=data["note"],
            based_on=data["based_on"],
            by=self.request.user,  # type: ignore[arg-type]
        )

    @property
    def chosen(self) -> tuple[list[str], list[str], list[str]]:
        """The clauses of the page in the order of their ranks, those mandatory, those locked.

        Errors: ValidationError when a rank is not a number.
        """
        data, codes = self.request.POST, [line["code"] for line in self.possible]
        typed = {code: data.get(f"rank-{code}", "").strip() for code in codes}
        wrong = [code for code, rank in typed.items() if rank and not _is_number(rank)]
        if wrong:
            raise ValidationError(_("Rang de %s : indiquez un nombre entier.") % ", ".join(wrong))
        kept = sorted((code for code in codes if typed[code]), key=lambda code: int(typed[code]))
        return (
            kept,
            [code for code in codes if f"mandatory-{code}" in data],
            [code for code in codes if f"locked-{code}" in data],
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6
