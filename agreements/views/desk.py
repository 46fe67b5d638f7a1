"""The workbench: the list of articles, one article with its redline and gaps, its comments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import pages, policies
from agreements.assembly.merging import plain
from agreements.enums import ProposalState
from agreements.forms import CommentForm
from agreements.models import Article, Proposal
from agreements.selectors import ArticleLine, Desk
from agreements.views.base import FormPage, TabView
from cases.enums import Room
from cases.errors import Impossible, message_of
from cases.policies import check_can_post, rooms_of
from cases.selectors import messages as thread_of
from cases.services import post_message

LIBRARY, NOTHING = "bibliotheque", "aucune"
_SHOWN = 8


def anchor(key: str) -> str:
    return f"article:{key}"


class DeskView(TabView):
    """« Rédaction ». `?article=` an article (key or number), `?base=` what it is compared to."""

    template_name = "agreements/desk.html"
    form: CommentForm | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        desk, user = self.desk, self.request.user
        line = self.line()
        base = self.base(line)
        return super().get_context_data(
            checks=pages.checks_box(desk),
            groups=groups(desk, line, show_all="articles" in self.request.GET),
            removed=desk.removed,
            line=line,
            article=line.article,
            base=base,
            bases=self.bases(line),
            old_text=self.old_text(line, base),
            positions=[pages.position_line(p, pages.open_tasks(self.agreement))
                       for p in line.positions],
            opinions=self.agreement.opinions,
            proposals=[proposal_line(desk, one) for one in line.proposals],
            can_propose=policies.can_propose(user, self.agreement),
            can_edit=policies.can_edit_article(user, self.agreement, line.article),
            can_remove=policies.can_remove_article(
                user, self.agreement, line.article, is_mandatory=line.key in desk.mandatory
            ),
            can_draft=policies.can_draft(user, self.agreement),
            thread=self.thread(line),
            rooms=rooms_of(user, self.agreement),
            form=self.form or CommentForm(),
            **kwargs,
        )  # fmt: skip

    def line(self) -> ArticleLine:
        wanted = self.request.GET.get("article", "")
        for line in self.desk.articles:
            if wanted in (line.key, str(line.number)):
                return line
        if wanted:
            raise Http404
        waiting = [line for line in self.desk.articles if line.needs_work]
        return (waiting or list(self.desk.articles))[0]

    def bases(self, line: ArticleLine) -> list[tuple[str, str]]:
        """What the article may be compared to: the versions that hold it, and the library."""
        found = [
            (str(version.number), _("%(version)s — %(day)s") % {
                "version": version, "day": pages.day(version.created_at)})
            for version in self.desk.versions if version.article(line.key)
        ]  # fmt: skip
        if line.article.clause_version is not None:
            found.append((LIBRARY, _("Texte de la bibliothèque")))
        return [*found, (NOTHING, _("Rien : le texte seul"))]

    def base(self, line: ArticleLine) -> str:
        asked = self.request.GET.get("base", "")
        if asked in dict(self.bases(line)):
            return asked
        for version in self.desk.versions:
            old = version.article(line.key)
            if old is not None and old["text"] != line.text:
                return str(version.number)
        return NOTHING

    def old_text(self, line: ArticleLine, base: str) -> str:
        if base == LIBRARY:
            return self.desk.library_text(line)
        for version in self.desk.versions:
            if str(version.number) == base:
                return str((version.article(line.key) or {}).get("text", ""))
        return ""

    def thread(self, line: ArticleLine) -> list[dict[str, Any]]:
        rows = thread_of(self.request.user, self.agreement).filter(anchor=anchor(line.key))
        return [message(row) for row in rows]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Publish a comment on the article, to all the parties."""
        self.form = CommentForm(request.POST)
        if self.form.is_valid():
            try:
                post_message(
                    case=self.agreement,
                    room=Room.PARTIES,
                    by=request.user,
                    body=self.form.cleaned_data["body"],
                    anchor=anchor(self.line().key),
                )
                return redirect(f"{self.url('view_draft')}?article={self.line().key}#commentaires")
            except Impossible as refusal:
                self.form.add_error("body", message_of(refusal))
        return self.render_to_response(self.get_context_data(), status=422)


def proposal_line(desk: Desk, proposal: Proposal) -> dict[str, Any]:
    """A proposed wording beside the text that it started from, both as the act would say them."""
    is_open = proposal.state == ProposalState.PENDING
    variant = {ProposalState.PENDING: "warning", ProposalState.ACCEPTED: "success"}
    return {
        "proposal": proposal,
        "badge": (proposal.get_state_display(), variant.get(ProposalState(proposal.state), "")),
        "old": plain(desk.merge(proposal.base)),
        "new": plain(desk.merge(proposal.body)),
        "is_open": is_open,
    }


def message(row: Any) -> dict[str, Any]:
    """A comment as the component shows it; an internal note says whose it is."""
    internal = row.room in (Room.CELL, Room.SIDE)
    room = str(row.get_room_display())
    return {
        "author": str(row.author),
        "organisation": str(row.organisation or ""),
        "text": row.body,
        "at": row.created_at,
        "internal": room if internal else "",
        "visible": "" if internal else room,
        "files": [],
    }


def groups(desk: Desk, current: ArticleLine, *, show_all: bool) -> list[dict[str, Any]]:
    """« À traiter » first, then what awaits the parties, then what they agree on."""
    todo = [line for line in desk.articles if line.needs_work]
    awaited = [line for line in desk.articles if line.is_awaited and line not in todo]
    agreed = [line for line in desk.articles if line not in todo and line not in awaited]
    found = []
    for label, lines in (
        (_("À traiter"), todo),
        (_("Réponse attendue des parties"), awaited),
        (_("Accord des parties"), agreed),
    ):
        if lines:
            whole = show_all or label == _("À traiter") or len(lines) <= _SHOWN + 2
            shown = (
                lines
                if whole
                else [one for one in lines if one in lines[:_SHOWN] or one == current]
            )
            found.append(
                {"label": label, "count": len(lines), "rest": len(lines) - len(shown),
                 "lines": [(one, *pages.article_state(one), one == current) for one in shown]}
            )  # fmt: skip
    return found


class NoteView(FormPage):
    """« Ajouter une note interne » : another page, so that nobody writes to the wrong room."""

    title = gettext_lazy("Ajouter une note interne")
    intro = gettext_lazy("Cette note n’est lue que par votre organisme.")
    submit_label = gettext_lazy("Enregistrer la note")
    success = gettext_lazy("Note enregistrée.")

    def check(self) -> None:
        if not any(line.key == self.kwargs["key"] for line in self.desk.articles):
            raise Http404
        check_can_post(self.request.user, self.agreement, Room.SIDE)

    def build(self, data: Any = None) -> CommentForm:
        return CommentForm(data, label=_("Note interne"))

    def back(self) -> str:
        return f"{self.url('view_draft')}?article={self.kwargs['key']}"

    def perform(self, form: CommentForm) -> str:
        post_message(case=self.agreement, room=Room.SIDE, body=form.cleaned_data["body"],
                     by=self.request.user, anchor=anchor(self.kwargs["key"]))  # fmt: skip
        return self.back()


class RemovedView(TabView):
    """The articles taken out of the act, with their reasons."""

    template_name = "agreements/removed.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        removed: list[Article] = list(self.desk.removed)
        return super().get_context_data(
            removed=removed,
            can_draft=policies.can_draft(self.request.user, self.agreement),
            **kwargs,
        )


__all__ = ["DeskView", "NoteView", "RemovedView", "anchor", "messages"]
