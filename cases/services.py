"""Moves that any case knows: messages, files, followers, assignment, reminders by hand."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import has_role
from accounts.services import grant_view
from cases import announcements, clock, engine, files, policies, scanner, storage
from cases.capacity import capacity_of
from cases.enums import Room, ScanState
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Attachment, Case, Follower, Message, Party, ReferenceCounter, Task
from journal.enums import Audience
from journal.services import record
from notifications.selectors import wording

AUDIENCE_OF_ROOM = {
    Room.PARTIES: Audience.EVERYONE,
    Room.REQUESTER: Audience.CELL,
    Room.REVIEWERS: Audience.REVIEWERS,
    Room.CELL: Audience.CELL,
    Room.SIDE: Audience.AUDIT,
}
NUDGE_EVERY_WORKING_DAYS = 3


def next_reference(prefix: str, *, width: int, year: int | None = None) -> str:
    """Give the next number of a year, in the caller's transaction: no gap, never reused."""
    wanted = year or timezone.localdate().year
    counter, _created = ReferenceCounter.objects.get_or_create(prefix=prefix, year=wanted)
    counter = ReferenceCounter.objects.select_for_update().get(pk=counter.pk)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}-{wanted}-{counter.last:0{width}d}"


def post_message(*, case: Case, room: str, body: str, by: User, anchor: str = "") -> Message:
    """Post a message in exactly one room; those who read that room are told once.

    Raises NotAllowed in a room that is not one's own, Impossible for an empty or too long text.
    """
    text = body.replace("\x00", "").strip()
    if not text:
        raise Impossible(_("Écrivez un message."))
    if len(text) > 4000:
        raise Impossible(
            _("Réduisez ce message : %(n)s caractères, 4 000 au plus.") % {"n": len(text)}
        )
    with engine.move(case, by=by) as move:
        policies.check_can_post(move.by, move.case, room)
        organisation = policies.own_organisation(move.by, move.case) if room == Room.SIDE else None
        message = Message.objects.create(
            case_id=case.pk,
            room=room,
            organisation=organisation,
            author=by,
            body=text,
            anchor=anchor,
        )
        move.record(
            "message.posted",
            _("a ajouté une note interne")
            if room in (Room.CELL, Room.SIDE)
            else _("a écrit un message"),
            audience=AUDIENCE_OF_ROOM[Room(room)],
            data={"message": message.pk, "room": str(room)},
        )
        announcements.tell(
            move.case,
            readers(move.case, room, organisation, but=by),
            **wording("thread", titre=move.case.title),
        )
    return message


def readers(case: Case, room: str, organisation: Organisation | None, *, but: User) -> list[User]:
    """Return the persons of a case who follow it and read a room."""
    followers = User.objects.filter(followed__case_id=case.pk, is_active=True).exclude(pk=but.pk)
    return [
        user
        for user in followers
        if room in policies.rooms_of(user, case)
        and (organisation is None or policies.own_organisation(user, case) == organisation)
    ]


def add_attachment(
    *, case: Case, upload: UploadedFile[Any], by: User, room: str = Room.PARTIES, nature: str = ""
) -> Attachment:
    """Attach a checked file. Raises ValidationError naming the file when it is refused."""
    _check_can_attach(by, case, room)
    stored = storage.store(upload)
    with engine.move(case, by=by) as move:
        _check_can_attach(move.by, move.case, room)
        attachment = files.keep(
            move,
            stored,
            room=room,
            nature=nature,
            organisation=policies.own_organisation(move.by, move.case)
            if room == Room.SIDE
            else None,
        )
        move.record(
            "attachment.added",
            _("a déposé la pièce « %(name)s »") % {"name": stored.name},
            audience=AUDIENCE_OF_ROOM[Room(room)],
            data={"attachment": attachment.pk, "sha256": stored.sha256, "size": stored.size},
        )
    return attachment


