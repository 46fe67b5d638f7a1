"""Powers to sign: the delegation that covers an act on a day, or what is wrong with it."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Delegation, Organisation, User
from accounts.selectors import is_accredited, valid_delegation
from agreements.enums import ActType
from agreements.models import Agreement, Signatory
from cases.accreditations import scope_of
from journal.dates import day_text


def power_of(signatory: Signatory) -> Delegation | None:
    """Return the delegation in virtue of which a signatory may sign today, or None."""
    return valid_delegation(
        signatory.user, signatory.party.organisation, signatory.agreement.act_type
    )


def problem_of(user: User, organisation: Organisation, act_type: str) -> str:
    """Say why a person may not sign today for an organisation; nothing when he may.

    Every reason of process.md, S10: no delegation, ended, revoked, not begun, other types of act.
    """
    if valid_delegation(user, organisation, act_type):
        return ""
    today = timezone.localdate()
    found = Delegation.objects.filter(user=user, organisation=organisation)
    newest = found.order_by("-starts_on", "-pk").first()
    if newest is None:
        return _("%s n’a pas de délégation de signature") % user
    if newest.revoked_on and newest.revoked_on <= today:
        return _("délégation révoquée le %s") % day_text(newest.revoked_on)
    if newest.ends_on and newest.ends_on < today:
        return _("délégation échue le %s") % day_text(newest.ends_on)
    if newest.starts_on > today:
        return _("délégation valable à partir du %s") % day_text(newest.starts_on)
    return _("la délégation ne couvre pas ce type d’acte")


def accreditation_problem(organisation: Organisation, agreement: Agreement) -> str:
    """Say why a party may not exchange these data today; nothing when it may (ticket, §2).

    Checked when the version is frozen and again at each signature: an accreditation may end
    between the two.
    """
    scope = scope_of(agreement)
    if is_accredited(organisation, scope):
        return ""
    return _("%(org)s n’est pas accrédité pour « %(scope)s » à ce jour") % {
        "org": organisation, "scope": scope.label,
    }  # fmt: skip


def effect_problem(agreement: Agreement) -> str:
    """Say that the date of effect of an act went by before it was signed; nothing otherwise.

    An act takes effect on the day that it names: signed later, it would reach into the past. The
    amended act of an amendment is in force already: only the date of the amendment counts.
    """
    day = agreement.effective_on
    if agreement.act_type == ActType.AMENDMENT:
        raw = (agreement.values.get("amendment") or {}).get("effective_on")
        day = date.fromisoformat(raw) if raw else None
    if day is None or day >= timezone.localdate():
        return ""
    return _(
        "la date d’effet (%s) est passée : le juriste doit remettre l’acte en rédaction"
    ) % day_text(day)


def what_prevents(user: User, organisation: Organisation, agreement: Agreement) -> str:
    """Say everything that stands today between a person and the signature of an act."""
    problems = (
        accreditation_problem(organisation, agreement),
        problem_of(user, organisation, agreement.act_type),
    )
    return ", ".join(filter(None, problems))
