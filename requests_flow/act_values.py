"""What a decided file knows about its act: merge fields and annexes, so that nothing is retyped.

Answers → study → conditions → clauses: each value here is read from the step before (rule of
architecture.md, §1). What the file does not know stays « [à compléter : …] » in the act.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation
from cases.announcements import day_text
from cases.enums import Side
from questionnaires import definitions
from questionnaires import selectors as answers_of
from questionnaires.sources import countries
from requests_flow.enums import ConsultationKind, FormalityAnswer
from requests_flow.models import DataRequest, Revision

Values = Mapping[str, Any]

VISAS = {
    "PD": [
        "le règlement (UE) 2016/679 du 27 avril 2016 (RGPD)",
        "la loi n° 78-17 du 6 janvier 1978 modifiée (LIL)",
    ],
    "HEALTH": ["le code de la santé publique (CSP)"],
    "L1148": [
        "le code des relations entre le public et l’administration, notamment ses articles "
        "L. 114-8 et L. 114-9"
    ],
    "ALWAYS": [
        "le code des relations entre le public et l’administration (CRPA)",
        "la loi n° 2016-1321 du 7 octobre 2016 pour une République numérique (LRN)",
        "le code du patrimoine (CPAT)",
    ],
    "STAT": [
        "la loi n° 51-711 du 7 juin 1951 sur l’obligation, la coordination et le secret en "
        "matière de statistiques"
    ],
}


def last_revision(case: DataRequest) -> Revision:
    """Return the last version of a filed request."""
    return case.revisions.order_by("-number")[0]


def choice(values: Values, name: str, code: str = "use_case") -> str:
    """The French label of a choice, in lower case inside a sentence."""
    labels = definitions.get(code).fields[name].labels
    found = values.get(name)
    chosen = found if isinstance(found, list) else [found] if found else []
    return ", ".join(labels.get(str(one), str(one)) for one in chosen)


def inline(text: Any) -> str:
    """A text that goes on inside a sentence: without its full stop."""
    return str(text or "").strip().rstrip(".").strip()


def period(values: Values) -> str:
    found = values.get("period_covered") or {}
    if not found.get("from") or not found.get("to"):
        return ""
    start, end = (date.fromisoformat(found[side]) for side in ("from", "to"))
    return _("du %(start)s au %(end)s") % {"start": day_text(start), "end": day_text(end)}


def study_values(case: DataRequest) -> dict[str, Any]:
    return _answers_of(case, ConsultationKind.STUDY)


def legal_values(case: DataRequest) -> dict[str, Any]:
    return _answers_of(case, ConsultationKind.LEGAL)


def _answers_of(case: DataRequest, kind: str) -> dict[str, Any]:
    found = (
        case.consultations.filter(kind=kind, given_at__isnull=False)
        .select_related("answers")
        .last()
    )
    return dict(answers_of.effective_values(found.answers)) if found and found.answers else {}


def facts_of(case: DataRequest, act_type: str) -> dict[str, Any]:
    """The facts that decide the clauses, from the last version and the legal review."""
    revision = last_revision(case)
    known = {
        name: value
        for name, value in answers_of.facts(revision.answers).items()
        if isinstance(value, bool)
    }
    values = answers_of.effective_values(revision.answers)
    legal, pathway = legal_values(case), case.legal_pathway
    operator = values.get("trusted_third_party")
    known.update(
        JOINT=pathway == "gdpr_joint",
        L1148_I=pathway == "l114_8_i",
        L1148_II=pathway == "l114_8_ii",
        PROACTIVE=pathway == "l114_8_ii",
        FEES=legal.get("lr_fee") not in (None, "", "none"),
        FRAUD=bool(values.get("fraud_use")),
        HDS=values.get("hds_certified") == "yes",
        SREN=values.get("secnumcloud") == "yes",
        THIRD_LINKAGE=bool(known.get("LINK") and operator),
        REUSE=str(legal.get("lr_reuse_status") or "").startswith("yes"),
        DERIVED=values.get("granularity") in ("individual_anonymised", "aggregated")
        and "none" not in (values.get("secrecy") or ["none"]),
    )
    return known


def merge_values(
    case: DataRequest, parties: list[tuple[Organisation, str]]
) -> dict[str, dict[str, Any]]:
    """The merge fields that the file fills (clauses.md, §1)."""
    revision = last_revision(case)
    values = answers_of.effective_values(revision.answers)
    facts = answers_of.facts(revision.answers)
    found = {
        "case": _case_fields(case, values, facts),
        "legal": _legal_fields(case, values, facts),
        "data": _data_fields(case, values),
        "delivery": _delivery_fields(case, values),
        "security": _security_fields(values),
        "retention": _retention_fields(values),
        "agreement": {"duration_months": values.get("sharing_duration")},
        "people": {"count": values.get("authorised_count")},
        "end": {"action": choice(values, "end_action").lower()},
        "publication": {
            "source_mention": ", ".join(str(o) for o, side in parties if side == Side.HOLDER)
        },
        "linkage": _linkage_fields(values),
        "governance": {
            "committee": _("de suivi"),
            "members": _("un représentant de chaque Partie"),
        },
    }
    return {
        name: {key: value for key, value in fields.items() if value not in (None, "", [], {})}
        for name, fields in found.items()
    }


def _case_fields(case: DataRequest, values: Values, facts: Values) -> dict[str, Any]:
    forbidden = [
        _("la recherche de l’identité des personnes") if facts.get("PD") else "",
        _("la transmission à un tiers"),
        _("toute exploitation commerciale"),
    ]
    return {
        "title": case.title,
        "reference": case.reference,
        "context": values.get("context"),
        "purpose": values.get("objective"),
        "purposes_list": [inline(values["objective"])] if values.get("objective") else [],
        "public_interest": values.get("public_interest"),
        "forbidden_uses": [one for one in forbidden if one],
    }


def _legal_fields(case: DataRequest, values: Values, facts: Values) -> dict[str, Any]:
    visas = [*VISAS["PD"]] if facts.get("PD") else []
    visas += VISAS["HEALTH"] if facts.get("HEALTH") else []
    visas += VISAS["L1148"] if case.legal_pathway.startswith("l114_8") else []
    visas += VISAS["STAT"] if case.legal_pathway.startswith("stat_") else []
    visas += VISAS["ALWAYS"]
    texts = [
        str(row.get("reference")) for row in values.get("legal_text") or [] if row.get("reference")
    ]
    articles = [
        " ".join(str(row.get(key) or "") for key in ("text", "article")).strip()
        for row in legal_values(case).get("lr_texts") or []
    ]
    formalities = [
        f"{one.authority} {one.reference}".strip()
        for one in case.formalities.exclude(
            answer__in=[FormalityAnswer.UNFAVOURABLE, FormalityAnswer.NOT_NEEDED]
        )
    ]
    basis = choice(values, "legal_basis_art6")
    return {
        "visas_list": visas,
        "mission_text": "; ".join(texts) or inline(values.get("public_interest")),
        "legal_basis_holder": " ; ".join(one for one in articles if one) or " ; ".join(texts),
        "legal_basis_recipient": _("l’article 6.1 du RGPD (%(basis)s)") % {"basis": basis}
        if basis
        else "",
        "art9_list": [
            _("article 9.2.%(letter)s du RGPD") % {"letter": one}
            for one in values.get("legal_exception_art9") or []
        ],
        "nir_text": values.get("nir_text"),
        "formality_list": formalities or [_("aucune formalité préalable")],
        "aipd_ref": _("AIPD jointe à la demande %(ref)s") % {"ref": case.reference}
        if values.get("aipd_status") == "done"
        else "",
    }


def _data_fields(case: DataRequest, values: Values) -> dict[str, Any]:
    names = [str(one) for one in case.requested.select_related("dataset")]
    systems = [
        one.dataset.information_system
        for one in case.requested.select_related("dataset")
        if one.dataset
    ]
    return {
        "summary": _("%(data)s, %(period)s, au niveau %(level)s")
        % {
            "data": " ; ".join(names),
            "period": period(values),
            "level": choice(values, "granularity").lower(),
        },
        "datasets_list": names,
        "population": values.get("population_filter"),
        "period": period(values),
        "granularity": choice(values, "granularity").lower(),
        "source_system": ", ".join(one for one in systems if one),
    }


def _delivery_fields(case: DataRequest, values: Values) -> dict[str, Any]:
    calendar = [row for row in study_values(case).get("calendar") or [] if row.get("date")]
    return {
        "channel": choice(values, "delivery_mode").lower(),
        "format": choice(values, "format_wanted"),
        "frequency": choice(values, "frequency").lower(),
        "first_date": calendar[-1]["date"] if calendar else values.get("needed_by"),
    }


def _security_fields(values: Values) -> dict[str, Any]:
    homologations = values.get("homologation") or []
    names = countries()
    return {
        "hosting": choice(values, "hosting_place"),
        "country": ", ".join(names.get(code, code) for code in values.get("hosting_country") or []),
        "homologation_ref": str(homologations[0].get("authority") or "") if homologations else "",
        "homologation_end": homologations[0].get("end") if homologations else None,
    }


def _retention_fields(values: Values) -> dict[str, Any]:
    linked = values.get("linkage_needed") in ("yes", "unknown")
    return {
        "months": values.get("retention_months"),
        "start_event": _("la première Livraison"),
        "passage_table_days": 30 if linked else None,
    }


def _linkage_fields(values: Values) -> dict[str, Any]:
    sources = values.get("linkage_sources") or []
    operator = Organisation.objects.filter(pk=values.get("trusted_third_party")).first()
    return {
        "sources": [str(row.get("source")) for row in sources if row.get("source")],
        "method": choice(values, "linkage_method").lower(),
        "operator": operator.name if operator else "",
        "keys": ", ".join(dict.fromkeys(str(row.get("key")) for row in sources if row.get("key"))),
    }


def annexes_of(case: DataRequest) -> dict[int, dict[str, Any]]:
    """The annexes that the file fills: data and variables, security, calendar, quality, notices."""
    revision = last_revision(case)
    values = answers_of.effective_values(revision.answers)
    return {1: _annex_data(case, values), 4: _annex_calendar(case, values), 5: _annex_quality()}


def _annex_data(case: DataRequest, values: Values) -> dict[str, Any]:
    natures = definitions.get("use_case").fields["variables"].column("sensitivity").labels
    refused = [
        row
        for row in study_values(case).get("variables_kept") or []
        if row.get("decision") not in (None, "kept")
    ]
    out = {str(row.get("variable")) for row in refused}
    holders = [party.organisation for party in case.parties.all() if party.side == Side.HOLDER]
    # A dataset that is only described has no holder of its own: the one the study found has it.
    only_holder = str(holders[0]) if len(holders) == 1 else ""
    return {
        "datasets": [
            {
                "dataset": str(one),
                "holder": str(one.holder or only_holder),
                "population": values.get("population_filter") or "",
                "period": period(values),
                "granularity": choice(values, "granularity"),
                "volume": values.get("volume_estimate") or "",
                "frequency": choice(values, "frequency"),
                "source": one.dataset.information_system if one.dataset else "",
            }
            for one in case.requested.select_related("dataset", "holder")
        ],
        "variables": [
            {
                "name": str(row.get("name")),
                "label": str(row.get("label") or ""),
                "nature": natures.get(str(row.get("sensitivity")), "").lower(),
                "justification": str(row.get("justification") or ""),
                "purpose": str(values.get("objective") or "")[:200],
            }
            for row in values.get("variables") or []
            if str(row.get("name")) not in out
        ],
        "refused": [
            {"name": str(row.get("variable")), "reason": str(row.get("reason") or "")}
            for row in refused
        ],
        "formalities": [
            {
                "authority": one.authority,
                "number": one.reference,
                "date": day_text(one.answered_on) if one.answered_on else "",
                "expiry": day_text(one.expires_on) if one.expires_on else "",
            }
            for one in case.formalities.all()
        ],
    }


def _annex_calendar(case: DataRequest, values: Values) -> dict[str, Any]:
    rows = [row for row in study_values(case).get("calendar") or [] if row.get("date")]
    milestones = rows or (
        [{"milestone": _("Première livraison"), "date": values["needed_by"]}]
        if values.get("needed_by")
        else []
    )
    return {
        "calendar": [
            {
                "number": str(number),
                "period": period(values),
                "control": str(row.get("milestone") or ""),
                "date": day_text(date.fromisoformat(row["date"])),
                "channel": choice(values, "delivery_mode"),
                "format": choice(values, "format_wanted"),
            }
            for number, row in enumerate(milestones, start=1)
        ]
    }


def _annex_quality() -> dict[str, Any]:
    """The default thresholds of forms.md §5, to be agreed by the parties."""
    return {
        "indicators": [
            {
                "dimension": "complétude",
                "acceptance": "95 %",
                "measure": _("part de valeurs attendues présentes"),
            },
            {
                "dimension": "couverture",
                "acceptance": "98 %",
                "measure": _("effectif reçu rapporté à l’effectif attendu"),
            },
            {
                "dimension": "conformité",
                "acceptance": "99 %",
                "measure": _("lignes valides rapportées aux lignes reçues"),
            },
            {"dimension": "unicité", "acceptance": _("0 doublon"), "measure": _("doublons de clé")},
        ]
    }
