"""The people of the demonstration: fictional persons in real public organisations."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Accreditation, Organisation, User
from accounts.selectors.demo import DATA, demo_definitions
from accounts.services.organisations import create_organisation
from accounts.services.persons import create_account
from accounts.services.powers import grant_accreditation, grant_delegation
from accounts.services.recording import By
from accounts.services.roles import declare_absence, grant_membership
from journal.dates import day_text

# Shown on the sign-in page of the demonstration, where signing asks for it again.
DEMO_PASSWORD = "navette-de-demonstration"  # noqa: S105
# Roles of the demonstration are old enough for its two years of history.
FIRST_DAY = -760


@transaction.atomic
def load_demo_people(by: By) -> None:
    """Create the organisations and the persons of the demonstration that do not exist yet.

    Days in the file are counted from today. Loading twice adds nothing.
    """
    organisations = _load_organisations(DATA / "organisations.csv", by)
    definitions = demo_definitions()
    for item in definitions["accreditations"]:
        _load_accreditation(organisations[item["organisation"]], item, by)
    hashed = make_password(DEMO_PASSWORD)
    known = set(User.objects.values_list("email", flat=True))
    added = [item for item in definitions["people"] if item["email"] not in known]
    persons = {item["email"]: _load_person(item, organisations, hashed, by) for item in added}
    for item in added:
        if "absence" in item:
            _load_absence(persons[item["email"]], item["absence"], by)


def _day(offset: int | None) -> date | None:
    return None if offset is None else timezone.localdate() + timedelta(days=offset)


def _load_organisations(path: Path, by: By) -> dict[str, Organisation]:
    known = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["slug"] in known:
                continue
            created = create_organisation(
                name=row["name"],
                kind=row["kind"],
                short_name=row["short_name"],
                siret=row["siret"],
                parent=known[row["parent"]] if row["parent"] else None,
                legal_form=row["legal_form"],
                address=row["address"],
                contact_email=row["contact_email"],
                by=by,
            )
            known[row["slug"]] = created
    return known


def _load_accreditation(organisation: Organisation, item: dict[str, Any], by: By) -> None:
    if Accreditation.objects.filter(organisation=organisation, scope=item["scope"]).exists():
        return
    grant_accreditation(
        organisation=organisation,
        scope=item["scope"],
        act_reference=item["act"],
        starts_on=_day(item["from"]) or timezone.localdate(),
        ends_on=_day(item.get("until")),
        by=by,
    )


def _load_person(
    item: dict[str, Any], organisations: dict[str, Organisation], hashed: str, by: By
) -> User:
    first_name, last_name = item["name"]
    person = create_account(
        email=item["email"],
        first_name=first_name,
        last_name=last_name,
        job_title=item["title"],
        password_hash=hashed,
        invite=False,
        by=by,
    )
    for role in item["roles"]:
        grant_membership(
            person=person,
            organisation=organisations[role["organisation"]],
            role=role["role"],
            starts_on=_day(role.get("from", FIRST_DAY)),
            ends_on=_day(role.get("until")),
            is_deputy=role.get("deputy", False),
            by=by,
        )
    for delegation in item.get("delegations", []):
        starts_on = _day(delegation["from"]) or timezone.localdate()
        grant_delegation(
            person=person,
            organisation=organisations[delegation["organisation"]],
            reference=delegation["reference"].format(date=day_text(starts_on)),
            title=delegation["title"],
            act_types=delegation.get("act_types", ""),
            starts_on=starts_on,
            ends_on=_day(delegation.get("until")),
            by=by,
        )
    return person


def _load_absence(person: User, item: dict[str, Any], by: By) -> None:
    today = timezone.localdate()
    declare_absence(
        person=person,
        deputy=User.objects.get(email=item["deputy"]),
        starts_on=today + timedelta(days=item["from"]),
        ends_on=today + timedelta(days=item["until"]),
        by=by,
    )
