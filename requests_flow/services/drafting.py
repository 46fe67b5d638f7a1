"""A draft: begun, written by several, kept whatever is typed, abandoned."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import actor, has_role, holders_of
from cases import engine, files, storage
from cases.enums import CaseKind, Room
from cases.errors import Conflict, NotAllowed
from cases.models import Attachment, Case
from catalogue.models import Dataset
from journal.enums import Audience
from journal.services import Subject, record
from questionnaires import services as questionnaires
from requests_flow import policies
from requests_flow.models import DataRequest, ImmediateRedirection

USE_CASE = "use_case"


def start_draft(
    *,
    by: User,
    organisation: Organisation,
    datasets: list[Dataset] | None = None,
    need: str = "",
    precheck: dict[str, Any] | None = None,
    values: dict[str, Any] | None = None,
) -> DataRequest:
    """Begin a request, pre-filled from the directory and the pre-check (process.md, S0).

    Raises NotAllowed when `by` is not a requester of `organisation`.
    """
    if not has_role(by, Role.REQUESTER, organisation_id=organisation.pk):
        raise NotAllowed(
            _("Vous n’avez pas le rôle « Demandeur » pour %(organisation)s.")
            % {"organisation": organisation}
        )
    prefilled = {
        **_prefilled(by, organisation, datasets or [], need, precheck or {}),
        **(values or {}),
    }
    answers = questionnaires.create(code=USE_CASE, by=by, values=prefilled)
    draft = DataRequest(
        kind=CaseKind.REQUEST,
        created_by=by,
        organisation=organisation,
        answers=answers,
        precheck=precheck or {},
        title=str(prefilled.get("title") or ""),
    )
    draft.save()
    with engine.move(draft, by=by) as move:
        move.record("request.drafted", _("a commencé une demande"), audience=Audience.AUDIT)
    return draft


def _prefilled(
    by: User,
    organisation: Organisation,
    datasets: list[Dataset],
    need: str,
    precheck: dict[str, Any],
) -> dict[str, Any]:
    """What the directory knows is not asked again (WCAG 3.3.7)."""
    dpo = holders_of(Role.DPO, organisation).first()
    referent = next(
        (
            person
            for role in (Role.ADDAC, Role.DATA_REFERENT)
            for where in (organisation, organisation.parent)
            if where and (person := holders_of(role, where).first())
        ),
        None,
    )
    rows = [{"dataset": dataset.pk, "description": ""} for dataset in datasets]
    if need and not rows:
        rows = [{"dataset": None, "description": need}]
    values: dict[str, Any] = {
        "request_kind": "new",
        "urgency": "normal",
        "requesting_org": organisation.pk,
        "business_owner": by.pk,
        "technical_contact": by.pk,
        "requester_dpo": dpo.pk if dpo else None,
        "requester_referent": referent.pk if referent else None,
        "datasets": rows or None,
        "alternatives_considered": "\n".join(precheck.get("insufficient", [])) or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def save_section(
    *,
    data_request: DataRequest,
    section: str,
    data: Any,
    by: User,
    expected_revision: Any,
    files: dict[str, list[int]] | None = None,
) -> None:
    """Keep what was typed in one step, valid or not; tell the journal that the draft changed.

    Raises NotAllowed out of a draft or a complement, EditConflict (with both texts) when somebody
    else changed the same field meanwhile.
    """
    policies.check_can_write(by, data_request)
    with engine.move(data_request, by=by) as move:
        policies.check_can_write(by, move.case)
        answers = questionnaires.save_section(
            answers=move.case.answers,
            section=section,
            data=data,
            by=by,
            expected_revision=expected_revision,
            files=files or {},
        )
        title = answers.values.get("title")
        move.case.title = str(title or "")[:200]
        move.record(
            "request.draft_saved",
            _("a enregistré le brouillon"),
            audience=Audience.AUDIT,
            data={"section": section, "revision": answers.revision},
        )


def attach(
    *, data_request: DataRequest, uploads: list[UploadedFile[Any]], by: User
) -> list[Attachment]:
    """Attach the files of a form to its case. Raises ValidationError naming a refused file."""
    policies.check_can_write(by, data_request)
    stored = [storage.store(upload) for upload in uploads]
    if not stored:
        return []
    with engine.move(data_request, by=by) as move:
        kept = [files.keep(move, one, room=Room.PARTIES) for one in stored]
        move.record(
            "attachment.added",
            _("a joint %(names)s") % {"names": ", ".join(f"« {f.name} »" for f in kept)},
            data={"sha256": [one.sha256 for one in stored]},
        )
    return kept


def abandon_draft(*, data_request: DataRequest, by: User) -> None:
    """Close a draft for good; its answers stay readable by its writers, and no number is lost."""
    with engine.move(data_request, by=by) as move:
        if not move.case.is_draft:
            raise Conflict(_("Cette demande est déjà déposée : utilisez « Retirer la demande »."))
        policies.check_can_write(by, move.case)
        move.case.closed_at = timezone.now()
        move.record("request.draft_deleted", _("a supprimé le brouillon"), audience=Audience.AUDIT)
    Case.objects.filter(pk=data_request.pk).update(closed_at=timezone.now(), stage="withdrawn")


def redirect_immediately(
    *,
    by: User,
    organisation: Organisation | None,
    dataset: Dataset | None,
    finding: str,
    need: str = "",
) -> ImmediateRedirection:
    """Count a need that the pre-check covered (indicator I08); nothing is filed."""
    row = ImmediateRedirection.objects.create(
        user=by, organisation=organisation, dataset=dataset, finding=finding, need=need[:4000]
    )
    record(
        chain=f"redirection:{row.pk}",
        kind="request.redirected_at_once",
        by=actor(by, role=Role.REQUESTER, organisation=organisation),
        subject=Subject(
            "redirection", str(row.pk), dataset.title if dataset else need[:80] or finding
        ),
        summary=_("a trouvé une solution existante sans déposer de demande"),
        data={"finding": finding},
    )
    return row


def resolve_conflict(*, data_request: DataRequest, section: str, data: Any, by: User) -> None:
    """End a conflict field by field (« Garder le mien », « Prendre le sien »).

    Raises EditConflict again when somebody wrote meanwhile.
    """
    with engine.move(data_request, by=by) as move:
        policies.check_can_write(by, move.case)
        choices = {
            key.removeprefix("keep-"): value
            for key, value in data.items()
            if key.startswith("keep-")
        }
        questionnaires.resolve_conflict(
            answers=move.case.answers,
            section=section,
            data=data,
            choices=choices,
            by=by,
            expected_revision=_whole(data.get("_revision")),
            seen_revision=_whole(data.get("_seen")),
        )
        move.record(
            "request.draft_saved",
            _("a réglé un conflit de saisie"),
            audience=Audience.AUDIT,
            data={"section": section},
        )


def _whole(raw: Any) -> int | None:
    text = str(raw or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
