"""Deliveries: planned by the act, announced, sent, received, checked. Never the data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from agreements.enums import ActType, Anchor
from agreements.models import Agreement
from agreements.routing import final_version, parties_of
from agreements.selectors.people import people_of_parties
from agreements.services.obligations import date_from
from agreements.services.reserves import clean_text
from cases import announcements, engine
from cases.clock import Calendar
from cases.engine import Move
from cases.enums import Side
from cases.errors import Conflict, Impossible
from journal.dates import day_text
from notifications.enums import Family
from questionnaires import definitions
from questionnaires import services as questionnaires
from questionnaires.models import AnswerSet
from questionnaires.validation import problems
from sharing import calendar, policies
from sharing.enums import DeliveryState
from sharing.models import ApiMonth, Delivery
from sharing.policies import DELIVERING_SIDES, RECEIVING_SIDES
from sharing.selectors.obligations import prior_text

# What clauses.md proposes when an act does not say it (process.md, §7): working days.
ACK_DAYS, QUALITY_DAYS = 2, 10
# A blocking anomaly is answered in this time (annex 5): a refused delivery is one.
ANSWER_DAYS = 5
_SHA256 = re.compile(r"[0-9a-f]{64}")


def follow_signature(*, agreement: Agreement) -> None:
    """Write the deliveries that annex 4 foresees, in the transaction that registers the act.

    An amendment leaves the calendar of its act.
    """
    version = final_version(agreement)
    if version is not None and agreement.act_type != ActType.AMENDMENT:
        for number, (period, day) in enumerate(calendar.lines(version.content), start=1):
            Delivery.objects.create(
                agreement=agreement, number=number, period=period, planned_on=day
            )


def plan_delivery(
    *, agreement: Agreement, planned_on: date, period: str = "", by: User
) -> Delivery:
    """Add a delivery to the calendar.

    Raises NotAllowed, Impossible (a day that has passed, or after the end of the act).
    """
    with engine.move(agreement, by=by) as move:
        policies.check_can_plan(move.by, move.case)
        _check_planned(move.case, planned_on)
        delivery = _add(move.case, planned_on, period.replace("\x00", "").strip()[:200])
        move.record(
            "delivery.planned",
            _("a prévu la livraison %(n)s le %(day)s")
            % {"n": delivery.number, "day": day_text(planned_on)},
            data={"delivery": delivery.number, "planned_on": planned_on.isoformat()},
        )
    return delivery


def _check_planned(agreement: Agreement, day: date) -> None:
    if day < timezone.localdate():
        raise Impossible(_("Une livraison se prévoit à partir d’aujourd’hui."))
    if agreement.end_on is not None and day > agreement.end_on:
        raise Impossible(_("L’acte prend fin le %s.") % day_text(agreement.end_on))


def _add(
    agreement: Agreement, planned_on: date, period: str, replaces: Delivery | None = None
) -> Delivery:
    last = Delivery.objects.filter(agreement=agreement).aggregate(last=Max("number"))["last"] or 0
    return Delivery.objects.create(
        agreement=agreement,
        number=last + 1,
        planned_on=planned_on,
        period=period,
        replaces=replaces,
    )


def _locked(delivery: Delivery, agreement: Agreement, state: str) -> Delivery:
    """Read a delivery again, locked. Raises Conflict when it is no longer in this state."""
    fresh: Delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("agreement", "sending")
        .get(pk=delivery.pk, agreement_id=agreement.pk)
    )
    fresh.agreement = agreement
    if fresh.state != state:
        raise Conflict(_("Cette livraison est déjà à l’état « %s ».") % fresh.get_state_display())
    return fresh


def announce_delivery(*, delivery: Delivery, by: User) -> None:
    """Tell the recipient that a delivery is coming, or will be late.

    Raises NotAllowed, Conflict (already sent).
    """
    with engine.move(delivery.agreement, by=by) as move:
        fresh = _locked(delivery, move.case, DeliveryState.PLANNED)
        policies.check_can_send(move.by, fresh)
        fresh.announced_at = timezone.now()
        fresh.save(update_fields=["announced_at"])
        _record(move, fresh, "announced", _("a annoncé la livraison %s"))
        _tell(move, fresh, RECEIVING_SIDES, _announced(fresh))


def _announced(delivery: Delivery) -> str:
    if delivery.days_late():
        return _("Livraison %s en retard")
    if delivery.planned_on is None:
        return _("Livraison %s annoncée")
    return _("Livraison %%s prévue le %s") % day_text(delivery.planned_on)


def send_delivery(*, delivery: Delivery, values: Mapping[str, Any], by: User) -> None:
    """Record that a delivery left: channel, names and digests of its files, never the data.

    `values` answer the form `delivery_sending`. Refused while an obligation prior to the first
    delivery is open: the refusal names it (process.md, S11).
    Raises NotAllowed, Impossible (prior obligation, a wrong digest, a day that does not hold),
    Conflict (already sent).
    """
    with engine.move(delivery.agreement, by=by) as move:
        fresh = _locked(delivery, move.case, DeliveryState.PLANNED)
        policies.check_can_send(move.by, fresh)
        check_nothing_is_prior(move.case)
        answers = _answers("delivery_sending", values, {"PD": _is(move.case, "PD")}, by)
        sent_on = date.fromisoformat(answers.values["dl_sent_on"])
        _check_between(sent_on, move.case.effective_on, _("la date d’effet de l’acte"))
        _check_digests(answers)
        is_first = not Delivery.objects.filter(agreement=move.case, sent_on__isnull=False).exists()
        fresh.sending, fresh.sent_on, fresh.sent_by = answers, sent_on, by
        fresh.receipt_due_on = _working_days(sent_on, move.case, "ack_days", ACK_DAYS)
        fresh.state = DeliveryState.SENT
        fresh.save()
        if is_first:
            date_from(move.case, anchor=Anchor.FIRST_DELIVERY, day=sent_on)
        _record(move, fresh, "sent", _("a envoyé la livraison %s"), files=fresh.files)
        _tell(move, fresh, RECEIVING_SIDES, _("Livraison %s envoyée, réception à déclarer"))


def check_nothing_is_prior(agreement: Agreement) -> None:
    """Refuse what waits for the conditions prior to the first delivery, and name them.

    Raises Impossible.
    """
    if waiting := prior_text(agreement):
        raise Impossible(
            _("Une livraison ne peut pas être enregistrée comme envoyée. Il reste à remplir : %s.")
            % waiting
        )


def _answers(
    code: str, values: Mapping[str, Any], context: Mapping[str, bool], by: User
) -> AnswerSet:
    """Keep what was declared, for ever. Raises Impossible with what is missing or wrong."""
    if found := problems(definitions.get(code), values, "L", context=context):
        raise Impossible(" ".join(f"{one.label} : {one.message}" for one in found))
    answers = questionnaires.create(code=code, by=by, values=values, context=context)
    return questionnaires.freeze(answers=answers, by=by)


def _is(agreement: Agreement, fact: str) -> bool:
    return bool(agreement.facts.get(fact))


def _check_digests(answers: AnswerSet) -> None:
    for row in answers.values.get("dl_files") or []:
        if not _SHA256.fullmatch(str(row.get("sha256") or "").lower()):
            raise Impossible(
                _("« %s » : l’empreinte SHA-256 compte 64 caractères, de 0 à 9 et de a à f.")
                % row.get("name")
            )


def _check_between(day: date, start: date | None, what: str) -> None:
    if day > timezone.localdate():
        raise Impossible(_("Cette date n’est pas encore passée."))
    if start is not None and day < start:
        raise Impossible(_("Cette date précède %s.") % what)


def _working_days(start: date, agreement: Agreement, key: str, default: int) -> date:
    said = str((agreement.values.get("delivery") or {}).get(key) or "")
    days = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else default
    return Calendar().add_working_days(start, days)


def receive_delivery(
    *, delivery: Delivery, received_on: date, digest_agrees: bool, by: User
) -> None:
    """Record that a delivery arrived, and whether its digests are those that were announced.

    Raises NotAllowed, Impossible (a day before the sending, or to come), Conflict.
    """
    with engine.move(delivery.agreement, by=by) as move:
        fresh = _locked(delivery, move.case, DeliveryState.SENT)
        policies.check_can_receive(move.by, fresh)
        _check_between(received_on, fresh.sent_on, _("l’envoi"))
        fresh.received_on, fresh.received_by = received_on, by
        fresh.digest_agrees = digest_agrees
        fresh.check_due_on = _working_days(received_on, move.case, "quality_days", QUALITY_DAYS)
        fresh.state = DeliveryState.RECEIVED
        fresh.save()
        _record(move, fresh, "received", _("a reçu la livraison %s"), digest_agrees=digest_agrees)
        subject = _("Livraison %s reçue")
        if not digest_agrees:
            subject = _("Livraison %s reçue, empreinte différente")
        _tell(move, fresh, DELIVERING_SIDES, subject)


def check_delivery(*, delivery: Delivery, values: Mapping[str, Any], by: User) -> Delivery | None:
    """Record the measures and the verdict of a delivery; a refused one opens another, returned.

    `values` answer the form `delivery_quality`. What arrived with another digest can only be
    refused. Raises NotAllowed, Impossible, Conflict.
    """
    with engine.move(delivery.agreement, by=by) as move:
        fresh = _locked(delivery, move.case, DeliveryState.RECEIVED)
        policies.check_can_check(move.by, fresh)
        answers = _answers("delivery_quality", values, {"LINK": _is(move.case, "LINK")}, by)
        verdict = DeliveryState(answers.values["dl_verdict"])
        if not fresh.digest_agrees and verdict != DeliveryState.REFUSED:
            raise Impossible(
                _("L’empreinte reçue ne correspond pas : la livraison est non conforme.")
            )
        fresh.quality, fresh.checked_by = answers, by
        fresh.checked_on, fresh.state = timezone.localdate(), verdict
        fresh.save()
        opened = _reopened(fresh) if verdict == DeliveryState.REFUSED else None
        _record(
            move, fresh, "checked", _("a contrôlé la livraison %s"), verdict=str(verdict),
            opened=opened.number if opened else None,
        )  # fmt: skip
        _tell(move, fresh, DELIVERING_SIDES, _verdict_subject(verdict))
    return opened


def _verdict_subject(verdict: DeliveryState) -> str:
    return {
        DeliveryState.ACCEPTED: _("Livraison %s conforme"),
        DeliveryState.ACCEPTED_RESERVE: _("Livraison %s conforme avec réserves"),
        DeliveryState.REFUSED: _("Livraison %s non conforme, nouvelle livraison attendue"),
    }[verdict]


def _reopened(refused: Delivery) -> Delivery:
    """The delivery that replaces a refused one: the holder has 5 working days (annex 5)."""
    due = Calendar().add_working_days(timezone.localdate(), ANSWER_DAYS)
    return _add(refused.agreement, due, refused.period, replaces=refused)


def cancel_delivery(*, delivery: Delivery, reason: str, by: User) -> None:
    """Cancel a delivery that was not sent, with the reason. Raises NotAllowed, Impossible,
    Conflict."""
    reason = clean_text(reason, _("Indiquez le motif de l’annulation."))
    with engine.move(delivery.agreement, by=by) as move:
        fresh = _locked(delivery, move.case, DeliveryState.PLANNED)
        policies.check_can_cancel(move.by, fresh)
        fresh.state, fresh.cancelled_reason = DeliveryState.CANCELLED, reason
        fresh.save(update_fields=["state", "cancelled_reason"])
        _record(move, fresh, "cancelled", _("a annulé la livraison %s"), reason=reason)
        _tell(move, fresh, RECEIVING_SIDES, _("Livraison %s annulée"))


def declare_api_month(
    *,
    agreement: Agreement,
    month: date,
    calls: int,
    errors_percent: Decimal,
    availability_percent: Decimal,
    mean_ms: int,
    by: User,
) -> ApiMonth:
    """Record how an API flow behaved during a month that is over; declared once.

    Raises NotAllowed, Impossible (month to come, before the act, already declared).
    """
    first = month.replace(day=1)
    with engine.move(agreement, by=by) as move:
        policies.check_can_declare_api(move.by, move.case)
        if first >= timezone.localdate().replace(day=1):
            raise Impossible(_("Le suivi porte sur un mois terminé."))
        if move.case.effective_on and first < move.case.effective_on.replace(day=1):
            raise Impossible(_("Ce mois précède la date d’effet de l’acte."))
        if ApiMonth.objects.filter(agreement=move.case, month=first).exists():
            raise Impossible(_("Ce mois est déjà déclaré."))
        declared = ApiMonth.objects.create(
            agreement=move.case,
            month=first,
            calls=calls,
            errors_percent=errors_percent,
            availability_percent=availability_percent,
            mean_ms=mean_ms,
            declared_by=by,
        )
        move.record(
            "api_month.declared",
            _("a déclaré le suivi de l’API, %s") % declared,
            data={"month": first.isoformat(), "calls": calls},
        )
    return declared


def _record(
    move: Move, delivery: Delivery, verb: str, summary: str, *, reason: str = "", **data: Any
) -> None:
    move.record(
        f"delivery.{verb}",
        summary % delivery.number,
        reason=reason,
        data={"delivery": delivery.number, **data},
    )


def _tell(move: Move, delivery: Delivery, sides: tuple[Side, ...], subject: str) -> None:
    """Tell the other side, number and title only (ux/spec.md, §8)."""
    role = Role.REQUESTER if Side.REQUESTER in sides else Role.HOLDER
    parties = [party for party in parties_of(move.case) if party.side in sides]
    announcements.tell(
        move.case,
        people_of_parties(move.case, (role, Role.DATA_REFERENT), parties=parties),
        family=Family.DELIVERY,
        subject=subject % delivery.number,
        sentence=_("%(what)s du partage « %(title)s ».")
        % {"what": delivery, "title": move.case.title},
    )
