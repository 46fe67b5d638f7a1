"""What the persons of the played cases answer on the acting pages, and how an act is completed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Organisation
from agreements.assembly import annexes as rules
from agreements.models import Agreement
from agreements.selectors import build_desk
from config.demo import acts as samples
from tests.browser.personas import Persona

ADMISSIBLE = {
    **dict.fromkeys(
        ["ck_applicant", "ck_documents", "ck_purpose", "ck_data", "ck_basis", "ck_duplicate"], True
    ),
    "decision": "admissible",
}
DECISION = {
    "decision": "favourable",
    "motivation": "La demande sert une mission de service public.",
    "power_confirmed": True,
}
CONCLUSION = {"outcome": "favourable", "motivation": "Conforme aux décisions des détenteurs."}
BEFORE_SIGNATURE = {
    "text": "Compléter l’AIPD", "owner": "requester", "due": "before_signature", "proof": "AIPD",
}  # fmt: skip
IN_AGREEMENT = {"text": "Chiffrer les envois", "owner": "holder", "due": "in_agreement"}
SCORES = ["f_availability", "f_quality", "f_legal", "f_technical", "f_effort"]
OPPORTUNITY = [
    "o_mission", "o_value", "o_purpose", "o_necessity", "o_alternatives", "o_reuse", "o_ownership",
]  # fmt: skip


def _calendar() -> list[dict[str, Any]]:
    day = timezone.localdate() + timedelta(days=60)
    return [{"milestone": "Jeu de test", "date": day.isoformat()}]


def orientation(pathway: str, act_type: str, *holders: Organisation) -> dict[str, Any]:
    reviews = ["legal"] if act_type == "b" else ["dpo_requester", "dpo_holder", "security", "legal"]
    return {
        "outcome": "study", "legal_pathway": pathway, "act_type": act_type,
        "holders": [{"org": where.pk} for where in holders], "reviews": reviews,
    }  # fmt: skip


def feasibility() -> dict[str, Any]:
    return {
        **dict.fromkeys(SCORES, "2"),
        "extraction": "Requête sur l’entrepôt.", "quality_statement": "Complétude de 95 %.",
        "effort_holder_days": "6", "calendar": _calendar(), "verdict": "feasible",
    }  # fmt: skip


def study(*, personal: bool = False) -> dict[str, Any]:
    kept = {"variables_kept": [{"variable": "gir", "decision": "kept"}]} if personal else {}
    return {
        **dict.fromkeys([*OPPORTUNITY, *SCORES, "f_dp", "f_security"], "2"),
        "study_context": "Le besoin découle d’une mission identifiée.",
        **kept,
        "effort_holder_days": "6", "effort_requester_days": "10", "calendar": _calendar(),
        "risks": [{"risk": "Retard", "severity": "2", "likelihood": "2"}],
        "recommendation": "favourable",
    }  # fmt: skip


def opinion(reserves: list[dict[str, str]]) -> dict[str, Any]:
    verdict = "favourable_reserve" if reserves else "favourable"
    given: dict[str, Any] = {"verdict": verdict, "motivation": "Les garanties sont adaptées."}
    return {**given, "conditions": reserves} if reserves else given


def legal_opinion(act_type: str) -> dict[str, Any]:
    return {
        "lr_act_type": act_type, "lr_parties_capacity": "Personnes morales distinctes.",
        "lr_texts": [{"text": "Code de l’action sociale", "checked_on": "2026-03-02"}],
        "lr_l114_8": "no", "lr_secret_check": ["none"], "lr_third_party_rights": "Aucun.",
        "lr_reuse_status": "no", "lr_fee": "none", "lr_procurement": "outside",
        "lr_opinion": "favourable", "lr_opinion_text": "Rien ne s’oppose à l’échange.",
    }  # fmt: skip


def comply(page: Page) -> None:
    """Find every point of the review compliant."""
    for box in page.locator("main input[type=radio][value=compliant]").all():
        box.check(force=True)


# --- The act ---------------------------------------------------------------------------------


def designate(lawyer: Persona, agreement: Agreement) -> None:
    """Name who signs for each party."""
    for party in agreement.parties.exclude(side="consulted"):
        lawyer.open(f"{agreement.get_absolute_url()}signature/signataires/{party.pk}/")
        choice = lawyer.page.locator('main select[name="signatory"] option[value]:not([value=""])')
        lawyer.fill({"signatory": choice.first.get_attribute("value")})
        lawyer.press("Désigner")


def fill_gaps(lawyer: Persona, agreement: Agreement) -> None:
    """Answer each « [à compléter : …] » on its own page, until none is left."""
    known = samples.defaults()["fields"]
    start = timezone.localdate() + timedelta(days=25)
    _fill_gap(lawyer, agreement, "agreement.effective_on", start.isoformat())
    for _round in range(3):
        for gap in _desk(agreement).missing_fields:
            value = samples._sample(known, gap.path, start)
            text = "\n".join(value) if isinstance(value, list) else str(value)
            _fill_gap(lawyer, agreement, gap.path, text)


def _fill_gap(lawyer: Persona, agreement: Agreement, path: str, value: str) -> None:
    lawyer.open(f"{agreement.get_absolute_url()}champs/{path}/")
    lawyer.fill({"value": value})
    lawyer.press("Enregistrer")


def _desk(agreement: Agreement) -> Any:
    return build_desk(Agreement.objects.get(pk=agreement.pk))


def fill_annexes(lawyer: Persona, agreement: Agreement) -> None:
    """Type what each annex still asks, cell by cell, in its own table or form."""
    for line in _desk(agreement).annexes:
        if not line.missing:
            continue
        desk = _desk(agreement)
        content = samples._annex(desk, line, samples.defaults())
        lawyer.open(f"{agreement.get_absolute_url()}annexes/{line.template.number}/modifier/")
        for section in line.template.sections:
            rows = rules.rows(content, section) if section.kind == "rows" else []
            for number, row in enumerate(rows, start=1):
                for key, value in row.items():
                    _type(lawyer, rules.control_id(section.key, number, key), value)
            for question in rules.questions(section, desk.party_names):
                name = rules.control_id(section.key, question.row, question.column.key)
                _type(lawyer, name, rules.answer(content, question))
        lawyer.press("Enregistrer l’annexe")


def _type(lawyer: Persona, name: str, value: Any) -> None:
    control = lawyer.page.locator(f'main [name="{name}"]')
    if control.count() and value and control.input_value() != str(value):
        lawyer.answer(name, value)


def settle_reserves(play: Any, agreement: Agreement) -> None:
    """Prove and lift what must be before the signature; inscribe what the act must carry."""
    base = agreement.get_absolute_url()
    lawyer = play.at(play.ministry.legal)
    for reserve in agreement.reserves.exclude(state__in=["lifted", "inscribed", "withdrawn"]):
        if reserve.stage == "in_agreement":
            lawyer.open(f"{base}reserves/{reserve.pk}/inscription/")
            option = lawyer.page.locator('main select[name="key"] option:not([value=""])').nth(5)
            lawyer.fill({"key": option.get_attribute("value")})
            lawyer.press("Inscrire la réserve")
        elif reserve.stage == "before_signature":
            bearer = play.at(play.ministry.requester)
            bearer.open(f"{base}reserves/{reserve.pk}/preuve/")
            bearer.fill({"proof": "AIPD transmise le 2 mars."})
            bearer.press("Enregistrer la preuve")
            lawyer.open(f"{base}reserves/{reserve.pk}/levee/")
            lawyer.fill({"reason": "Preuve vérifiée."})
            lawyer.press("Lever la réserve")
