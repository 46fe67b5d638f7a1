"""Rows of the tables and lines of the cards, in the shape of the page components."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import SECOND_FACTOR_ROLES, TRANSVERSAL_ROLES, Role
from accounts.models import Absence, Accreditation, Delegation, Membership, Organisation, User
from accounts.selectors import OrganisationCard

Table = dict[str, Any]


def day(value: Any) -> str:
    return value.strftime("%d/%m/%Y") if value else ""


def long_day(value: Any) -> str:
    text = date_format(value, "j F Y")
    return text.replace("1 ", "1er ", 1) if value.day == 1 else text


def period(row: Any) -> str:
    if row.ends_on:
        return _("du %(start)s au %(end)s") % {"start": day(row.starts_on), "end": day(row.ends_on)}
    return _("depuis le %(start)s") % {"start": day(row.starts_on)}


def absence_text(absence: Absence) -> str:
    return _("%(deputy)s supplée %(name)s du %(start)s au %(end)s.") % {
        "deputy": absence.deputy.get_full_name(),
        "name": absence.user.get_full_name(),
        "start": long_day(absence.starts_on),
        "end": long_day(absence.ends_on),
    }


def action(text: str, more: str, url: str) -> dict[str, Any]:
    """Write a link whose full name says what it acts upon (ux/spec.md §8)."""
    name = format_html('{}<span class="fr-sr-only"> {}</span>', text, more)
    return {"text": name, "url": url, "nowrap": True}


def _badge(text: str, variant: str = "") -> dict[str, Any]:
    return {"badge": {"text": text, "variant": variant}}


def state_of_period(row: Any) -> dict[str, Any]:
    """Say whether a period is to come, under way or over."""
    today = timezone.localdate()
    if getattr(row, "revoked_on", None) and row.revoked_on <= today:
        return _badge(_("Révoquée"), "warning")
    if row.starts_on > today:
        return _badge(_("À venir"), "info")
    if row.ends_on and row.ends_on < today:
        return _badge(_("Terminé"))
    return _badge(_("En cours"), "success")


def organisation_count(count: int) -> str:
    return ngettext(
        "%(count)s organisme, trié par nom", "%(count)s organismes, triés par nom", count
    ) % {"count": count}


def person_count(count: int) -> str:
    return ngettext(
        "%(count)s personne, triée par nom", "%(count)s personnes, triées par nom", count
    ) % {"count": count}


def _with_usage(columns: list[Any], rows: list[list[Any]], keys: list[int], used: Any) -> None:
    if used is not None:
        columns.append({"label": _("Dossiers"), "numeric": True})
        for row, key in zip(rows, keys, strict=True):
            row.append(str(used.get(key, 0)))


def organisations(found: Iterable[Any], used: dict[int, int] | None) -> Table:
    columns: list[Any] = [
        _("Organisme"),
        _("Nature"),
        {"label": _("Personnes"), "numeric": True},
        _("Accréditation"),
        _("État"),
    ]
    found = list(found)
    rows = []
    for one in found:
        scopes = [grant.get_scope_display() for grant in one.current_accreditations]
        rows.append(
            [
                {
                    "text": one.name,
                    "small": " — ".join(filter(None, [one.short_name, siret_text(one)])),
                    "url": reverse("accounts:view_organisation", args=[one.slug]),
                },
                one.get_kind_display(),
                str(one.member_count),
                ", ".join(scopes),
                _badge(_("Actif"), "success") if one.is_active else _badge(_("Désactivé")),
            ]
        )
    _with_usage(columns, rows, [one.pk for one in found], used)
    return {"caption": _("Organismes"), "columns": columns, "rows": rows}


def siret_text(organisation: Organisation) -> str:
    """Write a SIRET in groups, as people read it: 120 000 161 00014."""
    digits = organisation.siret or ""
    return f"{digits[:3]}\u00a0{digits[3:6]}\u00a0{digits[6:9]}\u00a0{digits[9:]}".strip("\u00a0")


def persons(found: Iterable[Any], used: dict[int, int] | None) -> Table:
    columns: list[Any] = [_("Personne"), _("Adresse électronique"), _("Rôles"), _("Compte")]
    found = list(found)
    rows = [
        [
            {
                "text": f"{one.last_name} {one.first_name}",
                "small": one.job_title,
                "url": reverse("accounts:view_person", args=[one.pk]),
            },
            one.email,
            ", ".join(
                f"{held.get_role_display()} ({held.organisation})"
                for held in one.current_memberships
            ),
            _badge(_("Ouvert"), "success") if one.is_active else _badge(_("Fermé")),
        ]
        for one in found
    ]
    _with_usage(columns, rows, [one.pk for one in found], used)
    return {"caption": _("Personnes"), "columns": columns, "rows": rows}


def organisation_entries(card: OrganisationCard) -> list[dict[str, Any]]:
    organisation = card.organisation
    return [
        {"label": _("Sigle"), "value": organisation.short_name},
        {"label": _("SIRET"), "value": siret_text(organisation)},
        {"label": _("Nature"), "value": organisation.get_kind_display()},
        {
            "label": _("Organisme de rattachement"),
            "value": str(organisation.parent) if organisation.parent else "",
        },
        {"label": _("Organismes rattachés"), "value": [child.name for child in card.children]},
        {"label": _("Forme juridique"), "value": organisation.legal_form},
        {"label": _("Adresse"), "value": organisation.address},
        {"label": _("Adresse électronique de contact"), "value": organisation.contact_email},
    ]


def person_entries(person: User) -> list[dict[str, Any]]:
    return [
        {"label": _("Adresse électronique"), "value": person.email},
        {"label": _("Fonction"), "value": person.job_title},
        {"label": _("Téléphone"), "value": person.phone},
        {"label": _("Compte ouvert le"), "value": long_day(timezone.localtime(person.date_joined))},
    ]


def members(found: list[Membership], past: bool = False) -> Table:
    rows = [
        [
            {
                "text": held.user.get_full_name(),
                "url": reverse("accounts:view_person", args=[held.user_id]),
                "small": "" if held.user.is_active else _("compte fermé"),
            },
            _role_text(held),
            period(held),
            state_of_period(held),
        ]
        for held in found
    ]
    columns = [_("Personne"), _("Rôle"), _("Période"), _("État")]
    caption = _("Rôles passés") if past else _("Personnes et rôles")
    return {"caption": caption, "columns": columns, "rows": rows}


def _role_text(held: Membership) -> str:
    role = held.get_role_display()
    return _("%(role)s, suppléant") % {"role": role} if held.is_deputy else role


def roles(found: list[Membership], *, past: bool = False, actions: bool = True) -> Table:
    columns: list[Any] = [_("Rôle"), _("Organisme"), _("Période"), _("État")]
    ending = actions and not past
    if ending:
        columns.append({"label": _("Action"), "hidden": True})
    rows: list[list[Any]] = []
    for held in found:
        row = [_role_text(held), held.organisation.name, period(held), state_of_period(held)]
        if ending:
            more = _("au rôle %(role)s, %(organisation)s") % {
                "role": held.get_role_display(),
                "organisation": held.organisation,
            }
            url = reverse("accounts:end_membership", args=[held.user_id, held.pk])
            row.append(action(_("Mettre fin"), more, url))
        rows.append(row)
    caption = _("Rôles passés") if past else _("Rôles")
    return {"caption": caption, "columns": columns, "rows": rows}


def absences(found: list[Absence], *, mine: bool = False) -> Table:
    rows: list[list[Any]] = []
    for absence in found:
        more = _("à la suppléance par %(name)s") % {"name": absence.deputy.get_full_name()}
        url = (
            reverse("accounts:cancel_absence", args=[absence.pk])
            if mine
            else reverse("accounts:cancel_absence_of", args=[absence.user_id, absence.pk])
        )
        rows.append(
            [
                absence.deputy.get_full_name(),
                period(absence),
                state_of_period(absence),
                action(_("Mettre fin"), more, url),
            ]
        )
    columns = [_("Suppléant"), _("Période"), _("État"), {"label": _("Action"), "hidden": True}]
    return {"caption": _("Absences et suppléances"), "columns": columns, "rows": rows}


def deputisings(found: list[Absence]) -> list[SafeString | str]:
    """Say whom a person deputises: « Vous suppléez Yann Le Gall jusqu’au 27 mars 2026 »."""
    return [
        _("%(name)s, du %(start)s au %(end)s")
        % {
            "name": absence.user.get_full_name(),
            "start": long_day(absence.starts_on),
            "end": long_day(absence.ends_on),
        }
        for absence in found
    ]


def accreditations(found: list[Accreditation]) -> Table:
    rows: list[list[Any]] = []
    today = timezone.localdate()
    for one in found:
        over = one.ends_on is not None and one.ends_on < today
        url = reverse("accounts:end_accreditation", args=[one.organisation.slug, one.pk])
        more = _("à l’accréditation %(scope)s") % {"scope": one.get_scope_display()}
        rows.append(
            [
                one.get_scope_display(),
                one.act_reference,
                period(one),
                state_of_period(one),
                "" if over else action(_("Mettre fin"), more, url),
            ]
        )
    columns = [
        _("Périmètre"),
        _("Acte"),
        _("Période"),
        _("État"),
        {"label": _("Action"), "hidden": True},
    ]
    return {"caption": _("Accréditations"), "columns": columns, "rows": rows}


def _delegation_cells(one: Delegation) -> list[Any]:
    acts = ", ".join(one.act_types) or _("tous")
    return [one.title, one.reference, acts, period(one), state_of_period(one)]


def delegations_of_organisation(found: list[Delegation]) -> Table:
    columns = [
        _("Signataire"),
        _("Qualité"),
        _("Texte"),
        _("Types d’acte"),
        _("Période"),
        _("État"),
    ]
    rows = [
        [
            {
                "text": one.user.get_full_name(),
                "url": reverse("accounts:view_person", args=[one.user_id]),
            },
            *_delegation_cells(one),
        ]
        for one in found
    ]
    return {"caption": _("Délégations de signature"), "columns": columns, "rows": rows}


def delegations(found: list[Delegation], *, actions: bool = True) -> Table:
    columns: list[Any] = [
        _("Organisme"),
        _("Qualité"),
        _("Texte"),
        _("Types d’acte"),
        _("Période"),
        _("État"),
    ]
    if actions:
        columns.append({"label": _("Action"), "hidden": True})
    rows = []
    for one in found:
        row = [one.organisation.name, *_delegation_cells(one)]
        if actions:
            url = reverse("accounts:revoke_delegation", args=[one.user_id, one.pk])
            more = _("la délégation de %(organisation)s") % {"organisation": one.organisation}
            row.append("" if one.revoked_on else action(_("Révoquer"), more, url))
        rows.append(row)
    return {"caption": _("Délégations de signature"), "columns": columns, "rows": rows}


def grant_summary(person: User, data: dict[str, Any]) -> dict[str, Any]:
    """Say what granting a role will do, for « Vérifier avant d’enregistrer »."""
    role = Role(data["role"])
    starts, ends = long_day(data["starts_on"]), data["ends_on"]
    when = (
        _("du %(start)s au %(end)s") % {"start": starts, "end": long_day(ends)}
        if ends
        else _("à partir du %(start)s, sans date de fin") % {"start": starts}
    )
    sentence = _("Vous attribuez à %(name)s le rôle « %(role)s » pour %(organisation)s, %(when)s.")
    effects = [_("La décision est inscrite au journal, à votre nom.")]
    if role in TRANSVERSAL_ROLES:
        effects.append(_("Avec ce rôle, cette personne verra tous les dossiers."))
    if role in SECOND_FACTOR_ROLES:
        effects.append(_("Un second facteur lui sera demandé à sa prochaine connexion."))
    return {
        "sentence": sentence
        % {
            "name": person.get_full_name(),
            "role": role.label,
            "organisation": data["organisation"].name,
            "when": when,
        },
        "effects": effects,
        "submit_label": _("Attribuer le rôle"),
    }
