"""The form of a step: a questionnaire on one page, with the draft of its answers if any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import Task
from questionnaires import definitions, parsing, validation
from questionnaires import forms as pages
from questionnaires import selectors as answers_of
from questionnaires.models import AnswerSet
from questionnaires.pages import SectionForm
from questionnaires.values import situation
from requests_flow.acts import Act
from requests_flow.enums import ConditionState
from requests_flow.models import DataRequest
from requests_flow.selectors.case_files import CaseFiles, of_the_reviews


@dataclass
class StepForm:
    """What a person answers at a step, on one page: its sections, values and problems.

    With the consultation's own answers when the task has some (kept as a draft), else from the
    post alone: a GET never writes.
    """

    task: Task
    act: Act
    values: dict[str, Any]
    context: dict[str, Any]
    attachments: CaseFiles
    answers: AnswerSet | None = None
    editor: str = ""
    added: str = ""

    @classmethod
    def of(
        cls,
        data_request: DataRequest,
        task: Task,
        act: Act,
        data: Mapping[str, Any] | None = None,
        joined: Mapping[str, list[int]] | None = None,
    ) -> StepForm:
        """Build the form of a task; `data` is what was posted, once its draft was saved."""
        answers = draft_of(task, act)
        files = of_the_reviews(data_request)
        if answers is not None:
            values, context = dict(answers.values), dict(answers.context)
        else:
            values, context = proposals(data_request, task), facts_for_step(data_request)
        if data is None:
            return cls(task, act, values, context, files, answers)
        values |= parsing.parse(definition_of(act, answers), data, files=joined)
        editor, added = pages.editor(data), str(data.get("_add") or "")[:60]
        return cls(task, act, values, context, files, answers, editor, added)

    @property
    def definition(self) -> definitions.Definition:
        return definition_of(self.act, self.answers)

    @property
    def effective(self) -> dict[str, Any]:
        """The answers that count: those of questions that apply."""
        return dict(situation(self.definition, self.values, self.context).values)

    @property
    def upload_names(self) -> str:
        """The names of the controls that send a file, with commas between them."""
        names = [field.name for field in self.definition.fields.values() if field.type == "file"]
        return ",".join(f"{name}-upload" for name in names)

    def problems(self) -> list[validation.Problem]:
        return validation.problems(
            self.definition, self.values, "D", context=self.context, attachments=self.attachments
        )

    def refusals(self, refused: Mapping[str, list[str]]) -> list[validation.Problem]:
        """The files that were refused, as problems at their questions."""
        return [
            validation.Problem(section.code, question.name, message, question.label)
            for section in self.definition.sections
            for question in section.fields
            for message in refused.get(question.name, [])
        ]

    def sections(self, problems: Iterable[validation.Problem] = ()) -> list[SectionForm]:
        """Build every section that applies; shown one under the other."""
        found = situation(self.definition, self.values, self.context)
        listed = list(problems)
        return [self._section(section.code, listed) for section in found.sections]

    def _section(self, code: str, problems: list[validation.Problem]) -> SectionForm:
        if self.answers is not None:
            return pages.section_form(
                self.answers,
                code,
                problems=problems,
                attachments=self.attachments,
                editor=self.editor,
                added=self.added,
            )
        return pages.blank_form(
            self.definition.code,
            code,
            version=self.definition.version,
            values=self.values,
            context=self.context,
            problems=problems,
            attachments=self.attachments,
            added=self.added,
        )


def draft_of(task: Task, act: Act) -> AnswerSet | None:
    """The answers that the consultation of a task keeps as a draft, if any."""
    consultation = getattr(task, "consultation", None) if not act.definition else None
    return consultation.answers if consultation is not None else None


def definition_of(act: Act, answers: AnswerSet | None) -> definitions.Definition:
    """The questionnaire of a step: that of its draft, else that of its act."""
    return answers.definition if answers is not None else definitions.get(act.definition)


def facts_for_step(data_request: DataRequest) -> dict[str, Any]:
    """The facts of the request that a step's form reads."""
    revision = data_request.revisions.last()
    return dict(answers_of.facts(revision.answers)) if revision else {}


def proposals(data_request: DataRequest, task: Task) -> dict[str, Any]:
    """What the file already suggests at a step, to be confirmed by the person (never applied)."""
    if task.node == "orient":
        return _orientation_proposals(data_request)
    if task.node == "decide":
        return _decision_proposals(data_request)
    return {}


def _decision_proposals(data_request: DataRequest) -> dict[str, Any]:
    """The reserves that the opinions put, taken up one by one by whoever decides."""
    labels = definitions.get("holder_decision").fields["conditions"].column("owner").labels
    codes = {label: code for code, label in labels.items()}
    standing = data_request.conditions.filter(
        consultation__isnull=False, state__in=[ConditionState.OPEN, ConditionState.PROOF_RECEIVED]
    )
    rows = [
        {
            "text": one.text,
            "owner": codes.get(one.owner, ""),
            "due": one.due_stage,
            "proof": one.proof,
        }
        for one in standing
    ]
    return {"conditions": rows} if rows else {}


def _orientation_proposals(data_request: DataRequest) -> dict[str, Any]:
    facts = facts_for_step(data_request)
    holders = {one.holder_id for one in data_request.requested.all() if one.holder_id}
    previous = Task.objects.filter(case_id=data_request.pk, data__outcome="admissible").last()
    if previous is not None and previous.data.get("transmit_to"):
        holders = {previous.data["transmit_to"]}
    reviews = ["legal"]
    if facts.get("PD"):
        reviews = ["dpo_requester", "dpo_holder", "security", "legal"]
    elif facts.get("SECRET"):
        reviews = ["security", "legal"]
    return {
        "outcome": "study",
        "legal_pathway": data_request.legal_pathway or None,
        "act_type": None if facts.get("PD") else "b",
        "reviews": reviews,
        "holders": [{"org": key, "scope": ""} for key in sorted(holders)],
    }
