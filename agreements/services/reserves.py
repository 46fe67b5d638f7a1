"""Conditions of the decision: proved, lifted by somebody else, or written in an article."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import policies
from agreements.enums import ReserveStage, ReserveState
from agreements.models import Agreement, Reserve
from agreements.services.negotiation import MAX_COMMENT
from cases import engine
from cases.errors import Conflict, Impossible
from cases.models import Case


def clean_text(text: str, missing: str) -> str:
    """Return what somebody must write, tidied. Raises Impossible when nothing, or too much, is."""
    cleaned = text.replace("\r\n", "\n").strip()
    if not cleaned:
        raise Impossible(missing)
    if "\x00" in cleaned:
        raise Impossible(_("Le texte contient un caractère interdit."))
    if len(cleaned) > MAX_COMMENT:
        raise Impossible(_("Réduisez ce texte : %s caractères au plus.") % MAX_COMMENT)
    return cleaned


def _locked(reserve: Reserve, case: Case) -> Reserve:
    fresh: Reserve = (
        Reserve.objects.select_for_update(of=("self",))
        .select_related("agreement")
        .get(pk=reserve.pk, agreement_id=case.pk)
    )
    if not fresh.is_open:
        raise Conflict(_("Cette réserve est déjà close."))
    return fresh


def add_reserve(
    *, agreement: Agreement, text: str, owner: str, stage: str, proof: str = "", by: User
) -> Reserve:
    """Write down a condition that came up during the negotiation."""
    text = clean_text(text, _("Écrivez la réserve."))
    if stage not in ReserveStage.values:
        raise Impossible(_("Choisissez le moment de la réserve dans la liste."))
    with engine.move(agreement, by=by) as move:
        policies.check_can_draft(by, move.case)
        reserve = Reserve.objects.create(
            agreement=move.case,
            text=text,
            owner=owner.strip()[:300],
            stage=stage,
            proof_expected=proof.strip()[:MAX_COMMENT],
            source=_("Rédaction de l’acte"),
        )
        move.record("reserve.added", _("a ajouté une réserve"), data={"reserve": reserve.pk})
    return reserve


def prove_reserve(*, reserve: Reserve, proof: str, by: User) -> None:
    """Bring the proof that a condition is met. Raises NotAllowed, Impossible, Conflict."""
    proof = clean_text(proof, _("Décrivez la preuve, ou citez la pièce déposée."))
    with engine.move(reserve.agreement, by=by) as move:
        fresh = _locked(reserve, move.case)
        policies.check_can_prove_reserve(by, fresh)
        fresh.proof, fresh.proof_by, fresh.proof_at = proof, by, timezone.now()
        fresh.state = ReserveState.PROOF_RECEIVED
        fresh.save()
        move.record(
            "reserve.proved",
            _("a apporté la preuve d’une réserve"),
            reason=proof,
            data={"reserve": fresh.pk},
        )


def lift_reserve(*, reserve: Reserve, reason: str, by: User) -> None:
    """Declare a condition met, at the sight of its proof, by somebody else than its bearer."""
    reason = clean_text(reason, _("Indiquez le motif de la levée."))
    with engine.move(reserve.agreement, by=by) as move:
        fresh = _locked(reserve, move.case)
        policies.check_can_lift_reserve(by, fresh)
        fresh.state, fresh.settlement = ReserveState.LIFTED, reason
        fresh.settled_by, fresh.settled_at = by, timezone.now()
        fresh.save()
        move.record(
            "reserve.lifted", _("a levé une réserve"), reason=reason, data={"reserve": fresh.pk}
        )


def inscribe_reserve(*, reserve: Reserve, key: str, by: User) -> None:
    """Tell which article of the act carries a condition from now on (process.md, S6)."""
    with engine.move(reserve.agreement, by=by) as move:
        fresh = _locked(reserve, move.case)
        policies.check_can_draft(by, move.case)
        article = move.case.articles.filter(key=key, removed_at=None).first()
        if article is None:
            raise Impossible(_("Choisissez un article de l’acte."))
        fresh.state, fresh.article_key = ReserveState.INSCRIBED, key
        fresh.settled_by, fresh.settled_at = by, timezone.now()
        fresh.save()
        move.record(
            "reserve.inscribed",
            _("a inscrit une réserve dans l’article « %s »") % article.title,
            data={"reserve": fresh.pk, "key": key},
        )
