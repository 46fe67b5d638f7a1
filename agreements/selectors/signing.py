"""What the signature page and the page of the signed act show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import rfc8785
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Delegation, User
from accounts.selectors import valid_delegation
from agreements import files, levels, policies
from agreements.documents import archive
from agreements.documents.attachments import attached_file
from agreements.documents.rendering import TWIN_NAME
from agreements.enums import AnnexAudience, SignatureState
from agreements.models import (
    ActFile,
    Agreement,
    AgreementVersion,
    ArchivedAct,
    Elimination,
    Signatory,
    Signature,
)
from agreements.powers import what_prevents
from agreements.routing import final_version, waiting_signatories
from agreements.selectors.desk import Desk
from agreements.selectors.integrity import stored_of
from agreements.selectors.life import suspension_of
from agreements.twin import twin_of
from cases.errors import NotAllowed
from cases.models import Task
from cases.policies import can_act, is_cell
from cases.selectors import open_tasks
from journal.dates import day_text, moment_text


class ArchiveRefused(Exception):
    """The archived file is not what was sealed, or cannot be reached; it is not handed out."""


@dataclass(frozen=True)
class SignatoryLine:
    """A signatory: his power, and what he did."""

    signatory: Signatory
    party: Any
    power: Delegation | None
    problem: str
    signature: Signature | None
    is_expected: bool

    @property
    def badge(self) -> tuple[str, str]:
        if self.signature is None:
            return (_("Signature attendue"), "warning") if self.is_expected else (_("À venir"), "")
        if self.signature.state == SignatureState.SIGNED:
            return _("Signé"), "success"
        return _("Refus de signer"), "error"


@dataclass(frozen=True)
class SigningPage:
    version: AgreementVersion | None
    file: ActFile | None
    lines: list[SignatoryLine]
    undesignated: list[Any]
    task: Task | None
    power: Delegation | None
    problem: str
    summary: list[dict[str, str]] = field(default_factory=list)

    # Why the act cannot be signed here, although the person may sign it.
    elsewhere: str = ""
    field_name: str = ""

    @property
    def may_sign(self) -> bool:
        return self.task is not None and not self.problem


def signing_page(user: User, desk: Desk) -> SigningPage:
    """Read the signature page of an act for a person: what he signs, in virtue of what."""
    agreement = desk.agreement
    version = final_version(agreement)
    tasks = [task for task in open_tasks(agreement) if task.node == "sign_version"]
    mine = _my_task(user, tasks)
    power, problem = _my_power(user, desk, mine)
    return SigningPage(
        version=version,
        file=version.files.order_by("-revision").first() if version else None,
        lines=_lines(desk, version, {task.data["signatory"] for task in tasks}),
        undesignated=[party for party in desk.parties if party.pk not in desk.signatories],
        task=mine,
        power=power,
        problem=problem,
        summary=summary_of(version.content) if version else [],
        elsewhere=levels.problem_here(agreement.signature_level),
        field_name=_field_of(desk, mine),
    )


def _field_of(desk: Desk, task: Task | None) -> str:
    """The name of the field that the signature of a task fills in the file."""
    if task is None:
        return ""
    mine = [one for one in desk.signatories.values() if one.pk == task.data["signatory"]]
    return str(mine[0].field_name) if mine else ""


def reported_signature(agreement: Agreement, pk: int) -> Signature:
    """Return a signature of this act made elsewhere, with its report; 404 for any other."""
    made_elsewhere = Signature.objects.filter(version__agreement=agreement, report__isnull=False)
    return get_object_or_404(made_elsewhere, pk=pk)


def _my_task(user: User, tasks: list[Task]) -> Task | None:
    """The signature expected of a person, even when his power stands in the way today."""
    for task in tasks:
        if task.owner_id == user.pk or can_act(user, task):
            return task
    return None


def _my_power(user: User, desk: Desk, task: Task | None) -> tuple[Delegation | None, str]:
    if task is None or task.organisation is None:
        return None, ""
    try:
        policies.check_may_sign(user, task)
    except NotAllowed as refusal:
        return None, str(refusal.message)
    return valid_delegation(user, task.organisation, desk.agreement.act_type), ""


def _lines(desk: Desk, version: AgreementVersion | None, expected: set[int]) -> list[SignatoryLine]:
    done = (
        {row.signatory_id: row for row in Signature.objects.filter(version=version)}
        if version
        else {}
    )
    lines = []
    for signatory in sorted(desk.signatories.values(), key=lambda row: (row.position, row.pk)):
        organisation = signatory.party.organisation
        lines.append(
            SignatoryLine(
                signatory,
                signatory.party,
                valid_delegation(signatory.user, organisation, desk.agreement.act_type),
                what_prevents(signatory.user, organisation, desk.agreement),
                done.get(signatory.pk),
                signatory.pk in expected,
            )
        )
    return lines


def summary_of(content: dict[str, Any]) -> list[dict[str, str]]:
    """The act in six lines: object, data, term, parties, legal basis, end (ux/spec.md, §5).

    An act without personal data says neither a legal basis nor what becomes of the data: those
    lines are left out.
    """
    values = content["values"]

    def value(path: str) -> str:
        name, _dot, key = path.partition(".")
        found = (values.get(name) or {}).get(key) or ""
        return ", ".join(found) if isinstance(found, list) else str(found)

    term = _("du %(start)s au %(end)s") % {
        "start": _day(content["effective_on"]), "end": _day(content["end_on"]),
    }  # fmt: skip
    lines = [
        {"label": _("Objet"), "value": value("case.purposes_list") or content["title"]},
        {"label": _("Données"), "value": value("data.summary")},
        {"label": _("Durée"), "value": term},
        {"label": _("Parties"), "value": ", ".join(p["short_name"] for p in content["parties"])},
        {"label": _("Fondement"), "value": value("legal.legal_basis_holder")},
        {"label": _("Fin du partage"), "value": value("end.action")},
    ]
    return [line for line in lines if line["value"]]


def _day(iso: str) -> str:
    return day_text(date.fromisoformat(iso)) if iso else "–"


def signed_sentence(agreement_id: int) -> str:
    """« Vous avez signé le 31 mars 2026 à 10 h 15. Il reste 1 signature. »"""
    agreement = Agreement.objects.get(pk=agreement_id)
    version = final_version(agreement)
    left = len(waiting_signatories(agreement, version)) if version else 0
    text = _("Vous avez signé le %s.") % moment_text(timezone.now())
    if left:
        return (
            f"{text} " + ngettext("Il reste %s signature.", "Il reste %s signatures.", left) % left
        )
    return f"{text} " + _("C’était la dernière signature : l’acte va être scellé et enregistré.")


def document_of(user: User, agreement: Agreement) -> tuple[str, bytes]:
    """Return the newest revision of the frozen document, hashed again.

    A reader who may not read the restricted annexes is refused the whole file. Errors: Http404,
    NotAllowed, ArchiveRefused.
    """
    version = final_version(agreement)
    file = version.files.order_by("-revision").first() if version else None
    if version is None or file is None:
        raise Http404
    check_can_read_whole(user, agreement, version)
    name = f"{agreement.project_reference}-v{version.number}.pdf"
    try:
        return name, files.read(file.sha256)
    except files.FileDamaged as error:
        raise ArchiveRefused(
            _("Le fichier de cette version est endommagé : il n’est pas délivré.")
        ) from error


def check_can_read_whole(user: User, agreement: Agreement, version: AgreementVersion) -> None:
    """A file that holds restricted annexes is read by those who may read them, and by the cell,
    which answers for what is sent to signature."""
    if is_cell(user):
        return
    if any(annex["audience"] == AnnexAudience.RESTRICTED for annex in version.content["annexes"]):
        policies.check_can_read_annex(user, agreement, AnnexAudience.RESTRICTED)


def signed_act(agreement: Agreement) -> dict[str, Any]:
    """Return what the page of a signed act shows."""
    archived = archived_of(agreement)
    return {
        "archived": archived,
        "suspension": suspension_of(agreement),
        "version": archived.version,
        "summary": summary_of(archived.version.content),
        "signatures": list(
            archived.version.signatures.filter(state=SignatureState.SIGNED).order_by("at")
        ),
        "annexes": archived.version.content["annexes"],
    }


def archived_of(agreement: Agreement) -> ArchivedAct:
    """Return the archived file of a signed act; 404 before."""
    found = ArchivedAct.objects.select_related("version").filter(agreement=agreement).first()
    if found is None:
        raise Http404
    return found


def archived_bytes(archived: ArchivedAct) -> bytes:
    """Return the sealed file, after checking that it is still what was sealed.

    Raises ArchiveRefused with a French sentence when it is not, or cannot be read.
    """
    gone = Elimination.objects.filter(archived=archived, executed_at__isnull=False).first()
    if gone is not None and gone.executed_at is not None:
        raise ArchiveRefused(
            _("Cet acte a été éliminé le %(day)s (visa %(visa)s) : seule sa fiche demeure.")
            % {"day": moment_text(gone.executed_at), "visa": gone.visa_reference}
        )
    try:
        return archive.read(stored_of(archived))
    except archive.ArchiveDamaged as error:
        raise ArchiveRefused(
            _("L’empreinte du fichier ne correspond plus à l’acte scellé : il n’est pas délivré.")
        ) from error
    except archive.ArchiveUnavailable as error:
        raise ArchiveRefused(_("L’archive ne répond pas : réessayez dans un instant.")) from error


def archived_twin(archived: ArchivedAct) -> bytes:
    """Return the machine-readable twin that the sealed file carries; that of the frozen version
    when the file was sealed without one.

    Raises ArchiveRefused like `archived_bytes`.
    """
    attached = attached_file(archived_bytes(archived), TWIN_NAME)
    return attached or rfc8785.dumps(twin_of(archived.version))
