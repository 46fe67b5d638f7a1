"""An act is drawn up: from values that the decided request hands over, never from its objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import STATE_KINDS, Role
from accounts.models import Membership, Organisation, User
from accounts.selectors import holders_of, valid_delegation
from agreements.assembly import annexes as annex_rules
from agreements.assembly.merging import canonical_path, read_value
from agreements.assembly.selection import assemble, complete_facts, select, with_clauses
from agreements.enums import ActType, ReserveStage, ReserveState, SignatureLevel
from agreements.flows.convention_v1 import ConventionFlow
from agreements.library import Library
from agreements.models import Agreement, AnnexContent, Article, Reserve, Signatory
from agreements.routing import ACTING_SIDES, parties_of
from agreements.selectors.library import current_clauses, current_library, current_templates
from cases import engine
from cases.enums import CaseKind, Nature, Side
from cases.errors import Impossible
from cases.models import Case, Party
from cases.services import add_party, next_reference
from catalogue.models import Dataset
from questionnaires.expressions import MissingFact

_ROLE_LABEL = {
    Side.HOLDER: gettext_lazy("le Détenteur"),
    Side.OPERATOR: gettext_lazy("l’Opérateur d’appariement"),
    Side.REQUESTER: gettext_lazy("le Destinataire"),
}
_NATURES = {
    "PD": Nature.PERSONAL,
    "SENS": Nature.SENSITIVE,
    "HEALTH": Nature.HEALTH,
    "NIR": Nature.NIR,
    "LINK": Nature.LINKAGE,
    "OUT_EU": Nature.OUTSIDE_EU,
}


@dataclass(frozen=True)
class PartyValue:
    """A party to the act. `side` is a `cases.enums.Side`: holder, operator or requester."""

    organisation: Organisation
    side: str
    unit: str = ""


@dataclass(frozen=True)
class ReserveValue:
    """A condition of the decision, as plain values."""

    text: str
    owner: str = ""
    stage: str = ReserveStage.BEFORE_SIGNATURE
    proof: str = ""
    state: str = ReserveState.OPEN
    source: str = ""
    owner_organisation: Organisation | None = None


@dataclass(frozen=True)
class OpinionValue:
    """The opinion of the DPO of a party (empty verdict: not given)."""

    party: str
    verdict: str
    given_on: date | None = None
    summary: str = ""


@transaction.atomic
def draft(
    *,
    title: str,
    act_type: str,
    facts: Mapping[str, Any],
    values: Mapping[str, Mapping[str, Any]],
    parties: Sequence[PartyValue],
    reserves: Sequence[ReserveValue] = (),
    source_case: Case | None = None,
    by: User,
    opinions: Sequence[OpinionValue] = (),
    annexes: Mapping[int, Mapping[str, Any]] | None = None,
    formality_ends: Mapping[str, date] | None = None,
    signature_level: str = SignatureLevel.ADVANCED,
    datasets: Sequence[Dataset] = (),
) -> Agreement:
    """Open the project of an act: number it, pick its clauses by the facts, start its circuit.

    `values` are merge fields by object (`{"retention": {"months": 36}}`), `annexes` contents by
    number, `formality_ends` the last day of each outside authorisation, `datasets` the records
    of the catalogue that are shared. What the organisations and the practice already tell is
    filled in; the rest stays « [à compléter : …] ».
    Raises Impossible when a fact that decides a clause is unknown, when nobody can draft, or when
    a value cannot be read (the field is named). Source: clauses.md §6, process.md S9.
    """
    library = current_library()
    sides = [party.side for party in parties]
    _check_parties(act_type, sides)
    known = complete_facts(
        {"SAME_STATE": _is_same_state(parties), **facts},
        act_type=act_type,
        sides=sides,
        library=library,
    )
    agreement = Agreement.objects.create(
        title=title.strip()[:200],
        act_type=act_type,
        values=_read_values(values, sides, library),
        opinions=[_opinion(opinion) for opinion in opinions],
        formalities=_formalities(formality_ends or {}),
        signature_level=signature_level,
        template=current_templates().get(str(act_type)),
        **_of_facts(known),
        **_origin(source_case, by),
        **_numbered(),
    )
    agreement.datasets.set(datasets)
    _add_parties(agreement, parties)
    _write_articles(agreement, known, sides, library, by)
    _write_annexes(agreement, annexes or {}, known, library, by)
    _write_reserves(agreement, reserves)
    with engine.move(agreement, by=by) as move:
        engine.start(ConventionFlow.start, move)
        move.record(
            "agreement.drafted",
            _("a ouvert le projet d’acte %(reference)s") % {"reference": agreement.reference},
            data={"act_type": str(act_type), "source": agreement.source_reference},
        )
    return Agreement.objects.get(pk=agreement.pk)


def _is_same_state(parties: Sequence[PartyValue]) -> bool:
    """Services of ministries share one legal person, the State (process.md, F16)."""
    return all(party.organisation.kind in STATE_KINDS for party in parties)


def _of_facts(known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "facts": {name: value for name, value in known.items() if isinstance(value, bool)},
        "natures": [str(nature) for name, nature in _NATURES.items() if known.get(name)],
    }


def _origin(source_case: Case | None, by: User) -> dict[str, Any]:
    """Who opens the act, who will write it, and the request that it comes from."""
    return {
        "kind": CaseKind.AGREEMENT,
        "created_by": by,
        "opened_at": timezone.now(),
        "drafting_organisation": _drafting_organisation(by),
        "source_case_id": source_case.pk if source_case else None,
        "source_reference": (source_case.reference or "") if source_case else "",
    }


def _formalities(ends: Mapping[str, date]) -> list[dict[str, str]]:
    return [{"label": label, "ends_on": day.isoformat()} for label, day in ends.items()]


def _numbered() -> dict[str, str]:
    reference = next_reference("PRJ", width=4)
    return {"reference": reference, "project_reference": reference}


def _check_parties(act_type: str, sides: Sequence[str]) -> None:
    if act_type not in ActType.values:
        raise Impossible(_("Ce type d’acte n’existe pas."))
    if Side.HOLDER not in sides or Side.REQUESTER not in sides:
        raise Impossible(_("Un acte lie au moins un détenteur et un destinataire."))
    if not set(sides) <= set(ACTING_SIDES):
        raise Impossible(_("Seuls détenteurs, opérateur et destinataires sont parties à l’acte."))


def _drafting_organisation(by: User) -> Organisation:
    """The service of the legal officer who opens the act, else the first that has one."""
    own = [held.organisation_id for held in by.held_roles if held.role == Role.LEGAL]
    memberships = Membership.objects.filter(role=Role.LEGAL).current().order_by("pk")
    found = memberships.filter(organisation_id__in=own).first() or memberships.first()
    if found is None:
        raise Impossible(_("Aucun juriste n’est désigné pour rédiger l’acte."))
    return found.organisation


def _read_values(
    values: Mapping[str, Mapping[str, Any]], sides: Sequence[str], library: Library
) -> dict[str, dict[str, Any]]:
    """Read what is handed over, over the values that the practice proposes."""
    read: dict[str, dict[str, Any]] = {}
    for path, definition in library.fields.items():
        name, _dot, key = path.partition(".")
        if definition.default is not None and name not in ("holder", "recipient", "party"):
            read.setdefault(name, {})[key] = definition.default
    for name, fields in values.items():
        for key, raw in fields.items():
            path = canonical_path(f"{name}.{key}", sides)
            try:
                value = read_value(path, raw, library)
            except ValidationError as error:
                raise Impossible(f"{path} : {' '.join(error.messages)}") from error
            kept, _dot, field = path.partition(".")
            if value is not None:
                read.setdefault(kept, {})[field] = value
    return read


def _opinion(opinion: OpinionValue) -> dict[str, str]:
    return {
        "party": opinion.party,
        "verdict": opinion.verdict,
        "given_on": opinion.given_on.isoformat() if opinion.given_on else "",
        "summary": opinion.summary,
    }


def _add_parties(agreement: Agreement, parties: Sequence[PartyValue]) -> None:
    values = dict(agreement.values)
    many = {side for side in ACTING_SIDES if sum(p.side == side for p in parties) > 1}
    counted: dict[str, int] = {}
    for number, party in enumerate(parties, start=1):
        add_party(agreement, party.organisation, party.side, unit=party.unit)
        counted[party.side] = counted.get(party.side, 0) + 1
        label = str(_ROLE_LABEL[Side(party.side)])
        if party.side in many:
            label = f"{label} {counted[party.side]}"
        proposed = _of_organisation(party, label)
        values[f"party_{number}"] = {**proposed, **values.get(f"party_{number}", {})}
    agreement.values = values
    agreement.save(update_fields=["values"])
    add_party(agreement, agreement.drafting_organisation, Side.CONSULTED, role=Role.LEGAL)
    for row in parties_of(agreement):
        _propose_signatory(agreement, row)


def _of_organisation(party: PartyValue, label: str) -> dict[str, str]:
    organisation = party.organisation
    dpo = holders_of(Role.DPO, organisation).first()
    known = {
        "name": organisation.name,
        "role_label": label,
        "legal_form": organisation.legal_form,
        "siret": organisation.siret or "",
        "address": organisation.address,
        "unit": party.unit or organisation.name,
        "dpo_name": dpo.get_full_name() if dpo else "",
        "dpo_email": dpo.email if dpo else "",
        "contact_email": organisation.contact_email,
    }
    return {key: value for key, value in known.items() if value}


def _propose_signatory(agreement: Agreement, party: Party) -> None:
    """Designate the one person whose power covers the act today; with several, nobody is."""
    able = [
        user
        for user in holders_of(Role.SIGNATORY, party.organisation)
        if valid_delegation(user, party.organisation, agreement.act_type)
    ]
    if len(able) == 1:
        Signatory.objects.create(
            agreement=agreement, party=party, user=able[0], position=party.position
        )


def _write_articles(
    agreement: Agreement,
    facts: Mapping[str, Any],
    sides: Sequence[str],
    library: Library,
    by: User,
) -> None:
    rows = current_clauses()
    try:
        drafted = assemble(agreement.act_type, facts, parties=len(sides), library=library)
    except MissingFact as error:
        labels = [library.facts[name].label for name in error.names if name in library.facts]
        raise Impossible(
            _("Établissez d’abord : %s.") % ", ".join(labels or error.names)
        ) from error
    locked = library.templates[agreement.act_type].locked
    Article.objects.bulk_create(
        Article(
            agreement=agreement,
            key=article.clause.code,
            clause_version=rows[article.clause.code],
            position=position * 10,
            title=article.clause.title,
            body=article.body,
            library_body=article.body,
            locked_by_template=article.clause.code in locked,
            changed_by=by,
        )
        for position, article in enumerate(drafted, start=1)
    )


def _write_annexes(
    agreement: Agreement,
    contents: Mapping[int, Mapping[str, Any]],
    facts: Mapping[str, Any],
    library: Library,
    by: User,
) -> None:
    codes = select(agreement.act_type, facts, library)
    names = [str(party.organisation) for party in parties_of(agreement)]
    for template in annex_rules.select_annexes(with_clauses(facts, codes, library), library):
        given = contents.get(template.number)
        if given is None:
            continue
        try:
            content = annex_rules.clean_content(template, given, names)
        except ValidationError as error:
            raise Impossible(
                _("Annexe %(number)s : %(what)s")
                % {"number": template.number, "what": " ".join(error.messages)}
            ) from error
        AnnexContent.objects.create(
            agreement=agreement, number=template.number, content=content, changed_by=by
        )


def _write_reserves(agreement: Agreement, reserves: Sequence[ReserveValue]) -> None:
    for reserve in reserves:
        if reserve.state == ReserveState.WITHDRAWN:
            continue
        settled = reserve.state in (ReserveState.LIFTED, ReserveState.INSCRIBED)
        Reserve.objects.create(
            agreement=agreement,
            text=reserve.text,
            source=reserve.source,
            owner=reserve.owner,
            owner_organisation=reserve.owner_organisation,
            stage=reserve.stage,
            proof_expected=reserve.proof,
            state=ReserveState.LIFTED if settled else reserve.state,
            settled_by=agreement.created_by if settled else None,
            settled_at=timezone.now() if settled else None,
            settlement=_("Levée au moment de la décision") if settled else "",
        )
