"""« Vérifier un acte » : what anybody may be told of a file or of the code at the foot of a page.

Nothing more than the public register says of an act: its parties, the quality of who signed, its
state; never the name of a person, never a word on a project (ux/spec.md, §5).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from agreements.documents.keys import KeysUnusable
from agreements.documents.verification import verify
from agreements.enums import AgreementStage, SignatureState
from agreements.models import ArchivedAct

_CODE = re.compile(r"(PRJ-\d{4}-\d{3,6})-([0-9A-F]{12})")


@dataclass(frozen=True)
class SignedAs:
    """Somebody who signed, without a name."""

    quality: str
    organisation: str
    level: str
    at: datetime


@dataclass(frozen=True)
class KnownAct:
    """What is told of an act that was sealed here."""

    reference: str
    title: str
    state: str
    stage: str
    starts_on: date | None
    ends_on: date | None
    sealed_at: datetime
    seal_level: str
    sha256: str
    parties: list[str]
    signatures: list[SignedAs]

    @property
    def in_force(self) -> bool:
        return self.stage == AgreementStage.IN_FORCE

    @property
    def is_replaced(self) -> bool:
        return self.stage == AgreementStage.SUPERSEDED


@dataclass(frozen=True)
class Answer:
    """The act, when it is known; what the signatures of an unknown file say by themselves."""

    act: KnownAct | None
    by_code: bool
    sha256: str = ""
    sentence: str = ""


def answer_to_file(data: bytes) -> Answer:
    """Tell which sealed act a file is, to the byte; else what its own signatures say."""
    sha256 = hashlib.sha256(data).hexdigest()
    archived = _sealed().filter(sha256=sha256).first()
    if archived is not None:
        return Answer(_known(archived), by_code=False, sha256=sha256)
    try:
        verdict = verify(data)
    except KeysUnusable:  # an operator's concern (`check --deploy`): here, nobody is trusted
        verdict = verify(data, trust_roots=[])
    return Answer(None, by_code=False, sha256=sha256, sentence=verdict.sentence)


def answer_to_code(code: str) -> Answer:
    """Tell which sealed act a printed code names; a project has no code yet for anybody."""
    found = _CODE.fullmatch("".join(code.split()).upper())
    archived = (
        _sealed()
        .filter(agreement__project_reference=found[1], version__sha256__startswith=found[2].lower())
        .first()
        if found
        else None
    )
    return Answer(_known(archived) if archived else None, by_code=True)


def _sealed() -> QuerySet[ArchivedAct]:
    return ArchivedAct.objects.select_related("agreement", "version")


def _known(archived: ArchivedAct) -> KnownAct:
    agreement = archived.agreement
    return KnownAct(
        reference=archived.reference,
        title=agreement.title,
        state=agreement.stage_label,
        stage=agreement.stage,
        starts_on=agreement.effective_on,
        ends_on=agreement.end_on,
        sealed_at=archived.sealed_at,
        seal_level=archived.seal_level,
        sha256=archived.sha256,
        parties=[
            str(party["name"] if "name" in party else party["short_name"])
            for party in archived.version.content["parties"]
        ],
        signatures=[
            SignedAs(row.quality, row.organisation, row.level, row.at)
            for row in archived.version.signatures.filter(state=SignatureState.SIGNED)
        ],
    )
