"""Authorised persons: named, trained, engaged, opened, reviewed, removed; each told to both."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Organisation, User
from agreements.enums import ActType
from agreements.models import Agreement, AgreementVersion
from agreements.routing import final_version
from agreements.selectors.people import both_sides
from agreements.services.obligations import discharge
from agreements.services.reserves import clean_text
from cases import announcements, engine
from cases.engine import Move
from cases.enums import Side
from cases.errors import Conflict, Impossible
from journal.dates import day_text
from journal.enums import Audience
from notifications.enums import Family
from sharing import habilitation, policies
from sharing.calendar import day_of
from sharing.enums import AuthorisationState
from sharing.models import AuthorisedPerson


def name_from_annex(agreement: Agreement) -> None:
    """Write the persons that annex 3 names, in the transaction that registers the act.

    A name that one member of the recipient alone bears is tied to that account.
    """
    version = final_version(agreement)
    if version is None or agreement.act_type == ActType.AMENDMENT:
        return
    bodies = [
        party.organisation
        for party in agreement.parties.select_related("organisation")
        if party.side == Side.REQUESTER
    ]
    for row in _annex_rows(version) if bodies else ():
        body = next(
            (one for one in bodies if row["organisation"] in (one.name, str(one))), bodies[0]
        )
        user = _only_member(body, row["first_name"], row["last_name"])
        is_known = AuthorisedPerson.objects.live().filter(agreement=agreement, user=user).exists()
        AuthorisedPerson.objects.create(
            agreement=agreement,
            organisation=body,
            user=None if is_known else user,
            last_name=row["last_name"][:80],
            first_name=row["first_name"][:80],
            job_title=row["job"][:160],
            access_role=row["access"][:160],
            scope=row["scope"][:300],
            **_period(agreement, day_of(row["start"]), day_of(row["end"])),
        )


def _annex_rows(version: AgreementVersion) -> list[dict[str, str]]:
    keys = ("last_name", "first_name", "organisation", "job", "access", "scope", "start", "end")
    return [
        {key: str(row.get(key) or "").strip() for key in keys}
        for annex in version.content["annexes"]
        if annex["number"] == 3
        for row in annex["content"].get("persons") or []
    ]


def _only_member(body: Organisation, first_name: str, last_name: str) -> User | None:
    members = Membership.objects.filter(organisation=body).current().values("user_id")
    found = User.objects.filter(
        pk__in=members, is_active=True, first_name__iexact=first_name, last_name__iexact=last_name
    )[:2]
    return found[0] if len(found) == 1 else None


def _period(agreement: Agreement, start: date | None, end: date | None) -> dict[str, Any]:
    first = start or agreement.effective_on or timezone.localdate()
    last = end or agreement.end_on
    return {"starts_on": first, "ends_on": last if last is None or last >= first else first}


def name_person(
    *,
    agreement: Agreement,
    user: User,
    access_role: str,
    scope: str = "",
    starts_on: date,
    ends_on: date | None = None,
    by: User,
) -> AuthorisedPerson:
    """Name a person of the recipient's body; annex 3 is kept up to date so (clause C15).

    Raises NotAllowed (nobody names himself), Impossible (not of that body, already named, period
    outside the act).
    """
    with engine.move(agreement, by=by) as move:
        policies.check_can_name(move.by, move.case)
        if user.pk == by.pk:
            raise Impossible(_("Personne ne décide de son propre accès."))
        _check_period(move.case, starts_on, ends_on)
        body = _body_of(move.case, user)
        _check_not_named(move.case, user)
        person = AuthorisedPerson.objects.create(
            agreement=move.case,
            organisation=body,
            user=user,
            last_name=user.last_name,
            first_name=user.first_name,
            job_title=user.job_title,
            access_role=clean_text(access_role, _("Indiquez le rôle d’accès."))[:160],
            scope=scope.replace("\x00", "").strip()[:300],
            starts_on=starts_on,
            ends_on=ends_on or move.case.end_on,
        )
        record(move, person, "named", _("a nommé %s personne habilitée"))
        _tell_person(move, person)
    return person


def _check_period(agreement: Agreement, start: date, end: date | None) -> None:
    if end is not None and end < start:
        raise Impossible(_("La date de fin doit être égale ou postérieure à la date de début."))
    if agreement.end_on is not None and (end or start) > agreement.end_on:
        raise Impossible(_("L’acte prend fin le %s.") % day_text(agreement.end_on))


def _body_of(agreement: Agreement, user: User) -> Organisation:
    held = set(
        Membership.objects.filter(user=user).current().values_list("organisation_id", flat=True)
    )
    for party in agreement.parties.select_related("organisation"):
        if party.side == Side.REQUESTER and party.organisation_id in held and user.is_active:
            return party.organisation
    raise Impossible(_("%s n’a pas de rôle dans l’organisme destinataire.") % user)


def _check_not_named(agreement: Agreement, user: User) -> None:
    if AuthorisedPerson.objects.live().filter(agreement=agreement, user=user).exists():
        raise Impossible(_("%s est déjà nommé sous cet acte.") % user)


def locked(person: AuthorisedPerson, agreement: Agreement) -> AuthorisedPerson:
    """Read a person again, locked. Raises Conflict when the habilitation ended meanwhile."""
    fresh: AuthorisedPerson = (
        AuthorisedPerson.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .get(pk=person.pk, agreement_id=agreement.pk)
    )
    fresh.agreement = agreement
    if not fresh.is_live:
        raise Conflict(_("Cette habilitation a pris fin."))
    return fresh


def attach_account(*, person: AuthorisedPerson, user: User, by: User) -> None:
    """Tie a name of annex 3 to the account of that person, of the same body.

    Raises NotAllowed, Impossible (another body, already named), Conflict (already tied).
    """
    with engine.move(person.agreement, by=by) as move:
        fresh = locked(person, move.case)
        policies.check_can_prepare(move.by, fresh)
        if fresh.user_id is not None:
            raise Conflict(_("Un compte est déjà rattaché."))
        if user.pk == by.pk:
            raise Impossible(_("Personne ne décide de son propre accès."))
        fresh.organisation = _body_of(move.case, user)
        _check_not_named(move.case, user)
        fresh.user = user
        fresh.save()
        record(move, fresh, "attached", _("a rattaché un compte à %s"))
        _tell_person(move, fresh)


def record_training(
    *, person: AuthorisedPerson, trained_on: date, training_until: date, by: User
) -> None:
    """Record the training of a person, and until when it is valid.

    Raises NotAllowed, Impossible (a day to come, a validity that is over or out of order).
    """
    today = timezone.localdate()
    with engine.move(person.agreement, by=by) as move:
        fresh = locked(person, move.case)
        policies.check_can_prepare(move.by, fresh)
        if trained_on > today:
            raise Impossible(_("La formation n’a pas encore eu lieu."))
        if training_until < max(trained_on, today):
            raise Impossible(_("Cette formation n’est plus valable."))
        fresh.trained_on, fresh.training_until = trained_on, training_until
        fresh.save()
        record(
            move, fresh, "trained", _("a enregistré la formation de %s"),
            until=training_until.isoformat(),
        )  # fmt: skip


def sign_undertaking(*, person: AuthorisedPerson, has_read: bool, by: User) -> None:
    """The named person signs the individual undertaking of annex 9, as it is shown to him.

    Its text and digest are kept. When nobody named is left to sign, the prior condition of the
    act is discharged. Raises NotAllowed, Impossible (not read), Conflict.
    """
    if not has_read:
        raise Impossible(_("Déclarez avoir lu l’engagement avant de le signer."))
    with engine.move(person.agreement, by=by) as move:
        fresh = locked(person, move.case)
        policies.check_can_undertake(move.by, fresh)
        fresh.undertaking = undertaking_text(move.case)
        fresh.undertaking_sha256 = hashlib.sha256(fresh.undertaking.encode()).hexdigest()
        fresh.undertaking_signed_at = timezone.now()
        fresh.save()
        _discharge_undertakings(move.case, by)
        record(
            move, fresh, "engaged", _("a signé l’engagement individuel de %s"),
            sha256=fresh.undertaking_sha256,
        )  # fmt: skip


def undertaking_text(agreement: Agreement) -> str:
    """The text of annex 9 for this act."""
    return _(
        "Je prends connaissance des règles de l’acte %s ; je n’utilise les Données que pour ma "
        "mission, ne les communique ni ne les recopie, ne cherche à identifier personne, et "
        "signale tout incident. Cet engagement survit à la fin de mon accès."
    ) % (agreement.reference)


def _discharge_undertakings(agreement: Agreement, by: User) -> None:
    named = AuthorisedPerson.objects.live().filter(agreement=agreement)
    if not named.filter(undertaking_signed_at__isnull=True).exists():
        count = named.count()
        proof = ngettext(
            "%s engagement signé dans l’application", "%s engagements signés dans l’application",
            count,
        ) % count  # fmt: skip
        discharge(agreement, code="undertakings", proof=proof, by=by)


def open_access(*, person: AuthorisedPerson, by: User) -> None:
    """Open the access of a person: only when all is there, and never one's own.

    Raises NotAllowed, Impossible (naming what is missing), Conflict.
    """
    with engine.move(person.agreement, by=by) as move:
        fresh = locked(person, move.case)
        policies.check_can_open(move.by, fresh)
        if lacking := habilitation.missing(fresh):
            raise Impossible(_("Accès non ouvert, il manque : %s.") % ", ".join(lacking))
        if problem := habilitation.affiliation_problem(fresh, timezone.localdate()):
            raise Impossible(_("Accès non ouvert : %s.") % problem)
        fresh.state, fresh.opened_on = AuthorisationState.ACTIVE, timezone.localdate()
        fresh.save()
        record(move, fresh, "opened", _("a ouvert l’accès de %s"))
        _tell_person(move, fresh)


def remove_person(*, person: AuthorisedPerson, ended_on: date, reason: str, by: User) -> None:
    """Remove a person at once; both sides are told.

    `ended_on` is the day since which he needs the data no more: today or before, the access closes
    now. Raises NotAllowed, Impossible (a day to come, no reason), Conflict.
    """
    reason = clean_text(reason, _("Indiquez le motif du retrait."))
    if ended_on > timezone.localdate():
        raise Impossible(_("Un retrait est immédiat : indiquez aujourd’hui ou un jour passé."))
    with engine.move(person.agreement, by=by) as move:
        fresh = locked(person, move.case)
        policies.check_can_remove(move.by, fresh)
        end(fresh, AuthorisationState.REVOKED, ended_on, reason)
        record(move, fresh, "revoked", _("a retiré l’habilitation de %s"), reason=reason)
        tell_both(move, _("Habilitation retirée"))


def end(person: AuthorisedPerson, state: str, day: date, reason: str) -> None:
    """Close an access for good, in the caller's move."""
    person.state, person.ended_on, person.end_reason = state, day, reason[:500]
    person.save(update_fields=["state", "ended_on", "end_reason"])


def record(
    move: Move, person: AuthorisedPerson, verb: str, summary: str, *, reason: str = "", **data: Any
) -> None:
    """Write the one event of a move about a person."""
    move.record(
        f"person.{verb}",
        summary % person,
        reason=reason,
        audience=Audience.REVIEWERS,
        data={"person": person.pk, **data},
    )


def tell_both(move: Move, subject: str) -> None:
    """Tell both sides, number and title only: the name is read in the application."""
    announcements.tell(
        move.case,
        both_sides(move.case),
        family=Family.FOLLOW_UP,
        subject=subject,
        sentence=_("Les personnes habilitées du partage « %s » ont changé.") % move.case.title,
        locked=True,
    )


def _tell_person(move: Move, person: AuthorisedPerson) -> None:
    """Tell the named person that his undertaking is awaited, or that his access is open."""
    if person.user is None:
        return
    is_open = person.has_open_access
    announcements.tell(
        move.case,
        [person.user],
        family=Family.FOLLOW_UP,
        subject=_("Accès ouvert") if is_open else _("Engagement individuel à signer"),
        sentence=_("Vous êtes une personne habilitée du partage « %s ».") % move.case.title,
    )
