"""What each tab of a case shows, ready for the components."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement
from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.enums import Room, ScanState
from cases.models import Attachment, Case, Message
from journal import selectors as journal
from journal.sizes import size_text
from questionnaires import selectors as questionnaires
from requests_flow.enums import ConsultationKind
from requests_flow.models import Consultation, DataRequest, Revision
from requests_flow.selectors.case_files import of_the_request, of_the_reviews

NOUNS = {
    "decisions": ["decision", "conclusion", "arbitration", "reexamination", "request"],
    "opinions": ["opinion", "visa", "feasibility", "study", "condition"],
    "messages": ["message", "complement"],
    "files": ["attachment"],
    "delays": ["task", "case"],
}


def answers_tab(data_request: DataRequest) -> dict[str, Any]:
    """The last version as it was filed, and which other versions there are."""
    revisions = list(data_request.revisions.select_related("answers", "submitted_by"))
    last = revisions[-1] if revisions else None
    return {
        "view": questionnaires.read_view(last.answers, attachments=of_the_request(data_request))
        if last
        else None,
        "revisions": revisions,
        "compare_url": _compare_url(data_request, revisions),
        "complements": list(data_request.complements.select_related("asked_by")),
    }


def _compare_url(data_request: DataRequest, revisions: list[Revision]) -> str:
    if len(revisions) < 2:
        return ""
    numbers = [revisions[-2].number, revisions[-1].number]
    return reverse("requests_flow:compare_versions", args=[data_request.reference, *numbers])


def instruction_tab(user: User, data_request: DataRequest) -> dict[str, Any]:
    """Notes of the cell, the last differences, who is who."""
    revisions = list(data_request.revisions.select_related("answers"))
    notes = []
    if case_policies.is_cell(user):
        notes = [
            message(one)
            for one in case_selectors.messages(user, data_request).filter(room=Room.CELL)
        ]
    return {
        "notes": notes[-3:],
        "diff": questionnaires.diff(revisions[-2].answers, revisions[-1].answers)
        if len(revisions) > 1
        else None,
        "compare_url": _compare_url(data_request, revisions),
        "last_revision": revisions[-1] if revisions else None,
        "people": people(data_request),
        "study": data_request.consultations.filter(kind=ConsultationKind.STUDY)
        .select_related("answers")
        .first(),
    }


def people(data_request: DataRequest) -> list[dict[str, str]]:
    """« Personnes du dossier »."""
    found = [
        {"label": _("Instructeur"), "value": str(data_request.officer or _("à désigner"))},
        {"label": _("Déposée par"), "value": str(data_request.created_by)},
    ]
    for consultation in data_request.consultations.filter(
        kind=ConsultationKind.VISA
    ).select_related("given_by"):
        if consultation.given_by:
            found.append({"label": _("Visa"), "value": str(consultation.given_by)})
    return found


def opinions_tab(data_request: DataRequest) -> dict[str, Any]:
    """Every opinion given, every decision, every conclusion, with their reserves."""
    return {
        "consultations": list(
            data_request.consultations.filter(given_at__isnull=False)
            .select_related("organisation", "given_by", "revision")
            .prefetch_related("conditions")
        ),
        "decisions": list(
            data_request.decisions.select_related("organisation", "decided_by").prefetch_related(
                "conditions"
            )
        ),
        "conclusions": list(data_request.conclusions.select_related("recorded_by")),
        "last_revision": data_request.revisions.last(),
    }


def one_opinion(
    user: User, data_request: DataRequest, consultation: Consultation
) -> dict[str, Any]:
    """An opinion with its grid and its reserves; its author may confirm it for a new version."""
    last = data_request.revisions.last()
    return {
        "consultation": consultation,
        "view": questionnaires.read_view(
            consultation.answers, attachments=of_the_reviews(data_request)
        )
        if consultation.answers
        else None,
        "conditions_of": list(consultation.conditions.all()),
        "may_confirm": bool(
            last
            and consultation.revision_id != last.pk
            and consultation.given_by_id == user.pk
            and not data_request.is_closed
        ),
        "last_revision": last,
    }


def agreement_tab(user: User, data_request: DataRequest) -> dict[str, Any]:
    """The acts born from this request that the reader may see."""
    visible = Agreement.objects.filter(
        source_case_id=data_request.pk, pk__in=Case.objects.visible_to(user).values("pk")
    )
    return {"acts": list(visible.order_by("pk"))}


def message(one: Message) -> dict[str, Any]:
    """A message as the component shows it; an internal note says whose it is."""
    internal = one.room in (Room.CELL, Room.SIDE)
    return {
        "author": str(one.author),
        "text": one.body,
        "at": one.created_at,
        "organisation": str(one.organisation or ""),
        "internal": str(one.get_room_display()) if internal else "",
        "visible": "" if internal else str(one.get_room_display()),
    }


def thread(user: User, data_request: DataRequest) -> list[dict[str, Any]]:
    """The messages that the reader may read, ready for the component."""
    return [message(one) for one in case_selectors.messages(user, data_request)]


def files_tab(user: User, data_request: DataRequest) -> dict[str, Any]:
    """The files that the reader may open, as rows of a table."""
    rows = [_file_row(data_request, one) for one in case_selectors.attachments(user, data_request)]
    columns = [
        _("Nom"),
        _("Nature"),
        _("Déposée par, le"),
        _("Taille"),
        _("Analyse"),
        _("Visible de"),
    ]
    return {"rows": rows, "columns": columns}


def _file_row(data_request: DataRequest, one: Attachment) -> list[Any]:
    from cases.announcements import day_text

    opens = one.scan_state not in (ScanState.PENDING, ScanState.REFUSED)
    url = reverse("requests_flow:download", args=[data_request.reference, one.pk]) if opens else ""
    return [
        {"text": one.name, "url": url},
        one.nature or "–",
        f"{one.uploaded_by}, {day_text(one.uploaded_at)}",
        size_text(one.size),
        str(one.get_scan_state_display()),
        str(one.get_room_display()).removeprefix(_("Visible : ")),
    ]


def history_tab(user: User, data_request: DataRequest, params: Any) -> dict[str, Any]:
    """Events of the case that the reader may know, newest first, by key."""
    chosen = str(params.get("filtre", ""))
    page = journal.timeline(
        data_request.chain,
        case_selectors.audiences_of(user, data_request),
        before=_number(params.get("avant")),
        after=_number(params.get("apres")),
        nouns=NOUNS.get(chosen, ()),
    )
    return {"timeline": page, "chosen": chosen, "filters": _history_filters(chosen)}


def _number(raw: Any) -> int | None:
    text = str(raw or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _history_filters(chosen: str) -> list[dict[str, Any]]:
    labels = {
        "": _("Tout"),
        "decisions": _("Décisions"),
        "opinions": _("Avis"),
        "messages": _("Échanges"),
        "files": _("Pièces"),
        "delays": _("Délais"),
    }
    return [
        {"label": label, "url": f"?filtre={code}" if code else "?", "current": code == chosen}
        for code, label in labels.items()
    ]


def versions(old: Revision, new: Revision) -> dict[str, Any]:
    """Two versions and what differs between them."""
    return {"old": old, "new": new, "diff": questionnaires.diff(old.answers, new.answers)}


def print_page(data_request: DataRequest) -> dict[str, Any]:
    """The last version as it was filed, on one page to print."""
    last = data_request.revisions.last()
    return {
        "view": questionnaires.print_view(last.answers, attachments=of_the_request(data_request))
        if last
        else None,
        "data_request": data_request,
        "is_draft": False,
    }
