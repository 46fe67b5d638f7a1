"""Administration of the clause library: its texts, where they stand, who validated them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from accounts.views.services_forms import AdministrationFormView, AdministrationMixin
from agreements import policies, selectors, services
from agreements.enums import ActType
from agreements.forms import ValidateClauseForm
from agreements.markup import to_editor
from agreements.models import ClauseVersion
from agreements.selectors import ClauseRow
from journal.dates import day_text

CLAUSES: tuple[Any, Any] = (gettext_lazy("Clauses"), reverse_lazy("clauses:list_clauses"))


def _badge(version: ClauseVersion) -> dict[str, str]:
    if version.is_validated:
        return {"text": _("Validée"), "variant": "success"}
    return {"text": _("À valider"), "variant": "warning"}


def _types(version: ClauseVersion) -> str:
    return ", ".join(sorted(version.types))


def _validated(version: ClauseVersion) -> str:
    if not version.validated_on:
        return ""
    return _("par %(who)s, le %(day)s") % {
        "who": version.validated_by, "day": day_text(version.validated_on),
    }  # fmt: skip


def _row(row: ClauseRow) -> list[Any]:
    version = row.version
    return [
        {
            "text": version.clause.code,
            "url": reverse("clauses:view_clause", args=[version.clause.code]),
        },
        version.title,
        str(version.version),
        _types(version),
        {"text": _validated(version), "badge": _badge(version)},
        str(row.acts),
    ]


class ClausePage(AdministrationMixin):
    """A page about the library, for legal officers and managers."""

    def check(self, request: HttpRequest) -> None:
        policies.check_can_validate_clauses(request.user)  # type: ignore[arg-type]


class ClauseListView(ClausePage, TemplateView):
    title = CLAUSES[0]
    template_name = "agreements/clauses.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = selectors.clause_rows()
        table = {
            "caption": _("Clauses de la bibliothèque"),
            "columns": [
                _("Code"),
                _("Titre"),
                _("Version"),
                _("Types d’acte"),
                _("Validation"),
                {"label": _("Actes"), "numeric": True},
            ],
            "rows": [_row(row) for row in rows],
        }
        waiting = sum(not row.version.is_validated for row in rows)
        left = ngettext(
            "%(n)s clause sur %(all)s reste à valider.",
            "%(n)s clauses sur %(all)s restent à valider.",
            waiting,
        )
        return super().get_context_data(
            table=table,
            sentence=left % {"n": waiting, "all": len(rows)},
            types=ActType.choices,
            **kwargs,
        )


class ClauseView(ClausePage, TemplateView):
    template_name = "agreements/clause.html"
    above = [CLAUSES]

    @cached_property
    def version(self) -> ClauseVersion:
        return selectors.clause_version(self.kwargs["code"])

    def get_title(self) -> str:
        return f"{self.version.clause.code} — {self.version.title}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        clause = self.version.clause
        return super().get_context_data(
            facts=[
                {"label": _("But"), "value": self.version.purpose},
                {"label": _("Types d’acte"), "value": _types(self.version)},
                {"label": _("Condition"), "value": self.version.condition or _("Toujours")},
                {"label": _("Texte verrouillé"), "value": _("Oui") if self.version.locked
                 else _("Non")},
            ],
            versions=[
                {
                    "row": row,
                    "text": to_editor(row.body),
                    "badge": _badge(row),
                    "validated": _validated(row),
                }
                for row in selectors.versions_of(clause)
            ],
            acts=selectors.acts_using(self.request.user, clause),  # type: ignore[arg-type]
            **kwargs,
        )  # fmt: skip


class ValidateClauseView(ClausePage, AdministrationFormView):
    """« Enregistrer la validation » : two names, two days."""

    form_class = ValidateClauseForm
    submit_label = gettext_lazy("Enregistrer la validation")
    success_message = gettext_lazy("La validation est enregistrée.")
    intro = gettext_lazy(
        "La direction des affaires juridiques (DAJ) et le délégué à la protection des données "
        "(DPD) ont tous deux validé ce texte. Cet enregistrement est définitif."
    )

    @cached_property
    def version(self) -> ClauseVersion:
        return selectors.clause_version(self.kwargs["code"], self.kwargs["version"])

    def get_title(self) -> str:
        return _("Validation de la clause %(code)s, version %(n)s") % {
            "code": self.version.clause.code, "n": self.version.version,
        }  # fmt: skip

    def get_above(self) -> list[tuple[Any, str]]:
        return [CLAUSES, (self.version.title, self.get_success_url())]

    def get_success_url(self) -> str:
        return reverse("clauses:view_clause", args=[self.version.clause.code])

    def perform(self, data: dict[str, Any]) -> None:
        services.validate_clause(version=self.version, **data, by=self.request.user)  # type: ignore[arg-type]
