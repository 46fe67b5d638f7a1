"""What the flow asks: who acts next, which branches, which way. Reads only."""

from __future__ import annotations

from typing import Any

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import holders_of
from agreements.enums import SignatureState, SigningOrder
from agreements.models import Agreement, AgreementVersion, Signatory, Signature
from cases.enums import Side
from cases.models import Party

ACTING_SIDES = (Side.HOLDER, Side.OPERATOR, Side.REQUESTER)
# Who answers for a party, in this order: the first role that somebody holds there.
_VOICE = {
    Side.HOLDER: (Role.HOLDER, Role.DATA_REFERENT, Role.ADDAC),
    Side.OPERATOR: (Role.HOLDER, Role.DATA_REFERENT, Role.ADDAC, Role.REQUESTER),
    Side.REQUESTER: (Role.REQUESTER, Role.ADDAC, Role.DATA_REFERENT),
}
Actor = tuple[Organisation | None, str, User | None]


def agreement_of(activation: Any) -> Agreement:
    agreement: Agreement = activation.process.case.concrete
    return agreement


def parties_of(agreement: Agreement) -> list[Party]:
    """Return the parties to the act, in the order in which it names them."""
    parties = agreement.parties.filter(side__in=ACTING_SIDES).select_related("organisation")
    return list(parties.order_by("position", "pk"))


def drafter(activation: Any) -> Actor:
    return agreement_of(activation).drafting_organisation, Role.LEGAL, None


def reviewer(activation: Any) -> Actor:
    """The role that speaks for the party of this branch."""
    party = Party.objects.select_related("organisation").get(pk=activation.task.data["party"])
    for role in _VOICE[Side(party.side)]:
        if holders_of(role, party.organisation).exists():
            return party.organisation, role, None
    return party.organisation, _VOICE[Side(party.side)][0], None


def signer(activation: Any) -> Actor:
    signatory = Signatory.objects.select_related("user", "party__organisation").get(
        pk=activation.task.data["signatory"]
    )
    return signatory.party.organisation, Role.SIGNATORY, signatory.user


def review_branches(activation: Any) -> list[tuple[str, dict[str, Any]]]:
    """One branch a party, which knows what version it reads."""
    agreement = agreement_of(activation)
    version = agreement.versions.order_by("-number").values_list("number", flat=True).first()
    return [
        ("review_version", {"party": party.pk, "version": version})
        for party in parties_of(agreement)
    ]


def signature_branches(activation: Any) -> list[tuple[str, dict[str, Any]]]:
    """All signatories at once, or only the first one when they sign in turn."""
    agreement = agreement_of(activation)
    signatories = list(agreement.signatories.order_by("position", "pk"))
    if agreement.signing_order == SigningOrder.SEQUENTIAL:
        signatories = signatories[:1]
    return [signature_branch(signatory) for signatory in signatories]


def signature_branch(signatory: Signatory) -> tuple[str, dict[str, Any]]:
    return "sign_version", {"signatory": signatory.pk}


def final_version(agreement: Agreement) -> AgreementVersion | None:
    """Return the version that was frozen last, if any."""
    return agreement.versions.filter(is_final=True).order_by("-number").first()


def waiting_signatories(agreement: Agreement, version: AgreementVersion) -> list[Signatory]:
    """Return, in order, the signatories who have not signed this version."""
    signed = Signature.objects.filter(version=version, state=SignatureState.SIGNED)
    return list(
        agreement.signatories.exclude(pk__in=signed.values("signatory_id"))
        .select_related("user", "party__organisation")
        .order_by("position", "pk")
    )


def is_sent_to_parties(activation: Any) -> bool:
    return _answer(activation) == "round"


def is_rendered(activation: Any) -> bool:
    return _answer(activation) == "rendered"


def is_signed_by_all(activation: Any) -> bool:
    agreement = agreement_of(activation)
    version = final_version(agreement)
    return version is not None and not waiting_signatories(agreement, version)


def _answer(activation: Any) -> str:
    return str(activation.task.previous.get().data.get("answer", ""))
