"""Versions go to the parties, and their answers come back, in rounds (process.md, S9)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.models import User
from agreements import policies
from agreements.enums import ReviewVerdict
from agreements.models import Agreement, AgreementVersion, ArticlePosition, PartyReview
from agreements.selectors.desk_building import build_desk
from agreements.services.versions import add_version
from cases import engine
from cases.errors import Conflict, Impossible
from cases.models import Party, Task
from cases.selectors import open_tasks

MAX_COMMENT = 4_000


def drafting_task(agreement: Agreement) -> Task:
    """Return the open drafting task. Raises Conflict when the act is elsewhere in its circuit."""
    for task in open_tasks(agreement):
        if task.node == "draft_version":
            return task
    raise Conflict(_("L’acte n’est pas en rédaction : il a avancé entre-temps."))


def send_round(*, agreement: Agreement, reason: str = "", by: User) -> AgreementVersion:
    """Send the act as it stands to every party, as a version that they answer.

    Raises NotAllowed (not the legal officer), Conflict (not in drafting). Source: ux/spec.md §5.
    """
    with engine.step(drafting_task(agreement), by=by) as step:
        step.case.round += 1
        step.case.save(update_fields=["round"])
        desk = build_desk(step.case)
        version = add_version(desk, by=by, reason=reason.strip(), round_number=step.case.round)
        step.done(answer="round")
        step.record(
            "version.sent",
            _("a envoyé la version %(number)s aux parties (tour %(round)s)")
            % {"number": version.number, "round": step.case.round},
            reason=reason.strip(),
            data={"version": version.number, "sha256": version.sha256},
        )
    return version


def review(
    *,
    task: Task,
    verdict: str,
    comment: str = "",
    positions: Mapping[str, tuple[str, str]] | None = None,
    by: User,
) -> PartyReview:
    """Give the answer of a party to the version of the round.

    `positions` holds, by article, « discuss » or « refuse » and the text that goes with it; on the
    other articles the party agrees. Refusing needs a reason; discussing needs an article or a
    comment. Raises NotAllowed, Conflict (already answered), Impossible.
    """
    positions = dict(positions or {})
    comment = _comment(comment)
    _check_answer(verdict, comment, positions)
    with engine.step(task, by=by) as step:
        version = step.case.versions.filter(round=step.case.round).first()
        if version is None:
            raise Conflict(_("Aucune version n’attend de réponse."))
        party = Party.objects.select_related("organisation").get(
            pk=step.task.data["party"], case_id=step.case.pk
        )
        answer = PartyReview.objects.create(
            version=version, party=party, verdict=verdict, comment=comment, given_by=by
        )
        for key, (position, text) in positions.items():
            if version.article(key) is None:
                raise Impossible(_("L’article %s n’est pas dans cette version.") % key)
            ArticlePosition.objects.create(
                review=answer, key=key, verdict=position, comment=_comment(text)
            )
        step.done(answer=verdict)
        step.record(
            "version.reviewed",
            _("a répondu « %(verdict)s » à la version %(number)s pour « %(party)s »")
            % {
                "verdict": answer.get_verdict_display(),
                "number": version.number,
                "party": party.organisation,
            },
            data={"version": version.number, "verdict": verdict, "articles": sorted(positions)},
            reason=comment,
        )
    return answer


def _comment(text: str) -> str:
    cleaned = text.replace("\r\n", "\n").strip()
    if "\x00" in cleaned:
        raise Impossible(_("Le texte contient un caractère interdit."))
    if len(cleaned) > MAX_COMMENT:
        raise Impossible(_("Réduisez ce texte : %s caractères au plus.") % MAX_COMMENT)
    return cleaned


def _check_answer(verdict: str, comment: str, positions: Mapping[str, tuple[str, str]]) -> None:
    if verdict not in ReviewVerdict.values:
        raise Impossible(_("Choisissez une position de la liste."))
    for key, (position, text) in positions.items():
        if position not in (ReviewVerdict.DISCUSS, ReviewVerdict.REFUSE):
            raise Impossible(_("Article %s : choisissez une position de la liste.") % key)
        if not text.strip():
            raise Impossible(_("Article %s : proposez une rédaction ou donnez le motif.") % key)
    if verdict == ReviewVerdict.AGREE and positions:
        raise Impossible(_("Vous êtes d’accord avec la version, mais vous discutez des articles."))
    if verdict == ReviewVerdict.DISCUSS and not (positions or comment):
        raise Impossible(_("Dites ce que vous proposez : un article ou un commentaire."))
    if verdict == ReviewVerdict.REFUSE and not comment:
        raise Impossible(_("Indiquez le motif du refus."))


def end_round(*, agreement: Agreement, reason: str, by: User) -> None:
    """End a round without waiting for the answers that did not come; silence is no agreement.

    Raises NotAllowed (not the legal officer), Impossible (no reason), Conflict (no round).
    """
    reason = _comment(reason)
    if not reason:
        raise Impossible(_("Indiquez le motif de la fin du tour."))
    with engine.move(agreement, by=by) as move:
        policies.check_can_decide_on_text(by, move.case)
        waiting = [task for task in open_tasks(move.case) if task.node == "review_version"]
        if not waiting:
            raise Conflict(_("Aucun tour d’échanges n’est en cours."))
        move.record(
            "round.ended",
            _("a clos le tour %(round)s sans attendre %(n)s réponses")
            % {"round": move.case.round, "n": len(waiting)},
            reason=reason,
        )
        for task in waiting:
            move.close_branch(task, "not_given")
