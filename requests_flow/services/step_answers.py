"""What is written at a step before it is done: the draft of an opinion, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import User
from cases import engine, files, storage
from cases import policies as case_policies
from cases.enums import Room
from cases.models import Attachment, Task
from journal.enums import Audience
from questionnaires import forms as pages
from questionnaires import services as questionnaires

Uploads = Mapping[str, "list[UploadedFile[Any]]"]


@dataclass
class Kept:
    """The files of a page: those that were kept, and why others were refused, by question."""

    files: dict[str, list[int]] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a page that is posted again must carry, so that the files stay joined."""
        return [(name, str(key)) for name, keys in self.files.items() for key in keys]


def keep_files(*, task: Task, uploads: Uploads, labels: Mapping[str, str], by: User) -> Kept:
    """Join the files of a step's form to its case: those who review read them, the requester only
    once it is decided (CRPA L.311-2).

    A refused file (format, size, dangerous content) is named with the reason; the others are kept.
    Raises NotAllowed when the step is not this person's.
    """
    case_policies.check_can_act(by, task)
    kept = Kept()
    for name, posted in uploads.items():
        for upload in posted:
            try:
                joined = _join(task, upload, labels.get(name, ""), by)
            except ValidationError as refusal:
                kept.refused.setdefault(name, []).extend(refusal.messages)
            else:
                kept.files.setdefault(name, []).append(joined.pk)
    return kept


def _join(task: Task, upload: UploadedFile[Any], label: str, by: User) -> Attachment:
    stored = storage.store(upload)
    with engine.move(task.case, by=by) as move:
        case_policies.check_can_act(move.by, Task.objects.get(pk=task.pk))
        joined = files.keep(move, stored, room=Room.REVIEWERS, nature=label)
        move.record(
            "attachment.added",
            _("a joint « %(name)s »") % {"name": stored.name},
            audience=Audience.REVIEWERS,
            data={"attachment": joined.pk, "sha256": stored.sha256, "size": stored.size},
        )
    return joined


def save_answers(
    *, task: Task, data: Any, by: User, joined: Mapping[str, list[int]] | None = None
) -> None:
    """Keep the draft of an opinion or a study, valid or not, until it is given.

    Raises EditConflict with both texts when somebody else changed the same field since the page
    was opened, NotAllowed when the step is not this person's.
    """
    with engine.move(task.case, by=by) as move:
        case_policies.check_can_act(move.by, Task.objects.get(pk=task.pk))
        consultation = move.case.consultations.select_related("answers").get(task_id=task.pk)
        questionnaires.save_section(
            answers=consultation.answers,
            data=data,
            by=by,
            files=joined or {},
            expected_revision=pages.expected_revision(data),
        )
        move.record(
            "consultation.draft_saved",
            _("a enregistré un projet : %(what)s") % {"what": consultation},
            audience=Audience.AUDIT,
        )


def resolve_conflict(*, task: Task, data: Any, by: User) -> None:
    """End a conflict field by field (« Garder le mien », « Prendre le sien »).

    Raises EditConflict again when somebody wrote meanwhile.
    """
    with engine.move(task.case, by=by) as move:
        case_policies.check_can_act(move.by, Task.objects.get(pk=task.pk))
        consultation = move.case.consultations.select_related("answers").get(task_id=task.pk)
        questionnaires.resolve_conflict(
            answers=consultation.answers,
            data=data,
            choices=pages.conflict_choices(data),
            by=by,
            expected_revision=pages.expected_revision(data),
            seen_revision=pages.seen_revision(data),
        )
        move.record(
            "consultation.draft_saved",
            _("a réglé un conflit de saisie : %(what)s") % {"what": consultation},
            audience=Audience.AUDIT,
        )
