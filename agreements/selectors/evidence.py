"""The evidence of a signed act, for who may have it."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import User
from agreements import policies
from agreements.documents.keys import KeysUnusable
from agreements.documents.signing import SigningFailed, TimestampUnavailable
from agreements.evidence.packing import pack
from agreements.evidence.seda import transfer
from agreements.models import Agreement, ArchivedAct
from agreements.selectors.signing import archived_bytes, archived_of
from cases.selectors import audiences_of
from journal.enums import Audience


class EvidenceUnavailable(Exception):
    """The evidence cannot be made now, in a French sentence."""


def evidence_for(user: User, agreement: Agreement) -> tuple[str, bytes]:
    """Return the name and the bytes of the evidence of a signed act, as this person may read it.

    What he may not read of the journal and of the opinions is withheld. Raises NotAllowed, Http404
    (not signed), ArchiveRefused, EvidenceUnavailable.
    """
    policies.check_can_take_evidence(user, agreement)
    archived = archived_of(agreement)
    name = f"{archived.reference}-dossier-de-preuve.zip"
    return name, _evidence(archived, audiences_of(user, agreement))


def whole_evidence(archived: ArchivedAct) -> bytes:
    """Return the evidence of an act with nothing withheld. Raises as `evidence_for` does."""
    return _evidence(archived, Audience.values)


def seda_transfer(archived: ArchivedAct) -> dict[str, bytes]:
    """Return the files of the transfer of an act, its manifest among them, by path.

    Raises as `evidence_for` does, and SedaInvalid.
    """
    return transfer(archived, archived_bytes(archived), whole_evidence(archived))


def _evidence(archived: ArchivedAct, audiences: Collection[str]) -> bytes:
    try:
        return pack(archived, archived_bytes(archived), audiences=audiences)
    except (SigningFailed, TimestampUnavailable, KeysUnusable) as error:
        raise EvidenceUnavailable(
            _("Le cachet du dossier n’a pas pu être apposé : réessayez dans un instant.")
        ) from error
