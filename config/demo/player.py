"""Plays requests through the services, on the days when they would have happened.

The demonstration holds no row that a service did not write: what a visitor sees is what the
circuit does. Days are counted from today; `time_machine` moves the clock, not the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import holders_of
from cases import selectors as case_selectors
from cases import services as cases
from cases.models import Task
from catalogue.models import Dataset
from config.demo import acts as act_player
from config.demo.days import DAYS, ORDER, on_day
from config.demo.endings import ENDINGS
from questionnaires import services as questionnaires
from requests_flow.models import DataRequest
from requests_flow.services import (
    decisions,
    drafting,
    filing,
    formalities,
    opinions,
    study,
)
from requests_flow.services.conditions import NewCondition


@dataclass
class Script:
    """One request of the demonstration (scenarios/requests.yaml)."""

    title: str
    requester: str
    holders: list[str]
    filed: int
    stage: str
    profile: str = "aggregated"
    datasets: list[str] | None = None
    data: str = ""
    unit: str = "Bureau des études"
    answers: dict[str, Any] | None = None
    reserves: list[dict[str, str]] | None = None
    outcome: str = "favourable"
    act_type: str = ""
    pathway: str = ""
    reason: str = ""
    redirection: dict[str, str] | None = None
    messages: list[dict[str, str]] | None = None
    late: bool = False
    expert: bool = False


def requesting_organisation(requester: User) -> Organisation:
    """The organisation that a person of the demonstration asks for."""
    return requester.memberships.filter(role=Role.REQUESTER).earliest("pk").organisation


class Player:
    """Plays one script up to its stage; each step is the act of the person whose task it is."""

    def __init__(self, script: Script, values: Callable[[Script, User], dict[str, Any]]) -> None:
        self.script = script
        self.requester = User.objects.get(email=script.requester)
        self.organisation = self._organisation()
        self.values = values
        self.case: DataRequest

    def _organisation(self) -> Organisation:
        return requesting_organisation(self.requester)

    def at(self, step: str) -> Any:
        return on_day(self.script.filed + DAYS[step])

    def reaches(self, stage: str) -> bool:
        wanted = self.script.stage
        return wanted in ORDER and ORDER.index(wanted) >= ORDER.index(stage)

    def task(self, node: str, organisation: Organisation | None = None) -> Task:
        for one in case_selectors.open_tasks(self.case):
            if one.node == node and organisation in (None, one.organisation):
                return one
        raise LookupError(f"{self.script.title}: {node} n’est pas ouvert")

    def doer(self, task: Task) -> User:
        """Whoever must do a task: its owner, else a holder of its role who may."""
        from cases import policies

        people = (
            [task.owner]
            if task.owner
            else list(holders_of(task.role, task.organisation).order_by("pk"))
        )
        for person in people:
            if person is not None and policies.can_act(person, task):
                return person
        raise LookupError(
            f"{self.script.title}: personne ne peut faire {task.node} ({task.organisation})"
        )

    def play(self) -> DataRequest:
        with on_day(self.script.filed - 3):
            self._write()
        if self.script.stage == "draft":
            return self.case
        with on_day(self.script.filed):
            self.case = filing.submit(data_request=self.case, by=self.requester)
            self._attach()
        if not self.script.late:
            self._visa()
        ENDINGS[self.script.stage](self) if self.script.stage in ENDINGS else self._advance()
        return self.case

    def _write(self) -> None:
        datasets = list(Dataset.objects.filter(slug__in=self.script.datasets or []))
        self.case = drafting.start_draft(
            by=self.requester,
            organisation=self.organisation,
            datasets=datasets,
            need=self.script.data,
        )
        kept = self.values(self.script, self.requester)
        questionnaires.save_values(answers=self.case.answers, values=kept, by=self.requester)
        DataRequest.objects.filter(pk=self.case.pk).update(title=self.script.title)
        self.case.refresh_from_db()

    def _attach(self) -> None:
        cases.add_attachment(
            case=self.case,
            by=self.requester,
            nature="Note de cadrage",
            upload=SimpleUploadedFile(
                "note-de-cadrage.pdf",
                act_player.small_pdf(self.script.title),
                content_type="application/pdf",
            ),
        )

    def _visa(self) -> None:
        with self.at("visa"):
            task = self.task("give_visa")
            study.give_visa(
                task=task,
                verdict="favourable",
                comment="Besoin conforme aux priorités de la direction.",
                by=self.doer(task),
            )

    def _advance(self) -> None:
        steps: list[tuple[str, str, Callable[[], None]]] = [
            ("complement", "admissibility", self.ask_complement),
            ("oriented", "orientation", self.orient),
            ("studied", "feasibility", self.run_study),
            ("reviewed", "opinions", self.review),
            ("decided", "decision", self.decide),
            ("concluded", "conclusion", self.conclude),
        ]
        for stage, _when, act in steps:
            if self.reaches(stage) or (stage == self.script.stage):
                act()
        for message in self.script.messages or []:
            with on_day(min(-1, self.script.filed + 15)):
                cases.post_message(
                    case=self.case,
                    room=message["room"],
                    body=message["body"],
                    by=User.objects.get(email=message["by"]),
                )
        if self.reaches("drafting"):
            self._formalities()
            act_player.play(self)

    def ask_complement(self) -> None:
        """Only a request whose stage is « complement » is asked something."""
        if self.script.stage not in ("complement", "lapsed"):
            return
        with self.at("admissibility"):
            task = self.task("check_admissibility")
            study.ask_complement(
                task=task,
                by=self.doer(task),
                items=[
                    {
                        "label": "Durée de conservation",
                        "missing": "La durée demandée n’est pas justifiée.",
                        "why": "Elle dépasse trente-six mois.",
                    },
                    {
                        "label": "Population",
                        "missing": "Les critères d’inclusion.",
                        "why": "Le détenteur doit chiffrer l’extraction.",
                    },
                ],
            )

    def orient(self) -> None:
        with self.at("admissibility"):
            task = self.task("check_admissibility")
            study.declare_admissible(task=task, by=self.doer(task))
        with self.at("orientation"):
            task = self.task("orient")
            personal = self.script.profile != "aggregated"
            study.orient(
                task=task,
                by=self.doer(task),
                holders=list(Organisation.objects.filter(slug__in=self.script.holders)),
                wants_expert=self.script.expert,
                legal_pathway=self.script.pathway or ("gdpr_c2c" if personal else "non_personal"),
                act_type=self.script.act_type or ("a" if personal else "b"),
            )

    def run_study(self) -> None:
        for task in [
            one for one in case_selectors.open_tasks(self.case) if one.node == "assess_feasibility"
        ]:
            with self.at("feasibility"):
                by = self.doer(task)
                act_player.fill(task, "feasibility", by)
                study.assess_feasibility(
                    task=task,
                    verdict="favourable",
                    synthesis="Extraction possible depuis l’entrepôt, sans développement.",
                    by=by,
                )
        with self.at("study"):
            task = self.task("conclude_study")
            by = self.doer(task)
            act_player.fill(task, "study", by)
            study.conclude_study(
                task=task,
                by=by,
                recommendation="favourable",
                synthesis="Le besoin découle d’une mission et aucune source ouverte ne suffit.",
            )

    def review(self) -> None:
        reserves = [NewCondition(**one) for one in self.script.reserves or []]
        for task in [
            one for one in case_selectors.open_tasks(self.case) if one.node == "give_opinion"
        ]:
            with self.at("opinions"):
                given = (
                    reserves if task.data["kind"] in ("dpo_holder", "legal") and reserves else []
                )
                reserves = [] if given else reserves
                opinions.give_opinion(
                    task=task,
                    by=self.doer(task),
                    verdict="favourable_reserve" if given else "favourable",
                    conditions=given,
                    synthesis="Les garanties décrites sont adaptées."
                    if not given
                    else "Favorable, sous les réserves qui suivent.",
                )

    def decide(self) -> None:
        for task in [one for one in case_selectors.open_tasks(self.case) if one.node == "decide"]:
            with self.at("decision"):
                negative = self.script.outcome == "unfavourable"
                decisions.decide(
                    task=task,
                    by=self.doer(task),
                    outcome=self.script.outcome,
                    motivation=self.script.reason
                    or "La demande sert une mission de service public et reste proportionnée.",
                    reason_codes=["not_minimised"] if negative else [],
                    kept="Effectifs par département" if self.script.outcome == "partial" else "",
                    refused="Détail par commune" if self.script.outcome == "partial" else "",
                    conditions=[
                        NewCondition(
                            "Transmettre la liste des personnes habilitées",
                            "Demandeur",
                            "before_delivery",
                            "Annexe 3 à jour",
                        )
                    ]
                    if self.script.outcome == "favourable_reserve"
                    else [],
                )

    def conclude(self) -> None:
        with self.at("conclusion"):
            for node, act in (("arbitrate", decisions.arbitrate), ("conclude", self._record)):
                for task in case_selectors.open_tasks(self.case):
                    if task.node == node:
                        act(
                            task=task,
                            by=self.doer(task),
                            outcome=self.script.outcome,
                            motivation="Conclusion conforme aux décisions des détenteurs.",
                        )

    def _record(self, *, task: Task, by: User, outcome: str, motivation: str) -> None:
        decisions.conclude(
            task=task,
            by=by,
            outcome=outcome,
            motivation=motivation,
            reason_codes=["not_minimised"] if outcome == "unfavourable" else [],
        )

    def _formalities(self) -> None:
        """The external formalities that the circuit asked for are obtained before the act."""
        if not any(one.node == "track_formalities" for one in case_selectors.open_tasks(self.case)):
            return
        with self.at("formalities"):
            today = timezone.localdate()
            for row in self.case.formalities.all():
                formalities.save_formality(
                    data_request=self.case,
                    by=self.requester,
                    formality=row,
                    authority=row.authority,
                    reference=row.reference or f"AIPD-{today.year}-{row.pk:03d}",
                    filed_on=today - timedelta(days=3),
                    answer="favourable",
                    answered_on=today,
                )
            task = self.task("track_formalities")
            formalities.close_formalities(task=task, by=self.doer(task))
