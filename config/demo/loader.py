"""Loads the demonstration ministry: its people, its catalogue, two years of requests and acts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.core.mail.backends.dummy import EmailBackend
from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import holders_of
from accounts.services import load_demo_people
from catalogue.models import Dataset
from catalogue.services.demo import load_demo_catalogue
from config.demo import sharings
from config.demo.days import on_day
from config.demo.player import Player, Script, requesting_organisation
from journal.services import SYSTEM
from notifications.models import Notification
from notifications.services import mark_all_read, send_outbox
from requests_flow.services.drafting import redirect_immediately

READ_AFTER_DAYS = 21
SCENARIOS = Path(__file__).parent / "scenarios"


def _read(name: str) -> Any:
    with (SCENARIOS / name).open(encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def answers_of(script: Script, requester: User) -> dict[str, Any]:
    """The complete form of a script: its profile, its people, its own changes."""
    values = dict(_read("profiles.yaml")[script.profile])
    where = requesting_organisation(requester)
    dpo = holders_of(Role.DPO, where).first()
    referent = (
        holders_of(Role.ADDAC, where).first() or holders_of(Role.DATA_REFERENT, where).first()
    )
    values.update(
        title=script.title,
        requesting_org=where.pk,
        requesting_unit=script.unit,
        business_owner=requester.pk,
        technical_contact=requester.pk,
        outcome_owner=requester.pk,
        requester_dpo=dpo.pk if dpo else None,
        requester_referent=(referent or requester).pk,
        needed_by=(
            timezone.localdate().replace(day=1).replace(year=timezone.localdate().year + 1)
        ).isoformat(),
    )
    known = dict(Dataset.objects.filter(slug__in=script.datasets or []).values_list("slug", "pk"))
    if known:
        values["datasets"] = [{"dataset": pk, "period": "2023-2025"} for pk in known.values()]
    else:
        values["datasets"] = [{"description": script.data, "period": "2023-2025"}]
    return {**values, **(script.answers or {})}


def load() -> list[str]:
    """Play every script in the order of its days; return the references that were given."""
    load_demo_people(SYSTEM)
    load_demo_catalogue(by=SYSTEM)
    scripts = sorted(
        (Script(**row) for row in _read("requests.yaml")), key=lambda script: script.filed
    )
    references = []
    for script in scripts:
        try:
            # One commit a script: hundreds of small ones are most of the time of a laptop's disk.
            with transaction.atomic():
                case = Player(script, answers_of).play()
            references.append(str(case.reference or "brouillon"))
        except Exception as error:
            error.add_note(f"pendant « {script.title} »")
            raise
    _redirections()
    sharings.play()
    _settle_messages()
    return references


def _redirections() -> None:
    """Needs that open data covered at once: no request was filed, and they are counted (I08)."""
    for row in _read("redirections.yaml"):
        requester = User.objects.get(email=row["requester"])
        with on_day(row["day"]):
            redirect_immediately(
                by=requester,
                organisation=requesting_organisation(requester),
                dataset=Dataset.objects.get(slug=row["dataset"]),
                finding="open",
                need=row["need"],
            )


def _settle_messages() -> None:
    """What is older than three weeks was sent and read: a visitor finds a living inbox."""
    limit = timezone.now() - timedelta(days=READ_AFTER_DAYS)
    while send_outbox(connect=EmailBackend):
        pass
    for user in User.objects.filter(is_active=True):
        last = (
            Notification.objects.filter(recipient=user, created_at__lt=limit)
            .order_by("-pk")
            .first()
        )
        if last is not None:
            mark_all_read(by=user, until=last.pk)
