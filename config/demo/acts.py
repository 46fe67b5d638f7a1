"""The acts of the demonstration: filled, negotiated, frozen, signed and sealed by their persons."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from accounts.models import User
from accounts.selectors import holders_of
from agreements import services as agreements
from agreements.assembly.annexes import is_required, questions, rows
from agreements.models import Agreement
from agreements.selectors import build_desk
from agreements.selectors.desk import AnnexLine, Desk
from cases import selectors as case_selectors
from cases.models import Task
from questionnaires import selectors as answers_of
from questionnaires import services as questionnaires
from requests_flow.models import DataRequest
from requests_flow.services import acts

FILE = Path(__file__).parent / "scenarios" / "fill.yaml"


def defaults() -> dict[str, Any]:
    with FILE.open(encoding="utf-8") as stream:
        found: dict[str, Any] = yaml.safe_load(stream)
        return found


def fill(task: Task, code: str, by: User) -> None:
    """Answer the form of a study or of a feasibility before it is given."""
    answers = task.consultation.answers
    values = defaults()[code]
    day = timezone.localdate()
    values["calendar"] = [
        {"milestone": "Jeu de test", "date": (day + timedelta(days=95)).isoformat()},
        {"milestone": "Première livraison", "date": (day + timedelta(days=125)).isoformat()},
    ]
    if code == "study":
        values["variables_kept"] = _kept_variables(task)
    questionnaires.save_values(answers=answers, values=values, by=by)
    if wrong := answers_of.problems(answers, "D"):
        raise LookupError(f"{code} : {[(one.field, one.message) for one in wrong]}")


def _kept_variables(task: Task) -> list[dict[str, str]]:
    """The minimisation of a study: every variable asked is kept, with its reason."""
    revision = DataRequest.objects.get(pk=task.case_id).revisions.last()
    asked = answers_of.effective_values(revision.answers).get("variables") or [] if revision else []
    return [
        {"variable": str(row["name"]), "decision": "kept", "reason": "Nécessaire à l’objectif."}
        for row in asked
    ]


def small_pdf(title: str) -> bytes:
    """A one-page note, made by the same renderer as letters."""
    from agreements.documents.rendering import render_simple

    body = (
        f"<h1>Note de cadrage</h1><p>{title}</p><p>Pièce de démonstration, sans donnée réelle.</p>"
    )
    made = render_simple(
        body,
        title=f"Note de cadrage — {title}",
        created=timezone.now(),
        sender="Navette",
        sealable=False,
    )
    return made.data


def play(player: Any) -> None:
    """Draw up, negotiate, freeze and sign, as far as the script goes."""
    with player.at("act"):
        task = player.task("choose_act")
        by = player.doer(task)
        act_type = player.script.act_type or acts.propose_act_type(player.case)
        agreement = acts.choose_act(task=task, act_type=act_type, by=by)
    if not player.reaches("negotiation"):
        return
    with player.at("round"):
        complete(agreement, by)
        agreements.send_round(
            agreement=agreement, reason="Premier tour : relecture par les parties.", by=by
        )
    if not player.reaches("signing"):
        _answer_first_party(player, agreement)
        return
    with player.at("freeze"):
        for review in _tasks(agreement, "review_version"):
            agreements.review(task=review, verdict="agree", by=player.doer(review))
        settle_reserves(agreement, by)
        agreements.freeze(agreement=agreement, by=by)
        run_jobs(agreement)
    if player.reaches("signed"):
        with player.at("signature"):
            sign_all(player, agreement)
            run_jobs(agreement)


def _answer_first_party(player: Any, agreement: Agreement) -> None:
    with player.at("freeze"):
        first = _tasks(agreement, "review_version")[0]
        agreements.review(task=first, verdict="agree", by=player.doer(first))


def _tasks(agreement: Agreement, node: str) -> list[Task]:
    return [task for task in case_selectors.open_tasks(agreement) if task.node == node]


def complete(agreement: Agreement, by: User) -> None:
    """Fill every gap of the text and of the annexes, and designate who signs for each party."""
    samples = defaults()
    for party in agreement.parties.exclude(side="consulted").select_related("organisation"):
        signatory = holders_of("signatory", party.organisation).first()
        if signatory is not None:
            agreements.set_signatory(agreement=agreement, party=party, signatory=signatory, by=by)
    start = timezone.localdate() + timedelta(days=25)
    agreements.fill_field(
        agreement=agreement, path="agreement.effective_on", value=start.isoformat(), by=by
    )
    for _round in range(3):
        missing = build_desk(Agreement.objects.get(pk=agreement.pk)).missing_fields
        for gap in missing:
            value = _sample(samples["fields"], gap.path, start)
            agreements.fill_field(agreement=agreement, path=gap.path, value=value, by=by)
    desk = build_desk(Agreement.objects.get(pk=agreement.pk))
    for line in desk.annexes:
        if line.missing:
            agreements.save_annex(
                agreement=agreement,
                number=line.template.number,
                content=_annex(desk, line, samples),
                by=by,
            )


def _sample(fields: dict[str, Any], path: str, start: date) -> Any:
    key = path.split(".", 1)[1]
    if path in fields or key in fields:
        found = fields.get(path, fields.get(key))
        return (
            (start + timedelta(days=found["days"])).isoformat()
            if isinstance(found, dict)
            else found
        )
    return f"à l’annexe correspondante ({key.replace('_', ' ')})"


def _annex(desk: Desk, line: AnnexLine, samples: dict[str, Any]) -> dict[str, Any]:
    """Keep what the file filled, and answer the rest from the samples of the demonstration."""
    content = dict(line.content)
    facts = desk.facts
    given = samples["annexes"].get(line.template.number, {})
    for section in line.template.sections:
        if section.kind == "rows" and not rows(content, section):
            content[section.key] = given.get(section.key) or [
                {
                    column.key: column.choices[0] if column.choices else "sans objet"
                    for column in section.columns
                    if is_required(column, facts)
                }
            ]
        elif section.kind == "rows":
            for row in content[section.key]:
                for column in section.columns:
                    if is_required(column, facts) and not row.get(column.key):
                        row[column.key] = column.choices[0] if column.choices else "sans objet"
        for question in questions(section, desk.party_names):
            written = content.setdefault(section.key, {})
            if question.row:
                written = written.setdefault(question.row, {})
            known = (given.get(section.key) or {}).get(question.row or question.column.key)
            if not written.get(question.column.key):
                choices = question.column.choices
                written[question.column.key] = known or (
                    choices[0] if choices else "Décrit au dossier"
                )
    return content


def settle_reserves(agreement: Agreement, by: User) -> None:
    """Prove and lift what must be before the signature; inscribe what the act must carry."""
    requester = (
        agreement.parties.filter(side="requester").select_related("organisation").get().organisation
    )
    bearer = holders_of("requester", requester).first()
    for reserve in agreement.reserves.exclude(state__in=["lifted", "inscribed", "withdrawn"]):
        if reserve.stage == "in_agreement":
            article = agreement.articles.filter(removed_at=None).order_by("position")[5]
            agreements.inscribe_reserve(reserve=reserve, key=article.key, by=by)
        elif reserve.stage == "before_signature" and bearer is not None:
            agreements.prove_reserve(reserve=reserve, proof="Pièce déposée au dossier.", by=bearer)
            agreements.lift_reserve(reserve=reserve, reason="Preuve vérifiée.", by=by)


def run_jobs(agreement: Agreement) -> None:
    """Do at once what the worker would do: the demonstration is loaded before it starts."""
    for task in Task.objects.filter(case_id=agreement.pk, status="SCHEDULED"):
        task.flow_task.work(task)


def sign_all(player: Any, agreement: Agreement) -> None:
    while waiting := _tasks(agreement, "sign_version"):
        agreements.sign(
            task=waiting[0], by=player.doer(waiting[0]), has_read=True, is_reauthenticated=True
        )
