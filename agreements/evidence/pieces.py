"""What stands behind a signed act: the powers, the opinions, and what higher apps add.

An app that knows more of the act (its request) registers a contributor in the `ready()` of its
configuration: `pieces.register(pieces_of)`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from accounts.models import Delegation
from agreements.enums import SignatureState
from agreements.models import Agreement, ArchivedAct, Signature

# Given an act and the audiences of the reader, the pieces to add: path in the file, content.
Contributor = Callable[[Agreement, Collection[str]], Mapping[str, Any]]

_contributors: list[Contributor] = []


def register(contributor: Contributor) -> None:
    """Add what another app knows of an act to its evidence; twice the same counts once."""
    if contributor not in _contributors:
        _contributors.append(contributor)


def collect(archived: ArchivedAct, audiences: Collection[str]) -> dict[str, bytes]:
    """Return the pieces that a reader of these audiences may have, by path in the file."""
    agreement = archived.agreement
    signed = archived.version.signatures.filter(state=SignatureState.SIGNED)
    signatures = list(signed.select_related("signatory__party"))
    found: dict[str, Any] = {
        "pouvoirs/pouvoirs.json": [_power(row) for row in signatures],
        "avis/avis-sur-l-acte.json": {
            "avis": agreement.opinions,
            "formalites": agreement.formalities,
        },
    }
    for row in signatures:
        if row.report is not None:
            found[f"signatures/rapport-{row.signatory.field_name}.json"] = row.report
    for contributor in _contributors:
        found.update(contributor(agreement, audiences))
    return {name: as_bytes(content) for name, content in found.items()}


def as_bytes(content: Any) -> bytes:
    """JSON that a person can read too."""
    return (json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def _power(row: Signature) -> dict[str, Any]:
    """The power a signatory signed by, as the act bears it and as the directory knew it."""
    day = row.at.date()
    delegation = (
        Delegation.objects.filter(
            user=row.signatory.user_id,
            organisation=row.signatory.party.organisation_id,
            reference=row.delegation,
        )
        .order_by("-starts_on")
        .first()
    )
    return {
        "signataire": row.name,
        "qualite": row.quality,
        "organisme": row.organisation,
        "pouvoir": row.delegation,
        "signe_le": row.at.isoformat(),
        "niveau": row.level,
        "certificat": row.certificate,
        "valable_du": delegation.starts_on if delegation else None,
        "valable_au": delegation.ends_on if delegation else None,
        "revoque_le": delegation.revoked_on if delegation else None,
        "types_d_acte": delegation.act_types if delegation else "",
        "constate_le": day,
    }