def _check_can_attach(user: User, case: Case, room: str) -> None:
    """The files of a draft are those of the form, which every party reads once it is filed."""
    if not case.is_draft:
        policies.check_can_post(user, case, room)
    elif case.is_closed or room != Room.PARTIES or not policies.can_view(user, case):
        raise NotAllowed(_("Vous ne pouvez pas joindre de pièce à ce brouillon."))


def scan_pending() -> int:
    """Scan the files that were kept while the scanner did not answer; return how many it told.

    A refused file stays in the record, and nobody opens it.
    """
    told = 0
    for waiting in Attachment.objects.filter(scan_state=ScanState.PENDING).order_by("pk"):
        state = scanner.scan(storage.read(waiting.sha256))
        if state == ScanState.PENDING:
            break
        with engine.move(waiting.case, by=None) as move:
            waiting.scan_state = state
            waiting.save(update_fields=["scan_state"])
            move.record(
                "attachment.scanned",
                _("a analysé la pièce « %(name)s » : %(state)s")
                % {"name": waiting.name, "state": waiting.get_scan_state_display()},
                audience=AUDIENCE_OF_ROOM[Room(waiting.room)],
                data={"attachment": waiting.pk, "sha256": waiting.sha256},
            )
        told += 1
    return told


def follow(*, case: Case, by: User) -> None:
    """Follow a case one sees. Following twice changes nothing."""
    if Follower.objects.filter(case_id=case.pk, user=by).exists():
        return
    with engine.move(case, by=by) as move:
        Follower.objects.get_or_create(case_id=case.pk, user=by)
        move.record("case.followed", _("suit le dossier"), audience=Audience.CELL)


def unfollow(*, case: Case, by: User) -> None:
    """Follow a case no more. Doing it twice changes nothing."""
    if not Follower.objects.filter(case_id=case.pk, user=by).exists():
        return
    with engine.move(case, by=by) as move:
        Follower.objects.filter(case_id=case.pk, user=by).delete()
        move.record("case.unfollowed", _("ne suit plus le dossier"), audience=Audience.CELL)


def add_party(
    case: Case, organisation: Organisation, side: str, *, role: str = "", unit: str = ""
) -> Party:
    """Add an organisation to a case, in the caller's move; the same one twice is the same row."""
    party, _created = Party.objects.get_or_create(
        case_id=case.pk,
        organisation=organisation,
        side=side,
        role=role,
        defaults={"unit": unit, "position": case.parties.count()},
    )
    return party


def take_charge(*, task: Task, by: User) -> None:
    """Take an open task of one's role in charge, so that colleagues know."""
    with engine.move(task.case, by=by) as move:
        fresh = engine.open_task(move, task)
        policies.check_can_act(move.by, fresh)
        if fresh.owner_id == move.by.pk:
            raise Conflict(_("Vous avez déjà pris cette étape en charge."))
        engine.assign(move, fresh, move.by)
        move.record(
            "task.taken",
            _("prend en charge : %(task)s") % {"task": fresh.title},
            audience=Audience.CELL,
        )


def reassign(*, task: Task, to: User | None, reason: str, by: User) -> None:
    """Give an open step to another holder of its role there, or back to all of them, and say why.

    The next person is told that his turn has come, the former that it is over. Raises Impossible
    for who could not do it or has it already, and without a reason; Conflict when it is done;
    NotAllowed for who is neither of the cell nor awaited (`policies.check_can_reassign`).
    """
    why = reason.strip()
    if not why:
        raise Impossible(_("Écrivez le motif."))
    with engine.move(task.case, by=by) as move:
        fresh = engine.open_task(move, task)
        policies.check_can_reassign(move.by, fresh)
        former = fresh.owner
        if to == former:
            raise Impossible(_("Cette étape lui est déjà confiée."))
        if to is not None:
            _check_can_receive(to, fresh)
        engine.assign(move, fresh, to)
        if former is not None and former.pk != by.pk:
            announcements.tell(
                move.case,
                [former],
                **announcements.worded("reassigned", fresh),
            )
        move.record(
            "task.reassigned",
            _("a confié « %(task)s » à %(who)s")
            % {"task": fresh.title, "who": to or _("toutes les personnes de ce rôle")},
            reason=why,
            audience=Audience.CELL,
        )


