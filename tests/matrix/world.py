"""One ministry, one person per role, and a file at every stage, for the permission matrix."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Absence, Accreditation, Delegation, Membership, User
from agreements import services as acts
from agreements.models import Agreement
from agreements.selectors import current_clauses
from agreements.services.integrity import report_incident
from cases import services as cases
from cases.enums import Delay
from cases.models import ClosingDay
from catalogue.fieldsets import SECTIONS
from catalogue.models import Variable
from journal.models import Event
from notifications.enums import Family
from notifications.letters import unsubscribe_url
from notifications.models import Notification
from requests_flow.models import DataRequest
from requests_flow.services import (
    complements,
    conditions,
    decisions,
    formalities,
    lifecycle,
    opinions,
    study,
)
from requests_flow.services.conditions import NewCondition
from tests.agreements import factories as agreements
from tests.catalogue.factories import DatasetFactory, with_variables
from tests.requests_flow import worlds
from tests.sharing import factories as sharings

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
YESTERDAY = timezone.localdate() - timedelta(days=1)
ITEMS = [{"label": "Finalité", "missing": "Le texte", "why": "Pour la base légale"}]
# Roles that are held once for the whole service have no wrong organisation.
SOMEWHERE = [
    Role.REQUESTER, Role.ADDAC, Role.DATA_REFERENT, Role.HOLDER, Role.DPO, Role.SECURITY,
    Role.LEGAL, Role.EXPERT, Role.SIGNATORY, Role.AUTHORISED_PERSON, Role.ARCHIVIST,
]  # fmt: skip


@dataclass
class World:
    """Who tries (`actors`, by name) and what they try it on (`places`: arguments of addresses)."""

    ministry: worlds.Ministry
    actors: dict[str, User] = field(default_factory=dict)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)

    def case(self, name: str, made: DataRequest, **more: Any) -> DataRequest:
        """Name a request; its open tasks are named after their node."""
        fresh = DataRequest.objects.get(pk=made.pk)
        base = {"reference": fresh.reference, "draft_key": fresh.draft_key, **more}
        self.places[name] = base
        for task in reversed(worlds.case_selectors.open_tasks(fresh)):
            place = {**base, "task_id": task.pk}
            self.places[f"{name}/{task.node}"] = place
            self.places[f"{name}/{task.node}/{task.role}/{task.organisation.slug}"] = place
        return fresh

    def act(self, name: str, made: Agreement, **more: Any) -> Agreement:
        fresh = Agreement.objects.get(pk=made.pk)
        self.places[name] = {"reference": fresh.reference, "number": 1, "key": "C29", **more}
        for task in reversed(worlds.case_selectors.open_tasks(fresh)):
            self.places[f"{name}/{task.node}"] = {**self.places[name], "task": task.pk}
        return fresh


def _people(world: World) -> None:
    """Everybody in the right place, then the near misses."""
    made = world.ministry
    dgcs, cnsa, cell = made.requester_org, made.holder, made.cell
    made.people |= {
        "referent": worlds.person("sonia", (Role.DATA_REFERENT, dgcs)),
        "signatory": worlds.person("hugo", (Role.SIGNATORY, cnsa)),
        "requester_signatory": worlds.person("jean", (Role.SIGNATORY, dgcs)),
        "authorised_person": worlds.person("rita", (Role.AUTHORISED_PERSON, dgcs)),
        "archivist": worlds.person("noe", (Role.ARCHIVIST, cell)),
    }
    worlds.delegate(made.signatory, cnsa)
    worlds.delegate(made.requester_signatory, dgcs)
    outsider = made.outsider
    for role in SOMEWHERE[1:]:
        Membership.objects.get_or_create(
            user=outsider, organisation=made.outsider_org, role=role,
            defaults={"starts_on": worlds.LONG_AGO},
        )  # fmt: skip
    world.actors = {
        "requester": made.requester,
        "addac": made.addac,
        "data_referent": made.referent,
        "amdac_officer": made.officer,
        "second_officer": made.second_officer,
        "amdac": made.amdac,
        "data_holder": made.holder_agent,
        "dpo": made.dpo_holder,
        "dpo_requester": made.dpo_requester,
        "security_officer": made.security,
        "legal_officer": made.legal,
        "expert": made.expert,
        "signatory": made.signatory,
        "authorised_person": made.authorised_person,
        "manager": made.manager,
        "auditor": made.auditor,
        "archivist": made.archivist,
        "colleague": made.colleague,
        "no_role": made.nobody,
        "elsewhere": outsider,
        "ended": _all_roles(made, "fini", ends_on=YESTERDAY),
        "closed": _all_roles(made, "ferme"),
    }
    User.objects.filter(pk=world.actors["closed"].pk).update(is_active=False)


def _all_roles(made: worlds.Ministry, name: str, ends_on: date | None = None) -> User:
    user = worlds.person(name)
    places = {Role.REQUESTER: made.requester_org, Role.ADDAC: made.requester_org,
              Role.HOLDER: made.holder, Role.SIGNATORY: made.holder}  # fmt: skip
    for role in Role:
        Membership.objects.create(
            user=user, organisation=places.get(role, made.cell), role=role,
            starts_on=worlds.LONG_AGO, ends_on=ends_on,
        )  # fmt: skip
    return user


def _requests(world: World) -> None:
    """A request at each stage; most about personal data, so that every track exists."""
    made = world.ministry
    personal = worlds.personal_answers(made)
    world.case("draft", worlds.draft(made), section="need")
    case = worlds.filed(made, personal)
    world.case("filed", case, old=1, new=1)
    case = worlds.filed(made)
    study.declare_admissible(task=worlds.task(case, "check_admissibility"), by=made.officer)
    world.case("admitted", case)
    world.case("studied", worlds.oriented(made, personal))
    case = worlds.studied(made, personal)
    _with_files(world, case)
    case = worlds.reviewed(made, personal)
    world.case("deciding", case)
    world.case("contested", worlds.decided(made, outcome="unfavourable"))
    case = worlds.decided(made, personal)
    condition = conditions.add(
        data_request=case, by=made.officer,
        condition=NewCondition("Chiffrer les envois", "DGCS", "before_delivery"),
    )  # fmt: skip
    opinion = case.consultations.filter(kind="dpo_holder").get()
    world.case(
        "concluding", case, condition_id=condition.pk, consultation_id=opinion.pk, old=1, new=1
    )
    case = worlds.decided(made)
    formalities.save_formality(data_request=case, authority="CNIL", by=made.requester)
    _conclude(made, case)
    world.case("formalities", case)
    case = worlds.decided(made)
    _conclude(made, case)
    world.case("concluded", case)
    world.places["letters"] = {
        "reference": case.reference,
        "decision_id": case.decisions.get().pk,
        "conclusion_id": case.conclusions.get().pk,
    }
    _endings(world)


def _with_files(world: World, case: DataRequest) -> None:
    made = world.ministry
    task = next(t for t in worlds.case_selectors.open_tasks(case) if t.role == "security_officer")
    opinions.give_opinion(task=task, verdict="favourable", synthesis="Sûr.", by=made.security)
    shared = cases.add_attachment(case=case, upload=_upload(), by=made.requester)
    inner = cases.add_attachment(case=case, upload=_upload(), by=made.officer, room="cell")
    given = case.consultations.get(kind="security")
    world.case("opinions", case, attachment_id=shared.pk, consultation_id=given.pk, old=1, new=1)
    world.places["opinions inner"] = {**world.places["opinions"], "attachment_id": inner.pk}


def _upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("note.pdf", PDF, "application/pdf")


def _ask(made: worlds.Ministry, case: DataRequest) -> None:
    task = worlds.task(case, "check_admissibility")
    study.ask_complement(task=task, items=ITEMS, by=made.officer)


def _conclude(made: worlds.Ministry, case: DataRequest, outcome: str = "favourable") -> None:
    decisions.conclude(
        task=worlds.task(case, "conclude"), outcome=outcome, motivation="Concordant.",
        by=made.amdac, reason_codes=["not_necessary"] if outcome == "unfavourable" else [],
    )  # fmt: skip


def _rejected(made: worlds.Ministry) -> DataRequest:
    case = worlds.decided(made, outcome="unfavourable")
    decisions.arbitrate(
        task=worlds.task(case, "arbitrate"), outcome="unfavourable", motivation="Fondé.",
        by=made.amdac,
    )  # fmt: skip
    _conclude(made, case, "unfavourable")
    return DataRequest.objects.get(pk=case.pk)


def _endings(world: World) -> None:
    made = world.ministry
    world.case("rejected", _rejected(made))
    case = _rejected(made)
    decisions.ask_reexamination(data_request=case, reason="Un fait nouveau.", by=made.requester)
    world.case("reexamined", case)
    case = _rejected(made)
    decisions.ask_reexamination(data_request=case, reason="Un fait nouveau.", by=made.requester)
    decisions.reexamine(
        task=worlds.task(case, "reexamine"), opinion="À maintenir.", by=made.second_officer
    )
    world.case("reported", case)
    case = worlds.filed(made)
    lifecycle.withdraw(data_request=case, by=made.requester)
    world.case("withdrawn", case)
    case = worlds.filed(made)
    study.declare_admissible(task=worlds.task(case, "check_admissibility"), by=made.officer)
    study.redirect(
        task=worlds.task(case, "orient"), reason="Une API existe.", by=made.officer,
        redirection=study.Redirection("redirect_api", url="https://api.gouv.fr/"),
    )  # fmt: skip
    world.case("redirected", case)
    case = worlds.filed(made)
    _ask(made, case)
    for days in (75, 90):
        complements.lapse_overdue(today=timezone.localdate() + timedelta(days=days))
    world.case("lapsed", case)
    case = worlds.filed(made)
    _ask(made, case)
    world.case("complement", case)


def _acts(world: World) -> None:
    """The same two bodies, and their act in drafting, negotiation, signing, and signed."""
    made = world.ministry
    for where in (made.holder, made.requester_org, made.cell):
        where.legal_form, where.address = "administration", "14 avenue Duquesne, 75007 Paris"
        where.contact_email = f"contact@{where.slug}.example"
        where.save()
    people = agreements.World(
        holder=made.holder, requester=made.requester_org, ministry=made.cell, legal=made.legal,
        officer=made.officer, auditor=made.auditor, holder_agent=made.holder_agent,
        requester_agent=made.requester, holder_signatory=made.signatory,
        requester_signatory=made.requester_signatory, holder_dpo=made.dpo_holder,
        outsider=made.outsider,
    )  # fmt: skip
    reserves = [
        acts.ReserveValue(text, "DGCS", source="RSSI")
        for text in ("Chiffrer les envois", "Nommer les personnes")
    ]
    act = agreements.drafted(people, reserves=reserves)
    asked, proved = act.reserves.order_by("pk")
    acts.prove_reserve(reserve=proved, proof="Attestation jointe.", by=made.requester)
    acts.send_round(agreement=act, by=made.legal)
    acts.end_round(agreement=act, reason="Retour à la rédaction.", by=made.legal)
    world.act("drafting", act, pk=asked.pk, path="retention.months",
              party=act.parties.get(side="holder").pk)  # fmt: skip
    proposal = acts.propose(
        agreement=act, key="C29", body="Une autre durée.", reason="Trop long.", by=made.holder_agent
    )
    world.places["proposal"] = {**world.places["drafting"], "pk": proposal.pk}
    world.places["clause"] = {"code": "C01", "version": 1}
    world.places["template"] = {"act_type": "a"}
    drafted = current_clauses()["C29"]
    wording = acts.WordingValue(
        title=drafted.title, purpose=drafted.purpose, types=drafted.types,
        condition=drafted.condition, order=drafted.order, locked=True,
        mandatory_when=drafted.mandatory_when, body=f"{drafted.body} Sans exception.",
        note="Plus ferme.",
    )  # fmt: skip
    acts.save_clause_draft(clause=drafted.clause, wording=wording, revision=0, by=made.legal)
    world.places["drafted clause"] = {"code": "C29"}
    world.places["proved reserve"] = {**world.places["drafting"], "pk": proved.pk}
    world.act("first draft", agreements.drafted(people))
    act = agreements.drafted(people)
    acts.send_round(agreement=act, by=made.legal)
    world.act("negotiation", act)
    world.act("agreed", agreements.agreed(people))
    world.act("signing", agreements.in_signature(people))
    world.act("signed", agreements.registered(people))
    elsewhere = agreements.in_signature(people)
    kept = agreements.deposit_as(elsewhere, people.holder_signatory)
    world.act("signed elsewhere", elsewhere, pk=kept.pk)
    _duties(world, agreements.registered(people), agreements.registered(people))
    world.act("in force", agreements.in_force(people))
    act = agreements.in_force(people)
    acts.suspend(agreement=act, ground="incident", reason="Fuite.", by=made.holder_agent)
    lifting = acts.ask_lifting(agreement=act, reason="Réparé.", by=made.holder_agent)
    world.act("lifting", act, pk=lifting.pk)
    _deliveries(world, people)


def _duties(world: World, waiting: Agreement, tested: Agreement) -> None:
    """A sharing whose channel must be tested, and one whose test waits to be accepted."""
    world.act("asked duty", waiting, pk=waiting.obligations.get(code="channel").pk)
    proved = tested.obligations.get(code="channel")
    acts.prove_obligation(
        obligation=proved, proof="Fichier d’essai reçu.", by=world.ministry.holder_agent
    )
    world.act("proved duty", tested, pk=proved.pk)


def _deliveries(world: World, people: agreements.World) -> None:
    """A sharing under way, through an API too: a delivery planned, one sent, one received."""
    act = sharings.through_api(people)
    for name, made in (
        ("planned delivery", sharings.planned),
        ("sent delivery", sharings.sent),
        ("received delivery", sharings.received),
    ):
        world.act(name, act, number=made(people, act).number)
    rita = world.actors["authorised_person"]
    world.act("named person", act, pk=sharings.named(people, act, rita).pk)
    act = agreements.in_force(people)
    world.act("unknown person", act, pk=act.authorised_persons.get().pk)
    world.act("ready person", act, pk=sharings.prepared(people, act, rita).pk)


def _things(world: World) -> None:
    """Records, people's powers, events and notices: what the other addresses are about."""
    made = world.ministry
    dataset = DatasetFactory(title="Places par établissement", producer_org=made.holder)
    variable: Variable = with_variables(dataset, "FINESS")[0]
    world.places["dataset"] = {
        "slug": dataset.slug, "form": "csv", "section": SECTIONS[0].code, "pk": variable.pk
    }  # fmt: skip
    world.places["datasets"] = {"form": "csv"}
    absence = Absence.objects.create(
        user=made.requester, deputy=made.colleague,
        starts_on=timezone.localdate() + timedelta(days=30),
        ends_on=timezone.localdate() + timedelta(days=40),
    )  # fmt: skip
    delegation = Delegation.objects.filter(user=made.holder_agent).get()
    world.places["requester"] = {
        "pk": made.requester.pk,
        "absence_pk": absence.pk,
        "membership_pk": made.requester.memberships.get().pk,
    }
    world.places["own absence"] = {"pk": absence.pk}
    world.places["holder agent"] = {
        "pk": made.holder_agent.pk, "delegation_pk": delegation.pk
    }  # fmt: skip
    world.places["organisation"] = {
        "slug": made.holder.slug,
        "pk": Accreditation.objects.filter(organisation=made.holder).get().pk,
    }
    world.places["event"] = {"pk": Event.objects.filter(is_read=False).latest("pk").pk}
    world.places["delay"] = {"code": Delay.VISA.value}
    world.places["guide"] = {"slug": "demandeur"}
    world.places["message"] = {"code": "request-filed"}
    closing = ClosingDay.objects.create(day="2030-05-31", label="Pont")
    world.places["closing day"] = {"pk": closing.pk}
    world.places["csv"] = {"extension": "csv"}
    world.places["indicator"] = {"code": "I08"}
    world.places["reset link"] = {"uidb36": "1", "key": "aucune-clef"}
    notice = Notification.objects.filter(recipient=made.requester).latest("pk")
    world.places["notice"] = {"pk": notice.pk}
    world.places["published"] = {"reference": world.places["signed"]["reference"]}
    incident = report_incident(
        kind="journal", subject="case:0", finding="Chaîne case:0 : l’événement 1 a été modifié."
    )
    world.places["act type"] = {"code": "a"}
    world.places["incident"] = {"pk": incident.pk}
    world.places["token"] = {
        "token": unsubscribe_url(made.requester.pk, Family.DECISION).rstrip("/").rsplit("/", 1)[1]
    }


def build() -> World:
    """Make everything, through the services."""
    world = World(worlds.ministry())
    _people(world)
    _requests(world)
    _acts(world)
    _things(world)
    return world
