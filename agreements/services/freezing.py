"""The version that will be signed is frozen, and its document made by the worker."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from agreements import files, policies, snapshots
from agreements.documents import conformance, rendering
from agreements.enums import AgreementStage, FileKind
from agreements.errors import NotReady
from agreements.models import ActFile, Agreement, AgreementVersion
from agreements.routing import final_version
from agreements.selectors.desk_building import build_desk
from agreements.services.negotiation import drafting_task
from agreements.services.versions import add_version
from cases import engine
from cases.errors import Conflict, Impossible
from cases.models import Task
from cases.selectors import open_tasks


def freeze(*, agreement: Agreement, by: User) -> AgreementVersion:
    """Freeze the act: from now on nothing changes, but by a return to drafting with its reason.

    Raises NotReady with each check that is not met (gap, discussion, prior condition…), NotAllowed
    (not the legal officer), Conflict (not in drafting). Source: ux/spec.md §5, clauses.md §6.
    """
    with engine.step(drafting_task(agreement), by=by) as step:
        desk = build_desk(step.case)
        if desk.blocking:
            raise NotReady(desk.blocking)
        step.case.effective_on, step.case.end_on = desk.term
        step.case.save(update_fields=["effective_on", "end_on"])
        version = add_version(desk, by=by, is_final=True)
        step.done(answer="freeze")
        step.record(
            "version.frozen",
            _("a arrêté la version %s") % version.number,
            data={"version": version.number, "sha256": version.sha256},
        )
    return version


def render_frozen_version(*, task: Task) -> None:
    """Make the document of the frozen version (the worker's job), and open the signatures.

    A document that cannot be laid out, or is not PDF/A-3a and PDF/UA-1, sends the act back to
    drafting, and says so.
    """
    version = final_version(task.case.concrete)
    if version is None:
        raise Conflict(_("Aucune version n’est arrêtée."))
    try:
        rendered = rendering.render(snapshots.act_document(version))
        conformance.require_conforming(rendered.data)
    except (rendering.RenderingFailed, conformance.NonConforming, ValueError) as error:
        _give_back(task, version, str(error))
        return
    sha256 = files.keep(rendered.data)
    with engine.job(task) as move:
        if move is None:
            return
        ActFile.objects.create(
            version=version,
            revision=0,
            kind=FileKind.RENDERED,
            sha256=sha256,
            size=len(rendered.data),
            page_count=rendered.page_count,
        )
        move.done(answer="rendered")
        move.record(
            "document.rendered",
            _("a produit le document de la version %(number)s (%(pages)s pages)")
            % {"number": version.number, "pages": rendered.page_count},
            data={"version": version.number, "sha256": sha256},
        )


def _give_back(task: Task, version: AgreementVersion, why: str) -> None:
    with engine.job(task) as move:
        if move is None:
            return
        move.done(answer="failed")
        move.record(
            "document.failed",
            _("n’a pas pu produire le document de la version %s : l’acte revient en rédaction")
            % version.number,
            reason=why,
        )


def return_to_drafting(*, agreement: Agreement, reason: str, by: User) -> None:
    """Take a frozen act back before the last signature; a new version will be needed.

    Raises NotAllowed (not the legal officer), Impossible (no reason), Conflict (not in signature).
    """
    reason = reason.strip()
    if not reason:
        raise Impossible(_("Indiquez le motif du retour en rédaction."))
    with engine.move(agreement, by=by) as move:
        policies.check_can_decide_on_text(by, move.case)
        waiting = [task for task in open_tasks(move.case) if task.node == "sign_version"]
        if move.case.stage != AgreementStage.SIGNING or not waiting:
            raise Conflict(_("L’acte n’est pas en signature."))
        move.record("version.taken_back", _("a remis l’acte en rédaction"), reason=reason[:2000])
        for task in waiting:
            move.close_branch(task, "withdrawn")
