"""Writing: the text of an article, its place, and the data that all articles share."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import policies, services
from agreements.assembly.merging import canonical_path, field_label, field_of
from agreements.forms import ArticleForm, ReasonForm, ValueForm
from agreements.markup import from_editor, to_editor
from agreements.selectors import ArticleLine
from agreements.views.base import ActionView, AgreementView, FormPage


class ArticleOf(AgreementView):
    """The article of the address, inside its act."""

    @property
    def line(self) -> ArticleLine:
        found = self.desk.line(self.kwargs["key"])
        if found is None:
            raise Http404
        return found

    def back(self) -> str:
        return f"{self.url('view_draft')}?article={self.kwargs['key']}"


class EditArticleView(ArticleOf, FormPage):
    """« Modifier cette rédaction » : plain text, the list of fields beside it."""

    template_name = "agreements/edit_article.html"
    submit_label = gettext_lazy("Enregistrer la rédaction")
    success = gettext_lazy("Rédaction enregistrée.")

    @property
    def title(self) -> str:
        return _("Article %(n)s — %(title)s") % {"n": self.line.number, "title": self.line.title}

    def check(self) -> None:
        policies.check_can_edit_article(self.request.user, self.agreement, self.line.article)

    def build(self, data: Any = None) -> ArticleForm:
        article = self.line.article
        initial = {
            "title": article.title,
            "body": to_editor(article.body),
            "reason": article.deviation_reason,
        }
        return ArticleForm(data, initial=initial, from_library=article.clause_version is not None)

    def extra(self) -> dict[str, Any]:
        return {"groups": self.desk.field_groups, "line": self.line, "preview": self.preview()}

    def preview(self) -> Any:
        """What the text that was typed would say, when it was refused or asked to be seen."""
        typed = self.request.POST.get("body")
        return self.desk.merge(from_editor(typed)) if typed and "\x00" not in typed else None

    def post(self, request: Any, **kwargs: Any) -> Any:
        if request.POST.get("action") == "apercu":
            self.check()
            return self.show(self.build(request.POST))
        return super().post(request, **kwargs)

    def perform(self, form: ArticleForm) -> str:
        data = form.cleaned_data
        services.edit_article(
            agreement=self.agreement,
            key=self.kwargs["key"],
            title=data["title"],
            body=from_editor(data["body"]),
            reason=data.get("reason", ""),
            by=self.request.user,
        )
        return self.back()


class InsertArticleView(ArticleOf, FormPage):
    """« Insérer après » : an article of the parties' own."""

    template_name = "agreements/edit_article.html"
    title = gettext_lazy("Ajouter un article")
    submit_label = gettext_lazy("Ajouter l’article")
    success = gettext_lazy("Article ajouté.")

    def check(self) -> None:
        policies.check_can_draft(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ArticleForm:
        return ArticleForm(data, from_library=False)

    def extra(self) -> dict[str, Any]:
        return {"groups": self.desk.field_groups, "line": self.line, "preview": None}

    def perform(self, form: ArticleForm) -> str:
        article = services.insert_article(
            agreement=self.agreement,
            after=self.line.key,
            title=form.cleaned_data["title"],
            body=from_editor(form.cleaned_data["body"]),
            by=self.request.user,
        )
        return f"{self.url('view_draft')}?article={article.key}"


class RemoveArticleView(ArticleOf, FormPage):
    """« Retirer l’article » : with the reason; « Motif du juriste » for a mandatory clause."""

    submit_label = gettext_lazy("Retirer l’article")
    success = gettext_lazy("Article retiré. Les renvois et les numéros ont suivi.")

    @property
    def title(self) -> str:
        return _("Retirer l’article %(n)s — %(title)s") % {
            "n": self.line.number, "title": self.line.title,
        }  # fmt: skip

    @property
    def intro(self) -> str:
        if self.is_mandatory:
            return _("Les faits du dossier rendent cette clause obligatoire.")
        return ""

    @property
    def is_mandatory(self) -> bool:
        return self.line.key in self.desk.mandatory

    def check(self) -> None:
        policies.check_can_remove_article(
            self.request.user, self.agreement, self.line.article, is_mandatory=self.is_mandatory
        )

    def build(self, data: Any = None) -> ReasonForm:
        label = _("Motif du juriste") if self.is_mandatory else _("Motif du retrait")
        return ReasonForm(data, label=label, required=self.line.article.clause_version is not None)

    def perform(self, form: ReasonForm) -> str:
        services.remove_article(
            agreement=self.agreement,
            key=self.line.key,
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )
        return self.url("view_draft")


class MoveArticleView(ArticleOf, ActionView):
    """« Monter », « Descendre »."""

    def perform(self) -> str:
        services.move_article(
            agreement=self.agreement,
            key=self.line.key,
            up=self.kwargs["direction"] == "monter",
            by=self.request.user,
        )
        return self.back()


class RestoreArticleView(ArticleOf, ActionView):
    """« Rétablir le texte de la bibliothèque »."""

    success = gettext_lazy("Texte de la bibliothèque rétabli.")

    def perform(self) -> str:
        services.restore_article(agreement=self.agreement, key=self.line.key, by=self.request.user)
        return self.back()


class ReinstateArticleView(ActionView):
    """« Remettre l’article »."""

    success = gettext_lazy("Article remis à sa place.")

    def perform(self) -> str:
        key = self.kwargs["key"]
        services.reinstate_article(agreement=self.agreement, key=key, by=self.request.user)
        return f"{self.url('view_draft')}?article={key}"


class FillFieldView(FormPage):
    """« Remplir le champ manquant » : the data, once, for all the clauses that use it."""

    submit_label = gettext_lazy("Enregistrer")
    success = gettext_lazy("Champ rempli dans tous les articles qui l’emploient.")

    @property
    def path(self) -> str:
        found = canonical_path(self.kwargs["path"], self.desk.context.sides)
        if field_of(found, self.desk.library) is None:
            raise Http404
        return found

    @property
    def title(self) -> str:
        label = field_label(self.path, self.desk.context)
        return _("Remplir : %s") % label

    @property
    def intro(self) -> str:
        numbers = [str(line.number) for line in self.desk.lines_using(self.path)]
        if not numbers:
            return ""
        return _("Cette donnée figure dans les articles %s.") % ", ".join(numbers)

    def check(self) -> None:
        policies.check_can_draft(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ValueForm:
        return ValueForm(
            data,
            initial={"value": self.desk.typed_value(self.path)},
            definition=field_of(self.path, self.desk.library),
            label=field_label(self.path, self.desk.context),
        )

    def back(self) -> str:
        lines = self.desk.lines_using(self.path)
        query = f"?article={lines[0].key}" if lines else ""
        return f"{self.url('view_draft')}{query}"

    def perform(self, form: ValueForm) -> str:
        services.fill_field(
            agreement=self.agreement,
            path=self.path,
            value=form.cleaned_data["value"],
            by=self.request.user,
        )
        return self.back()
