"""Who may read, write, freeze and sign an act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role, is_transversal
from agreements.enums import (
    BEFORE_SIGNED,
    EDITABLE_STAGES,
    AnnexAudience,
)
from agreements.models import Agreement, Article, Obligation, Reserve, Signatory
from agreements.powers import effect_problem, what_prevents
from cases.enums import Side
from cases.errors import NotAllowed
from cases.models import Party
from cases.policies import can_view, is_cell, is_on_side

SIDES = (Side.HOLDER, Side.OPERATOR, Side.REQUESTER)
# Who reads the project for a recipient before it is sent to the parties.
_REVIEWERS = (Role.DPO, Role.SECURITY, Role.LEGAL)
# Who answers for what a party owes once the act is signed.
_ANSWERING = frozenset(
    {Role.REQUESTER, Role.HOLDER, Role.ADDAC, Role.DATA_REFERENT, Role.DPO, Role.SECURITY}
)


def allowed(check: Any, *args: Any, **kwargs: Any) -> bool:
    """Tell whether a check lets a person do something, instead of raising."""
    try:
        check(*args, **kwargs)
    except NotAllowed:
        return False
    return True


def is_legal_officer(user: User, agreement: Agreement) -> bool:
    return has_role(user, Role.LEGAL, organisation_id=agreement.drafting_organisation_id)


def is_party_member(user: User, agreement: Agreement) -> bool:
    return any(is_on_side(user, agreement, side) for side in SIDES)


# Who speaks for a party: proposes a wording, suspends, asks.
VOICES = (
    Role.HOLDER,
    Role.DATA_REFERENT,
    Role.ADDAC,
    Role.REQUESTER,
    Role.DPO,
    Role.SECURITY,
    Role.LEGAL,
    Role.SIGNATORY,
)


def party_of(user: User, agreement: Agreement, *roles: str) -> Party | None:
    """Return the party to the act in which a person holds one of these roles, if any."""
    for party in agreement.parties.all():
        if party.side in SIDES and has_role(user, *roles, organisation_id=party.organisation_id):
            found: Party = party
            return found
    return None


def check_can_draft(user: User, agreement: Agreement) -> None:
    """The legal officer and the cell write the act, until it is frozen (process.md, S9)."""
    if not (is_legal_officer(user, agreement) or is_cell(user)):
        raise NotAllowed(_("La rédaction de l’acte est réservée au juriste et à la cellule AMDAC."))
    if agreement.stage not in EDITABLE_STAGES:
        raise NotAllowed(
            _("La version est arrêtée : seul un retour en rédaction permet de modifier l’acte.")
        )


def can_draft(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_draft, user, agreement)


def check_can_edit_article(user: User, agreement: Agreement, article: Article) -> None:
    """A locked text is changed by the legal officer only (clauses.md, §1)."""
    check_can_draft(user, agreement)
    if article.is_locked and not is_legal_officer(user, agreement):
        raise NotAllowed(_("Texte validé, modifiable par le service juridique."))


def can_edit_article(user: User, agreement: Agreement, article: Article) -> bool:
    return allowed(check_can_edit_article, user, agreement, article)


def check_can_remove_article(
    user: User, agreement: Agreement, article: Article, *, is_mandatory: bool
) -> None:
    """A mandatory clause is removed by the legal officer only (clauses.md, §6 rule 4)."""
    check_can_edit_article(user, agreement, article)
    if is_mandatory:
        check_can_decide_on_text(user, agreement)


def can_remove_article(
    user: User, agreement: Agreement, article: Article, *, is_mandatory: bool
) -> bool:
    return allowed(check_can_remove_article, user, agreement, article, is_mandatory=is_mandatory)


def check_can_propose(user: User, agreement: Agreement) -> Party:
    """A party to which the act was sent proposes wordings until it is frozen; its party is
    returned (ux/spec.md, §5)."""
    party = party_of(user, agreement, *VOICES)
    if party is None:
        raise NotAllowed(_("Une autre rédaction est proposée par une partie à l’acte."))
    if agreement.stage not in EDITABLE_STAGES or not agreement.round:
        raise NotAllowed(_("Une rédaction se propose entre le premier envoi et l’arrêt de l’acte."))
    return party


def can_propose(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_propose, user, agreement)


def check_can_edit_annex(user: User, agreement: Agreement, number: int) -> None:
    """Drafters fill the annexes; the recipient names the authorised persons (annex 3)."""
    requester = is_on_side(user, agreement, Side.REQUESTER)
    if number == 3 and requester and agreement.stage in EDITABLE_STAGES:
        check_can_read(user, agreement)
        return
    check_can_draft(user, agreement)


def can_edit_annex(user: User, agreement: Agreement, number: int) -> bool:
    return allowed(check_can_edit_annex, user, agreement, number)


def check_can_read_annex(user: User, agreement: Agreement, audience: str) -> None:
    """A restricted annex is read by the parties, the drafter and auditors (clauses.md, §5)."""
    if audience != AnnexAudience.RESTRICTED or is_party_member(user, agreement):
        return
    if not (is_legal_officer(user, agreement) or has_role(user, Role.AUDITOR)):
        raise NotAllowed(
            _("Cette annexe est à diffusion restreinte : elle est lue par les parties.")
        )


def can_read_annex(user: User, agreement: Agreement, audience: str) -> bool:
    return allowed(check_can_read_annex, user, agreement, audience)


def check_can_decide_on_text(user: User, agreement: Agreement) -> None:
    """The legal officer sends versions to the parties, freezes, takes back and removes."""
    if not is_legal_officer(user, agreement):
        raise NotAllowed(_("Cette action est réservée au juriste qui rédige l’acte."))


def can_decide_on_text(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_decide_on_text, user, agreement)


def check_can_abandon(user: User, agreement: Agreement) -> None:
    """An act is abandoned by the legal officer or the cell, before the last signature."""
    if not (is_legal_officer(user, agreement) or is_cell(user)):
        raise NotAllowed(_("L’abandon d’un acte est réservé au juriste et à la cellule AMDAC."))
    if agreement.stage not in BEFORE_SIGNED:
        raise NotAllowed(_("Cet acte n’est plus un projet : il ne peut plus être abandonné."))


def can_abandon(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_abandon, user, agreement)


def _check_reserve_is_followed(reserve: Reserve) -> None:
    """Once the act is signed, what was not lifted is one of its obligations."""
    if reserve.agreement.is_signed:
        raise NotAllowed(_("L’acte est signé : cette réserve est suivie avec ses obligations."))
    if not reserve.is_open:
        raise NotAllowed(_("Cette réserve est déjà close."))


def check_can_prove_reserve(user: User, reserve: Reserve) -> None:
    """The bearer of a reserve brings its proof; so may the cell and the legal officer for him."""
    agreement = reserve.agreement
    bearer = reserve.owner_organisation_id
    mine = {held.organisation_id for held in user.held_roles}
    allowed = (
        is_cell(user)
        or is_legal_officer(user, agreement)
        or (bearer in mine if bearer else is_party_member(user, agreement))
    )
    if not allowed:
        raise NotAllowed(_("La preuve est apportée par le porteur de la réserve."))
    _check_reserve_is_followed(reserve)


def can_prove_reserve(user: User, reserve: Reserve) -> bool:
    return allowed(check_can_prove_reserve, user, reserve)


def check_can_lift_reserve(user: User, reserve: Reserve) -> None:
    """Lifting needs a proof and a person different from the one who brought it (ux/spec.md, §5)."""
    if not (is_legal_officer(user, reserve.agreement) or is_cell(user)):
        raise NotAllowed(_("La levée d’une réserve est réservée au juriste et à la cellule AMDAC."))
    _check_reserve_is_followed(reserve)
    if not reserve.proof:
        raise NotAllowed(_("Une réserve n’est levée qu’au vu d’une preuve."))
    if reserve.proof_by_id == user.pk:
        raise NotAllowed(_("La réserve est levée par une autre personne que celle qui la prouve."))


def can_lift_reserve(user: User, reserve: Reserve) -> bool:
    return allowed(check_can_lift_reserve, user, reserve)


def _may_answer_for(user: User, obligation: Obligation) -> bool:
    bearer = obligation.owner_organisation_id
    if bearer is None:
        return is_party_member(user, obligation.agreement)
    return has_role(user, *_ANSWERING, organisation_id=bearer)


def check_can_prove_obligation(user: User, obligation: Obligation) -> None:
    """The owner of an obligation brings its proof; so may the cell for him."""
    if not (is_cell(user) or _may_answer_for(user, obligation)):
        raise NotAllowed(_("La preuve est apportée par le porteur de l’obligation."))
    if not obligation.is_open:
        raise NotAllowed(_("Cette obligation est déjà close."))


def can_prove_obligation(user: User, obligation: Obligation) -> bool:
    return allowed(check_can_prove_obligation, user, obligation)


def _is_another_party(user: User, obligation: Obligation) -> bool:
    return any(
        has_role(user, *_ANSWERING, organisation_id=party.organisation_id)
        for party in obligation.agreement.parties.all()
        if party.side in SIDES and party.organisation_id != obligation.owner_organisation_id
    )


def check_can_set_aside_obligation(user: User, obligation: Obligation) -> None:
    """Another party than its owner, or the cell, says that an obligation has no object."""
    if not (is_cell(user) or _is_another_party(user, obligation)):
        raise NotAllowed(
            _("Cette décision revient à une autre partie que le porteur, ou à la cellule AMDAC.")
        )
    if not obligation.is_open:
        raise NotAllowed(_("Cette obligation est déjà close."))


def can_set_aside_obligation(user: User, obligation: Obligation) -> bool:
    return allowed(check_can_set_aside_obligation, user, obligation)


def check_can_accept_obligation(user: User, obligation: Obligation) -> None:
    """Its proof is accepted by another party, or the cell, and never by who brought it."""
    check_can_set_aside_obligation(user, obligation)
    if not obligation.proof:
        raise NotAllowed(_("Une obligation n’est remplie qu’au vu d’une preuve."))
    if obligation.proof_by_id == user.pk:
        raise NotAllowed(
            _("L’obligation est constatée par une autre personne que celle qui la prouve.")
        )


def can_accept_obligation(user: User, obligation: Obligation) -> bool:
    return allowed(check_can_accept_obligation, user, obligation)


def check_is_signatory(user: User, signatories: Iterable[Signatory]) -> None:
    """Only the signatories designated by the parties, and who deputises them, sign an act."""
    own = {user.pk, *(held.for_user_id for held in user.held_roles if held.for_user_id)}
    if not own & {one.user_id for one in signatories}:
        raise NotAllowed(_("La signature est réservée aux signataires désignés par les parties."))


def check_may_sign(user: User, task: Any) -> None:
    """The party is accredited and the power covers the act, on the day; a DPO never signs. Nobody
    signs an act whose date of effect went by.

    Source: process.md, §2 and S10; accreditation at signature: ticket, §2.
    """
    signatory = Signatory.objects.select_related("party__organisation", "agreement").get(
        pk=task.data["signatory"]
    )
    organisation = signatory.party.organisation
    if has_role(user, Role.DPO, organisation_id=organisation.pk):
        raise NotAllowed(_("Un délégué à la protection des données ne signe pas l’acte."))
    agreement = signatory.agreement
    problem = what_prevents(user, organisation, agreement) or effect_problem(agreement)
    if problem:
        raise NotAllowed(_("Vous ne pouvez pas signer aujourd’hui : %s.") % problem)


def check_can_read(user: User, agreement: Agreement) -> None:
    """Whoever sees the case reads the act; the requester only from the first round.

    Before it, the project is the work of the holder, the legal officer and the cell (ux/spec.md,
    §3). Those who review for the requester (DPO, security, legal) read it all along.
    """
    if not can_view(user, agreement):
        raise NotAllowed(_("Ce dossier n’existe pas ou vous n’y avez pas accès."))
    if not is_open_to(user, agreement):
        raise NotAllowed(
            _("Le projet est en rédaction : vous le lirez dès l’envoi de la première version.")
        )


def is_open_to(user: User, agreement: Agreement) -> bool:
    """Tell whether somebody who sees the case reads the act too."""
    return bool(agreement.round or agreement.is_signed or not _is_only_requester(user, agreement))


def can_read(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_read, user, agreement)


def check_can_take_evidence(user: User, agreement: Agreement) -> None:
    """The parties, the legal officer, the cell, auditors and archivists take the evidence."""
    check_can_read(user, agreement)
    if not (
        is_party_member(user, agreement)
        or is_legal_officer(user, agreement)
        or is_cell(user)
        or has_role(user, Role.AUDITOR, Role.ARCHIVIST)
    ):
        raise NotAllowed(
            _(
                "Le dossier de preuve est réservé aux parties, au juriste, à la cellule, "
                "à l’audit et aux archives."
            )
        )


def can_take_evidence(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_take_evidence, user, agreement)


def _is_only_requester(user: User, agreement: Agreement) -> bool:
    """Tell whether a person takes part in the act for its recipient and for nothing else."""
    if is_transversal(user) or not is_on_side(user, agreement, Side.REQUESTER):
        return False
    if any(
        is_on_side(user, agreement, side) for side in (Side.HOLDER, Side.OPERATOR, Side.CONSULTED)
    ):
        return False
    return not any(
        has_role(user, *_REVIEWERS, organisation_id=party.organisation_id)
        for party in agreement.parties.all()
        if party.side == Side.REQUESTER
    )


def check_can_manage_library(user: User) -> None:
    """The legal officer and the manager read and write the clause library (ux/spec.md, §2)."""
    if not has_role(user, Role.LEGAL, Role.MANAGER):
        raise NotAllowed(
            _("La bibliothèque de clauses est réservée aux juristes et aux gestionnaires.")
        )


def can_manage_library(user: User) -> bool:
    return allowed(check_can_manage_library, user)


def check_can_validate_clauses(user: User) -> None:
    """The legal officer and the manager record the validation of clauses (clauses.md, §1)."""
    check_can_manage_library(user)