def _check_can_receive(person: User, task: Task) -> None:
    """Refuse to give a task to somebody who could not do it, were it nobody's."""
    if why := policies.refusal(person, policies.as_if_free(task)):
        raise Impossible(
            _("%(who)s ne peut pas recevoir cette étape : %(why)s") % {"who": person, "why": why}
        )


def assign_officer(*, case: Case, officer: User, by: User) -> None:
    """Put an officer of the cell in charge of the whole case; his open tasks follow.

    Raises Impossible for who is no officer, or filed the request himself (process.md, §2).
    """
    with engine.move(case, by=by) as move:
        policies.check_can_manage(move.by, move.case)
        if not has_role(officer, Role.OFFICER):
            raise Impossible(
                _("%(who)s n’est pas instructeur de la cellule AMDAC.") % {"who": officer}
            )
        if move.case.created_by_id == officer.pk:
            raise Impossible(
                _("%(who)s a déposé cette demande : confiez-la à une autre personne.")
                % {"who": officer}
            )
        move.case.officer = officer
        for task in engine.open_tasks(move.case).filter(role=Role.OFFICER):
            _check_can_receive(officer, task)
            engine.assign(move, task, officer)
        move.record(
            "case.assigned",
            _("a confié le dossier à %(who)s") % {"who": officer},
            audience=Audience.CELL,
            data={"officer": officer.pk},
        )


def nudge(*, task: Task, by: User) -> None:
    """Remind whoever must act, by hand; not again for three working days."""
    with engine.move(task.case, by=by) as move:
        policies.check_can_manage(move.by, move.case)
        fresh = engine.open_task(move, task)
        if fresh.nudged_at:
            again = clock.Calendar().add_working_days(
                timezone.localdate(fresh.nudged_at), NUDGE_EVERY_WORKING_DAYS
            )
            if timezone.localdate() < again:
                raise Impossible(
                    _("Déjà relancé : nouvelle relance possible le %(day)s.")
                    % {"day": announcements.day_text(again)}
                )
        fresh.nudged_at = timezone.now()
        fresh.save(update_fields=["nudged_at"])
        announcements.tell(
            move.case,
            announcements.people_of(fresh),
            **announcements.worded("nudge", fresh),
        )
        move.record(
            "task.nudged", _("a relancé : %(task)s") % {"task": fresh.title}, audience=Audience.CELL
        )


def invite(*, case: Case, guest: User, by: User) -> None:
    """A writer of a draft lets a colleague of the same organisation read and write it.

    Raises NotAllowed for who did not begin it, Impossible for a guest of another organisation,
    Conflict when he is invited already.
    """
    shared = {held.organisation_id for held in by.held_roles} & {
        held.organisation_id for held in guest.held_roles
    }
    if case.created_by_id != by.pk:
        raise NotAllowed(_("Seule la personne qui a commencé la demande peut inviter un collègue."))
    if not shared:
        raise Impossible(_("%(who)s n’appartient pas à votre organisme.") % {"who": guest})
    with engine.move(case, by=by) as move:
        try:
            grant_view(user=guest, obj=Case.objects.get(pk=case.pk), by=by)
        except IntegrityError as error:
            raise Conflict(_("%(who)s est déjà invité.") % {"who": guest}) from error
        move.record("case.shared", _("a invité %(who)s à rédiger") % {"who": guest})


def record_reading(*, case: Case, attachment: Attachment, by: User) -> None:
    """Reading a restricted file is an event too (process.md, §10); it moves nothing."""
    record(
        chain=case.chain,
        kind="attachment.read",
        by=capacity_of(by, case),
        subject=engine.subject_of(case),
        is_read=True,
        audience=Audience.AUDIT,
        summary=_("a ouvert la pièce « %(name)s »") % {"name": attachment.name},
        data={"attachment": attachment.pk, "sha256": attachment.sha256},
    )
