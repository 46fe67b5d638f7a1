"""Versions: read one, compare two word by word, or one with the library."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements import pages, policies
from agreements.models import AgreementVersion
from agreements.views.base import AgreementView, TabView

LIBRARY, DRAFT = "bibliotheque", "redaction"


class VersionListView(TabView):
    """« Versions » : number, day, author, reason, what to do with each."""

    tab, template_name = "versions", "agreements/versions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choices = [(str(one.number), str(one)) for one in self.desk.versions]
        return super().get_context_data(
            rows=[self.row(version) for version in self.desk.versions],
            columns=[
                _("Version"),
                _("Date"),
                _("Auteur"),
                _("Nature"),
                _("Motif"),
                _("Empreinte"),
            ],
            choices=[(DRAFT, _("Rédaction en cours")), *choices, (LIBRARY, _("Bibliothèque"))],
            **kwargs,
        )

    def row(self, version: AgreementVersion) -> list[Any]:
        kind = _("Version arrêtée") if version.is_final else _("Tour %s") % version.round
        return [
            {"text": str(version), "url": self.url("view_version", version.number)},
            f"{version.created_at:%d/%m/%Y}",
            str(version.created_by),
            {"text": "", "badge": (kind, "info" if version.is_final else "")},
            version.reason or "–",
            {"text": version.sha256[:12]},
        ]


class VersionView(AgreementView):
    """A version in full, printable."""

    tab = "versions"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        for version in self.desk.versions:
            if version.number == self.kwargs["number"]:
                annexes = [
                    annex
                    for annex in version.content["annexes"]
                    if policies.can_read_annex(request.user, self.agreement, annex["audience"])
                ]
                context = self.frame(version=version, annexes=annexes)
                return render(request, "agreements/version.html", context)
        raise Http404


class CompareView(AgreementView):
    """What changed between two states of the act: versions, current draft, library."""

    tab = "versions"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        known = [DRAFT, LIBRARY, *(str(one.number) for one in self.desk.versions)]
        old, new = request.GET.get("de", LIBRARY), request.GET.get("a", DRAFT)
        if old not in known or new not in known:
            raise Http404
        context = self.frame(
            changes=changes(self.state(old), self.state(new)),
            old_label=self.label(old),
            new_label=self.label(new),
        )
        return render(request, "agreements/compare.html", context)

    def label(self, code: str) -> str:
        names = {DRAFT: _("rédaction en cours"), LIBRARY: _("bibliothèque")}
        return names.get(code) or _("version %s") % code

    def state(self, code: str) -> dict[str, tuple[str, str]]:
        """Return title and text by article, in the order of the act."""
        if code == DRAFT:
            return {line.key: (line.title, line.text) for line in self.desk.articles}
        if code == LIBRARY:
            return {
                line.key: (line.article.clause_version.title, self.desk.library_text(line))
                for line in self.desk.articles
                if line.article.clause_version is not None
            }
        version = next(one for one in self.desk.versions if str(one.number) == code)
        return {
            article["key"]: (article["title"], article["text"])
            for article in version.content["articles"]
        }


def changes(
    old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """Return the articles that differ, those removed included, as the component shows them."""
    keys = [*new, *(key for key in old if key not in new)]
    found = []
    for key in keys:
        before, after = old.get(key, ("", "")), new.get(key, ("", ""))
        if before != after:
            title = after[0] or before[0]
            note = _("article ajouté") if key not in old else ""
            note = note or (_("article retiré") if key not in new else "")
            label = f"{title} ({note})" if note else title
            found.append(
                {"label": label, "old": before[1], "new": after[1], "added": [], "removed": []}
            )
    return found


__all__ = ["CompareView", "VersionListView", "VersionView", "pages"]
