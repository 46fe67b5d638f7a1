"""From the visa of the archives service to the certificate of elimination (process.md, §10)."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts import policies as accounts_policies
from accounts.enums import Role
from accounts.models import User
from accounts.selectors import actor
from accounts.services.recording import By, as_actor, authorise
from agreements import files, policies
from agreements.documents import archive
from agreements.documents.rendering import render_simple
from agreements.enums import ActType
from agreements.models import ActFile, ArchivedAct, Elimination, RetentionRule
from agreements.selectors.elimination import Surroundings, what_prevents
from agreements.selectors.integrity import stored_of
from cases import engine
from cases.errors import Conflict, Impossible
from journal.dates import moment_text
from journal.enums import Audience
from journal.services import SYSTEM, Subject, record

logger = logging.getLogger(__name__)
MAX_REFERENCE = 300


@transaction.atomic
def set_retention(*, act_type: str, years: int, disposition: str, reference: str, by: By) -> None:
    """Write what the archives service agreed on for a type of act; acts already locked in the
    archive stay locked until their own day.

    Raises PermissionDenied (not a manager), ValidationError (fields).
    """
    authorise(accounts_policies.check_can_administer, by)
    before = RetentionRule.objects.select_for_update().filter(act_type=act_type).first()
    rule = before or RetentionRule(act_type=act_type)
    told = {name: getattr(rule, name) for name in ("years", "disposition", "reference")}
    rule.years, rule.disposition, rule.reference = years, disposition, reference.strip()
    rule.full_clean(validate_unique=False)
    rule.save()
    label = str(ActType(act_type).label)
    record(
        chain=f"retention:{act_type}",
        kind="retention.changed",
        by=as_actor(by),
        subject=Subject("retention", act_type, label),
        summary=_("a changé la durée d’utilité administrative « %s »") % label,
        data={"before": told, "after": {name: getattr(rule, name) for name in told}},
        audience=Audience.AUDIT,
    )


@transaction.atomic
def approve_elimination(*, archived: ArchivedAct, visa_reference: str, by: User) -> Elimination:
    """Give the visa of the archives service; the act is eliminated the following night.

    Raises NotAllowed (not its archivist), Impossible (no reference; what stands in the way),
    Conflict (given already).
    """
    policies.check_can_approve_elimination(by, archived.agreement)
    reference = visa_reference.strip()
    if not reference or "\x00" in reference or len(reference) > MAX_REFERENCE:
        raise Impossible(_("Indiquez la référence du visa, en 300 caractères au plus."))
    if problem := what_prevents(archived):
        raise Impossible(problem)
    try:
        with transaction.atomic():
            elimination = Elimination.objects.create(
                archived=archived, visa_reference=reference, visa_by=by
            )
    except IntegrityError as error:
        raise Conflict(_("Le visa de cet acte est déjà donné.")) from error
    record(
        chain=archived.agreement.chain,
        kind="elimination.approved",
        by=actor(by, role=Role.ARCHIVIST, organisation=archived.agreement.drafting_organisation),
        subject=engine.subject_of(archived.agreement),
        summary=_("a visé l’élimination de l’acte"),
        data={"visa": reference, "sha256": archived.sha256},
        audience=Audience.EVERYONE,
    )
    return elimination


def eliminate(*, elimination: Elimination) -> bool:
    """Remove the sealed file and its revisions, and write the certificate; tell whether it was.

    What has come in the way since the visa (a legal hold, an incident) stops it: nothing is removed
    and the visa stays. Done twice it changes nothing.
    """
    with transaction.atomic():
        fresh = Elimination.objects.select_for_update().get(pk=elimination.pk)
        archived = fresh.archived
        around = Surroundings.of([archived])
        until = around.end_of_use(archived)
        if fresh.executed_at or until is None or around.what_prevents(archived):
            return False
        at = timezone.now()
        certificate = _certificate(fresh, at)
        fresh.executed_at, fresh.certificate_sha256 = at, files.keep(certificate)
        fresh.save(update_fields=["executed_at", "certificate_sha256"])
        record(
            chain=archived.agreement.chain,
            kind="elimination.executed",
            by=SYSTEM,
            subject=engine.subject_of(archived.agreement),
            summary=_("a éliminé l’acte, certificat à l’appui"),
            data={
                "visa": fresh.visa_reference,
                "sha256": archived.sha256,
                "certificate": fresh.certificate_sha256,
            },
            audience=Audience.EVERYONE,
        )
        # Last: what fails here undoes the rest, and what was removed is removed again in vain.
        archive.remove(stored_of(archived), keep_until=until)
        for sha256 in _revisions(archived):
            files.discard(sha256)
    return True


def eliminate_all() -> int:
    """Eliminate every act whose visa is given (nightly); one that fails waits for another night."""
    done = 0
    for elimination in Elimination.objects.filter(executed_at=None).order_by("pk"):
        try:
            done += eliminate(elimination=elimination)
        except (archive.ArchiveLocked, archive.ArchiveUnavailable) as error:
            logger.warning("elimination of %s: %s", elimination.archived, error)
    return done


def _revisions(archived: ArchivedAct) -> set[str]:
    rows = ActFile.objects.filter(version__agreement=archived.agreement_id)
    return set(rows.values_list("sha256", flat=True))


def _certificate(elimination: Elimination, at: datetime) -> bytes:
    """The certificate: what was eliminated, by whose visa, when, and what stays."""
    archived = elimination.archived
    lines = [
        (_("Acte"), f"{archived.reference} — {archived.agreement.title}"),
        (_("Empreinte SHA-256 du fichier éliminé"), archived.sha256),
        (_("Visa"), elimination.visa_reference),
        (_("Donné par"), elimination.visa_by.get_full_name()),
        (_("Donné le"), moment_text(elimination.visa_at)),
        (_("Éliminé le"), moment_text(at)),
        (_("Ce qui est éliminé"), _("Le fichier scellé et chacune de ses révisions.")),
        (_("Ce qui demeure"), _("La fiche, le texte enregistré, les empreintes et le journal.")),
    ]
    body = "".join(format_html("<p><strong>{} : </strong>{}</p>", *line) for line in lines)
    return render_simple(
        body,
        title=_("Certificat d’élimination"),
        created=at,
        sender=str(archived.agreement.drafting_organisation),
        reference=archived.reference,
        sealable=False,
    ).data
