"""The clause library as it is read: list, clause, versions and what differs between them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from accounts.views.services_forms import (
    AdministrationFormView,
    AdministrationMixin,
    FilteredListView,
)
from agreements import policies, selectors, services
from agreements.enums import ActType
from agreements.forms import ReasonForm, ValidateClauseForm
from agreements.forms_library import ClauseFilterForm
from agreements.markup import to_editor
from agreements.models import Clause, ClauseVersion
from agreements.models.library import Wording
from agreements.selectors import ClauseRow
from journal.dates import day_text

CLAUSES: tuple[Any, Any] = (gettext_lazy("Clauses"), reverse_lazy("clauses:list_clauses"))
DRAFT = "brouillon"


def clause_url(code: str, name: str = "view_clause", *args: Any) -> str:
    return reverse(f"clauses:{name}", args=[code, *args])


def badges_of(version: ClauseVersion, *, is_being_written: bool = False) -> list[dict[str, str]]:
    found = [
        {"text": _("Validée"), "variant": "success"} if version.is_validated
        else {"text": _("À valider"), "variant": "warning"}
    ]  # fmt: skip
    if not version.clause.is_active:
        found.append({"text": _("Désactivée"), "variant": ""})
    if is_being_written:
        found.append({"text": _("En cours de rédaction"), "variant": "info"})
    return found


def _types(wording: Wording) -> str:
    return ", ".join(sorted(wording.types))


def _validated(version: ClauseVersion) -> str:
    if not version.validated_on:
        return ""
    return _("par %(who)s, le %(day)s") % {
        "who": version.validated_by, "day": day_text(version.validated_on),
    }  # fmt: skip


def _row(row: ClauseRow) -> list[Any]:
    version = row.version
    shown = badges_of(version, is_being_written=row.is_being_written)
    return [
        {"text": version.clause.code, "url": clause_url(version.clause.code)},
        version.title,
        str(version.version),
        _types(version),
        {"text": _validated(version), "badge": shown[-1]},
        str(row.acts),
    ]


class ClausePage(AdministrationMixin):
    """A page about the library, for legal officers and managers."""

    def check(self, request: HttpRequest) -> None:
        policies.check_can_manage_library(request.user)  # type: ignore[arg-type]


class ClauseListView(ClausePage, FilteredListView):
    title = CLAUSES[0]
    template_name = "agreements/clauses.html"
    filter_form = ClauseFilterForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, data = self.filters()
        rows = selectors.clause_rows()
        kept = selectors.matching(rows, **_criteria(data))
        waiting = sum(not row.version.is_validated for row in rows)
        left = ngettext(
            "%(n)s clause sur %(all)s reste à valider.",
            "%(n)s clauses sur %(all)s restent à valider.",
            waiting,
        )
        return super().get_context_data(
            table=_table(kept),
            filters=form,
            active=self.active(form),
            result=ngettext("%s clause", "%s clauses", len(kept)) % len(kept),
            sentence=left % {"n": waiting, "all": len(rows)},
            drafts=selectors.drafts_of_new_clauses(),
            types=ActType.choices,
            **kwargs,
        )


def _criteria(data: dict[str, Any]) -> dict[str, str]:
    return {
        "act_type": data.get("type", ""),
        "state": data.get("etat", ""),
        "text": data.get("q", ""),
    }


def _table(rows: list[ClauseRow]) -> dict[str, Any]:
    return {
        "caption": _("Clauses de la bibliothèque"),
        "columns": [
            _("Code"),
            _("Titre"),
            _("Version"),
            _("Types d’acte"),
            _("État"),
            {"label": _("Actes"), "numeric": True},
        ],
        "rows": [_row(row) for row in rows],
    }


class OneClause(ClausePage):
    """A page about one clause."""

    @cached_property
    def clause(self) -> Clause:
        return selectors.clause_of(self.kwargs["code"])

    def get_above(self) -> list[tuple[Any, str]]:
        return [CLAUSES, (self.clause.code, clause_url(self.clause.code))]


class ClauseView(ClausePage, TemplateView):
    """A clause: its rule, its versions, where it is used, what can be done with it."""

    template_name = "agreements/clause.html"
    above = [CLAUSES]

    @cached_property
    def version(self) -> ClauseVersion:
        return selectors.clause_version(self.kwargs["code"])

    def get_title(self) -> str:
        return f"{self.version.clause.code} — {self.version.title}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        clause, version = self.version.clause, self.version
        draft = selectors.draft_of(clause)
        acts = selectors.acts_using(self.request.user, clause)  # type: ignore[arg-type]
        used = ngettext(
            "Cette clause figure dans %s acte : désactivez-la pour qu’elle n’entre plus dans les "
            "nouveaux. Aucune clause n’est supprimée.",
            "Cette clause figure dans %s actes : désactivez-la pour qu’elle n’entre plus dans les "
            "nouveaux. Aucune clause n’est supprimée.",
            len(acts),
        )
        rows = selectors.versions_of(clause)
        return super().get_context_data(
            clause=clause,
            draft=draft,
            facts=_facts(version),
            badges=badges_of(version, is_being_written=draft is not None),
            versions=[_shown(row) for row in rows],
            choices=[
                *([(DRAFT, _("Brouillon"))] if draft else []),
                *((str(row.version), _("Version %s") % row.version) for row in rows),
            ],
            acts=acts,
            used=used % len(acts) if acts else "",
            templates=selectors.templates_with(clause.code),
            referring=selectors.clauses_referring_to(clause.code),
            **kwargs,
        )


def _facts(version: ClauseVersion) -> list[dict[str, str]]:
    yes, no = _("Oui"), _("Non")
    return [
        {"label": _("But"), "value": version.purpose},
        {
            "label": _("Types d’acte"),
            "value": ", ".join(str(ActType(one).label) for one in sorted(version.types)),
        },
        {"label": _("Condition"), "value": version.condition or _("Toujours")},
        {"label": _("Obligatoire si"), "value": version.mandatory_when or _("Jamais")},
        {"label": _("Texte verrouillé"), "value": yes if version.locked else no},
    ]


def _shown(row: ClauseVersion) -> dict[str, Any]:
    published = _("Publiée le %s") % day_text(row.loaded_at)
    if row.published_by is not None:
        published = _("%(published)s par %(who)s") % {
            "published": published, "who": row.published_by,
        }  # fmt: skip
    return {
        "row": row,
        "text": to_editor(row.body),
        "badge": badges_of(row)[0],
        "validated": _validated(row),
        "published": published,
    }


class CompareClauseView(OneClause, TemplateView):
    """What changed between two versions of a clause, word by word; the draft is one of them."""

    template_name = "agreements/clause_comparison.html"

    def get_title(self) -> str:
        return _("%(code)s : de la %(old)s à la %(new)s") % {
            "code": self.clause.code,
            "old": self.label(self.asked[0]),
            "new": self.label(self.asked[1]),
        }

    @cached_property
    def states(self) -> dict[str, Wording]:
        rows = {str(row.version): row for row in selectors.versions_of(self.clause)}
        draft = selectors.draft_of(self.clause)
        return {**({DRAFT: draft} if draft else {}), **rows}

    @cached_property
    def asked(self) -> tuple[str, str]:
        """Both states: those of the address, else the newest and the one before."""
        known = list(self.states)
        new = self.request.GET.get("a", known[0] if known else "")
        old = self.request.GET.get("de", known[min(1, len(known) - 1)] if known else "")
        if old not in known or new not in known:
            raise Http404
        return old, new

    def label(self, state: str) -> str:
        return _("rédaction en cours") if state == DRAFT else _("version %s") % state

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        old, new = (self.states[one] for one in self.asked)
        return super().get_context_data(changes=wording_changes(old, new), **kwargs)


def wording_changes(old: Wording, new: Wording) -> list[dict[str, Any]]:
    """Return what differs between two wordings, as the component of comparisons shows it."""
    yes, no = _("Oui"), _("Non")
    fields = [
        (_("Titre"), old.title, new.title),
        (_("But"), old.purpose, new.purpose),
        (_("Types d’acte"), _types(old), _types(new)),
        (_("Condition"), old.condition, new.condition),
        (_("Obligatoire si"), old.mandatory_when, new.mandatory_when),
        (_("Texte verrouillé"), yes if old.locked else no, yes if new.locked else no),
        (_("Place proposée"), str(old.order), str(new.order)),
        (_("Rédaction"), to_editor(old.body), to_editor(new.body)),
    ]
    return [
        {"label": label, "old": before, "new": after, "added": [], "removed": []}
        for label, before, after in fields
        if before != after
    ]


class ValidateClauseView(OneClause, AdministrationFormView):
    """« Enregistrer la validation » : two names, two days."""

    form_class = ValidateClauseForm
    submit_label = gettext_lazy("Enregistrer la validation")
    success_message = gettext_lazy("La validation est enregistrée.")
    intro = gettext_lazy(
        "La direction des affaires juridiques (DAJ) et le délégué à la protection des données "
        "(DPD) ont tous deux validé ce texte. Cet enregistrement est définitif."
    )

    def check(self, request: HttpRequest) -> None:
        policies.check_can_validate_clauses(request.user)  # type: ignore[arg-type]

    @cached_property
    def version(self) -> ClauseVersion:
        return selectors.clause_version(self.kwargs["code"], self.kwargs["version"])

    def get_title(self) -> str:
        return _("Validation de la clause %(code)s, version %(n)s") % {
            "code": self.version.clause.code, "n": self.version.version,
        }  # fmt: skip

    def get_success_url(self) -> str:
        return clause_url(self.version.clause.code)

    def perform(self, data: dict[str, Any]) -> None:
        services.validate_clause(version=self.version, **data, by=self.request.user)  # type: ignore[arg-type]


class ActivateClauseView(OneClause, AdministrationFormView):
    """« Désactiver la clause », « Réactiver la clause » : with the reason."""

    form_class = ReasonForm
    submit_label = gettext_lazy("Enregistrer")
    success_message = gettext_lazy("L’état de la clause est enregistré.")

    def get_title(self) -> str:
        if self.clause.is_active:
            return _("Désactiver la clause %s") % self.clause.code
        return _("Réactiver la clause %s") % self.clause.code

    def get_intro(self) -> str:
        if self.clause.is_active:
            return _(
                "Elle n’entrera plus dans les nouveaux actes ; ceux qui la portent la gardent."
            )
        return _("Elle entrera de nouveau dans les actes dont le modèle la contient.")

    def get_success_url(self) -> str:
        return clause_url(self.clause.code)

    def perform(self, data: dict[str, Any]) -> None:
        services.set_clause_active(
            clause=self.clause,
            is_active=not self.clause.is_active,
            reason=data["reason"],
            by=self.request.user,  # type: ignore[arg-type]
        )
