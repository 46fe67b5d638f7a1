"""Apply what each app declares of personal data (architecture.md, §4 rule 8): scrub and purge.

The declarations are beside the models (`<app>/personal_data.py`); this is what makes them true.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.erasure import accounts_to_erase, erase_account
from config.flows import is_ours
from journal.enums import Audience
from journal.services import SYSTEM, Subject, record

ERASED = "[effacé]"


@dataclass(frozen=True)
class Purged:
    """How many rows of a model lost what some of their fields said."""

    model: str
    fields: tuple[str, ...]
    before: datetime
    rows: int


@dataclass(frozen=True)
class Report:
    """What a run erased, or would erase."""

    accounts: int
    purged: tuple[Purged, ...]

    @property
    def lines(self) -> list[str]:
        """What to tell whoever ran it."""
        told = [_("Comptes effacés : %(n)s") % {"n": self.accounts}]
        return told + [
            f"{one.model} ({', '.join(one.fields)}) : {one.rows}" for one in self.purged if one.rows
        ]


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same day some months earlier, the last of its month when it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def purge(*, now: datetime | None = None, dry_run: bool = False) -> Report:
    """Erase what has no reason to be kept any more; with `dry_run`, only count it.

    Accounts closed for `ERASE_ACCOUNTS_AFTER_MONTHS` lose their `scrub` fields; fields declared
    `purge:<months>` are emptied so many months after the moment that their app names, unless the
    case is under legal hold. One event per account and per model. Done twice it changes nothing.
    """
    moment = now or timezone.now()
    limit = months_before(moment, settings.ERASE_ACCOUNTS_AFTER_MONTHS)
    closed = accounts_to_erase(closed_before=limit)
    if not dry_run:
        for person in closed:
            with transaction.atomic():
                _scrub_contacts(erase_account(person=person))
    purged = [
        _purge_model(model, fates, since, moment, dry_run) for model, fates, since in _declared()
    ]
    return Report(len(closed), tuple(one for groups in purged for one in groups))


def _modules() -> Iterator[tuple[str, Any]]:
    for config in apps.get_app_configs():
        name = f"{config.name}.personal_data"
        if is_ours(config) and find_spec(name) is not None:
            yield config.label, import_module(name)


def _declared() -> Iterator[tuple[type[models.Model], dict[int, list[str]], str]]:
    """Every model with something to purge: its fields by number of months, since what moment."""
    for label, module in _modules():
        for name, fates in module.PERSONAL_DATA.items():
            by_months: dict[int, list[str]] = {}
            for field, fate in fates.items():
                if fate.startswith("purge:"):
                    by_months.setdefault(int(fate.removeprefix("purge:")), []).append(field)
            if by_months:
                yield apps.get_model(label, name), by_months, module.PURGED_SINCE[name]


def _purge_model(
    model: type[models.Model],
    fates: dict[int, list[str]],
    since: str,
    moment: datetime,
    dry_run: bool,
) -> list[Purged]:
    done = []
    for months, names in sorted(fates.items()):
        before = months_before(moment, months)
        empty = {name: _empty(model._meta.get_field(name)) for name in sorted(names)}
        rows = model._default_manager.filter(_still_says(empty), **{f"{since}__lt": before})
        if since.startswith("case__"):
            rows = rows.exclude(case__legal_hold=True)
        with transaction.atomic():
            count = rows.count() if dry_run else rows.update(**empty)
            one = Purged(model._meta.label, tuple(empty), before, count)
            if count and not dry_run:
                _record(one)
        done.append(one)
    return done


def _still_says(empty: dict[str, Any]) -> models.Q:
    """The rows of which one of these fields is not empty yet."""
    still = models.Q()
    for name, value in empty.items():
        still |= (
            models.Q(**{f"{name}__isnull": False}) if value is None else ~models.Q(**{name: value})
        )
    return still


def _empty(field: Any) -> Any:
    """What a field holds once erased: nothing, or a word where something is expected."""
    if field.null:
        return None
    return "" if field.blank else ERASED


def _scrub_contacts(address: str) -> None:
    """Erase an address wherever an app declares that it follows the account of its holder."""
    for label, module in _modules():
        for name, fates in module.PERSONAL_DATA.items():
            model = apps.get_model(label, name)
            for field, fate in fates.items():
                is_address = isinstance(model._meta.get_field(field), models.EmailField)
                if fate == "scrub" and is_address and model._meta.label != settings.AUTH_USER_MODEL:
                    model._default_manager.filter(**{f"{field}__iexact": address}).update(
                        **{field: ""}
                    )


def _record(one: Purged) -> None:
    record(
        chain="personal_data:purge",
        kind="personal_data.purged",
        by=SYSTEM,
        subject=Subject("personal_data", one.model, one.model),
        summary=_("a effacé des données personnelles arrivées au terme de leur conservation"),
        data={
            "fields": list(one.fields),
            "rows": one.rows,
            "before": one.before.date().isoformat(),
        },
        audience=Audience.AUDIT,
    )
