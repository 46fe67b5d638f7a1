"""Signatures made outside the application: the file leaves, comes back signed, and is judged."""

from __future__ import annotations

import logging
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from agreements import files, levels
from agreements.documents import keys
from agreements.documents.extension import Extension, NotAnExtension, check_extension, sentences
from agreements.models import ActFile, Signature
from agreements.services.signing import (
    check_declared,
    keep_signature,
    last_file,
    power_for,
    record_signed,
    signed_by,
)
from cases import engine
from cases.errors import Impossible
from cases.models import Task

logger = logging.getLogger(__name__)


def deposit_signed_file(
    *, task: Task, by: User, data: bytes, has_read: bool, is_reauthenticated: bool
) -> Signature:
    """Record the signature of a party that was made elsewhere, with its validation report.

    The file extends the newest revision byte for byte by one sound signature in the field of the
    signatory, of the level that the act asks; his power is valid on the day (checked by the step).
    Raises Impossible with what differs, NotAllowed (power), Conflict (already signed).
    """
    check_declared(has_read=has_read, is_reauthenticated=is_reauthenticated)
    with engine.step(task, by=by) as step:
        version, signatory = signed_by(step)
        power, previous = power_for(by, signatory, step.case), last_file(version)
        extension = _judge(previous, data, signatory.field_name, by)
        found = extension.signature
        if problem := levels.problem_of(found, step.case.signature_level):
            raise Impossible(problem)
        signature = keep_signature(
            previous,
            data,
            signatory=signatory,
            power=power,
            by=by,
            level=found.level,
            certificate=f"{found.signer}, {found.issuer}",
            at=found.timestamp or found.signed_at or previous.created_at,
            report=_report(extension),
        )
        record_signed(step, signature, _("a déposé l’acte signé hors de Navette pour « %s »"))
    return signature


def _judge(previous: ActFile, data: bytes, field_name: str, by: User) -> Extension:
    try:
        return check_extension(
            files.read(previous.sha256),
            data,
            field_name=field_name,
            signer_name=by.last_name,
            since=_first(previous).created_at,
        )
    except NotAnExtension as refusal:
        if _extends_an_older_one(previous, data):
            raise Impossible(
                _("Une autre signature a été apposée depuis votre téléchargement : téléchargez de "
                  "nouveau l’acte, signez-le et déposez-le.")
            ) from refusal  # fmt: skip
        raise Impossible(str(refusal)) from refusal
    except (keys.KeysUnusable, files.FileDamaged) as error:
        logger.warning("deposit on %s failed: %r", previous, error)
        raise Impossible(
            _("Le fichier n’a pas pu être vérifié. Rien n’a changé : prévenez la cellule AMDAC.")
        ) from error


def _first(file: ActFile) -> ActFile:
    return ActFile.objects.filter(version=file.version).earliest("revision")


def _extends_an_older_one(newest: ActFile, data: bytes) -> bool:
    if data.startswith(files.read(newest.sha256)):
        return False
    return data.startswith(files.read(_first(newest).sha256))


def _report(extension: Extension) -> dict[str, Any]:
    return {
        "sentences": [str(line) for line in sentences(extension)],
        "level": str(levels.level_of(extension.signature)),
        "sha256": extension.verdict.sha256,
        "verdict": extension.verdict.as_json(),
    }
