"""Signatures, and the registration that follows the last one (process.md, S10)."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Delegation, User
from accounts.selectors import valid_delegation
from agreements import files, levels, routing
from agreements.documents import archive, keys
from agreements.documents.finishing import SEAL_FIELD
from agreements.documents.signing import SigningFailed, TimestampUnavailable, seal, sign_field
from agreements.documents.verification import verify
from agreements.enums import FileKind, SignatureState, SigningOrder
from agreements.models import (
    ActFile,
    Agreement,
    AgreementVersion,
    ArchivedAct,
    Signatory,
    Signature,
)
from agreements.selectors.keeping import retention_end
from agreements.selectors.people import people_of_parties
from agreements.services.life import enter_into_force
from agreements.services.obligations import bear
from agreements.signals import agreement_signed
from cases import announcements, engine
from cases.enums import Nature
from cases.errors import Conflict, Impossible
from cases.models import Task
from cases.selectors import open_tasks
from cases.services import next_reference
from journal.dates import day_text
from journal.services import seal as seal_journal
from notifications.selectors import wording

logger = logging.getLogger(__name__)
_FAILURES = (SigningFailed, TimestampUnavailable, keys.KeysUnusable, files.FileDamaged)


class ActNotSound(Exception):
    """The sealed file does not hold what it must: it is not archived, and takes no number."""


def _version(agreement: Agreement) -> AgreementVersion:
    version = routing.final_version(agreement)
    if version is None:
        raise Conflict(_("Aucune version n’est arrêtée."))
    return version


def last_file(version: AgreementVersion) -> ActFile:
    """Return the newest revision of the file of a version, locked against a second signer."""
    found = (
        ActFile.objects.select_for_update().filter(version=version).order_by("-revision").first()
    )
    if found is None:
        raise Conflict(_("Le document de cette version n’est pas encore produit."))
    return found


def sign(*, task: Task, by: User, has_read: bool, is_reauthenticated: bool) -> Signature:
    """Sign the frozen version in the name of a party.

    The signatory declares that he has read the act and has just proved who he is; his power is
    valid on the day and covers the act (checked by the step); the act asks no more than what the
    platform's certificates make. Raises Impossible (not read, not authenticated again, level,
    timestamp server silent), NotAllowed (power), Conflict (already signed).
    """
    check_declared(has_read=has_read, is_reauthenticated=is_reauthenticated)
    with engine.step(task, by=by) as step:
        if problem := levels.problem_here(step.case.signature_level):
            raise Impossible(problem)
        version, signatory = signed_by(step)
        signature = _sign_file(version, signatory, step.case, by)
        record_signed(step, signature, _("a signé l’acte pour « %s »"))
    return signature


def check_declared(*, has_read: bool, is_reauthenticated: bool) -> None:
    """Nobody signs what he has not declared to have read, nor without proving again who he is."""
    if not has_read:
        raise Impossible(_("Déclarez avoir lu l’acte et ses annexes avant de signer."))
    if not is_reauthenticated:
        raise Impossible(_("Confirmez votre identité pour signer."))


def signed_by(step: engine.Step) -> tuple[AgreementVersion, Signatory]:
    """What is signed in a step, and for whom."""
    signatory = Signatory.objects.select_related("party__organisation").get(
        pk=step.task.data["signatory"], agreement_id=step.case.pk
    )
    return _version(step.case), signatory


def record_signed(step: engine.Step, signature: Signature, summary: str) -> None:
    """The one event of a signature, and the next step of the circuit."""
    version = signature.version
    step.done(answer="signed")
    step.record(
        "act.signed",
        summary % signature.organisation,
        data={
            "version": version.number,
            "sha256": signature.file.sha256 if signature.file else "",
            "delegation": signature.delegation,
            "level": signature.level,
            "elsewhere": signature.report is not None,
        },
    )
    _call_next(step, version)


def power_for(by: User, signatory: Signatory, agreement: Agreement) -> Delegation:
    """The power in virtue of which a person signs today. Raises Impossible without one."""
    power = valid_delegation(by, signatory.party.organisation, agreement.act_type)
    if power is None:
        raise Impossible(_("Votre délégation ne couvre pas cet acte aujourd’hui."))
    return power


def _sign_file(
    version: AgreementVersion, signatory: Signatory, agreement: Agreement, by: User
) -> Signature:
    power = power_for(by, signatory, agreement)
    previous, at = last_file(version), timezone.now()
    try:
        signed = sign_field(
            files.read(previous.sha256),
            field_name=signatory.field_name,
            signer_name=by.get_full_name(),
            quality=quality_of(by, signatory, power),
            organisation=signatory.party.organisation.name,
            delegation=power.reference,
            reason=_("Lu et accepté : acte %s") % agreement.project_reference,
            at=at,
            certify=previous.kind == FileKind.RENDERED,
        )
    except _FAILURES as error:
        logger.warning("signature of %s failed: %r", version, error)
        raise Impossible(
            _(
                "La signature n’a pas pu être apposée. Rien n’a changé : réessayez bientôt, "
                "ou prévenez la cellule AMDAC."
            )
        ) from error
    return keep_signature(
        previous,
        signed.data,
        signatory=signatory,
        power=power,
        by=by,
        level=signed.level,
        certificate=signed.certificate_subject,
        at=at,
    )


def quality_of(by: User, signatory: Signatory, power: Delegation) -> str:
    """In what quality a person signs: a deputy of the signatory, « par délégation »."""
    if by.pk == signatory.user_id:
        return power.title
    return _("%s, par délégation") % power.title


def keep_signature(
    previous: ActFile,
    data: bytes,
    *,
    signatory: Signatory,
    power: Delegation,
    by: User,
    level: str,
    certificate: str,
    at: datetime,
    report: dict[str, Any] | None = None,
) -> Signature:
    """Write a signed revision of the file after the one before, and who signed it."""
    file = ActFile.objects.create(
        version=previous.version,
        revision=previous.revision + 1,
        kind=FileKind.SIGNED,
        sha256=files.keep(data),
        size=len(data),
        page_count=previous.page_count,
    )
    return Signature.objects.create(
        version=previous.version,
        signatory=signatory,
        state=SignatureState.SIGNED,
        name=by.get_full_name(),
        quality=quality_of(by, signatory, power)[:200],
        organisation=signatory.party.organisation.name,
        delegation=power.reference,
        level=level,
        certificate=certificate[:300],
        file=file,
        report=report,
        at=at,
    )


def _call_next(step: engine.Move, version: AgreementVersion) -> None:
    """In turn, the step that signs opens the next signature."""
    if step.case.signing_order != SigningOrder.SEQUENTIAL or step.task is None:
        return
    waiting = routing.waiting_signatories(step.case, version)
    if waiting:
        circuit = step.task.flow_task.flow_class
        _name, data = routing.signature_branch(waiting[0])
        step.open_branch(circuit.sign_split, circuit.sign_version, data)


def refuse_to_sign(*, task: Task, reason: str, by: User) -> Signature:
    """Refuse to sign, with the reason; the act goes back to drafting and nobody else signs it.

    Raises Impossible (no reason), NotAllowed, Conflict.
    """
    reason = reason.strip()
    if not reason or "\x00" in reason or len(reason) > 4000:
        raise Impossible(_("Indiquez le motif du refus, en 4 000 caractères au plus."))
    with engine.step(task, by=by) as step:
        version, signatory = signed_by(step)
        refusal = Signature.objects.create(
            version=version,
            signatory=signatory,
            state=SignatureState.REFUSED,
            name=by.get_full_name(),
            quality=by.job_title,
            organisation=signatory.party.organisation.name,
            reason=reason,
        )
        for other in open_tasks(step.case):
            if other.node == "sign_version" and other.pk != task.pk:
                step.close_branch(other, "withdrawn")
        step.done(answer="refused")
        step.record(
            "act.refused",
            _("a refusé de signer pour « %s »") % refusal.organisation,
            reason=reason,
            data={"version": version.number},
        )
    return refusal


def register(*, task: Task) -> None:
    """After the last signature (the worker's job): number, seal, archive, tell everybody.

    The number is given in the same transaction as the seal and the archive: no gap, never reused.
    Once it is written, the journal is sealed too: a legal act does not wait for the night
    (design/documents.md, §5).
    """
    with engine.job(task) as move:
        if move is None:
            return
        agreement: Agreement = move.case
        version, at = _version(agreement), timezone.now()
        reference = next_reference("CONV", width=3)
        previous = last_file(version)
        sealed = seal(files.read(previous.sha256), at=at, registered_as=reference)
        _check_sound(sealed.data, version)
        retained_until = retention_end(agreement)
        stored = archive.store(sealed.data, keep_until=retained_until)
        ActFile.objects.create(
            version=version,
            revision=previous.revision + 1,
            kind=FileKind.SEALED,
            sha256=files.keep(sealed.data),
            size=len(sealed.data),
            page_count=previous.page_count,
        )
        ArchivedAct.objects.create(
            agreement=agreement,
            version=version,
            reference=reference,
            sha256=stored.sha256,
            sha512=stored.sha512,
            size=stored.size,
            page_count=previous.page_count,
            location=stored.location,
            storage_version=stored.version_id,
            seal_level=sealed.level,
            sealed_at=at,
            retained_until=retained_until,
        )
        agreement.reference, agreement.signed_at = reference, at
        move.done(answer="registered")
        move.record(
            "agreement.registered",
            _("a enregistré et scellé l’acte sous le numéro %s") % reference,
            data={"sha256": stored.sha256, "sha512": stored.sha512, "level": sealed.level},
        )
        bear(agreement, version)
        _tell_everybody(agreement)
        _remind_registers(agreement)
        transaction.on_commit(seal_journal, robust=True)
        agreement_signed.send(sender=Agreement, agreement=agreement, by=None)
    enter_into_force(agreement=agreement)


def _check_sound(data: bytes, version: AgreementVersion) -> None:
    """The file that will be archived holds every signature and the seal, all of them intact."""
    fields = [row["field"] for row in version.content["signatories"]]
    verdict = verify(data, expected_fields=[*fields, SEAL_FIELD])
    if not verdict.intact or verdict.missing_fields:
        raise ActNotSound(f"{version}: {verdict.verdict} {verdict.missing_fields}")


def _tell_everybody(agreement: Agreement) -> None:
    effect = day_text(agreement.effective_on) if agreement.effective_on else "–"
    announcements.tell(
        agreement,
        people_of_parties(
            agreement,
            (Role.REQUESTER, Role.HOLDER, Role.DPO, Role.SIGNATORY, Role.LEGAL),
            parties=agreement.parties.select_related("organisation"),
        ),
        **wording("agreement-signed", titre=agreement.title, date=effect),
    )


def _remind_registers(agreement: Agreement) -> None:
    """With personal data, the DPO of each party updates the register of processing (RGPD, 30)."""
    if Nature.PERSONAL not in agreement.natures:
        return
    announcements.tell(
        agreement,
        people_of_parties(agreement, (Role.DPO,)),
        **wording("agreement-processing-register", titre=agreement.title),
    )
