"""Multiplies requests by INSERT … SELECT: each copy takes new keys at a fixed distance.

Every table that hangs from a request is copied, whatever it is (found in the models, so that a new
table is not forgotten). Bodies and persons are copied too, ten times at most: at 100 000 requests
there are ten times the bodies of 1 000, and each has ten times as many requests. The journal is
written by its own documented way (`journal.services.record_many`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from accounts.enums import Role
from accounts.models import Accreditation, Delegation, Membership, Organisation, User
from bench.ministry import Original
from cases.models import Case, Task
from journal.models import Event
from journal.services import Actor, Subject, build, record_many
from questionnaires.models import AnswerSet
from requests_flow.models import DataRequest
from requests_flow.routing import cell, service_of

PEOPLE = (Organisation, User, Membership, Accreditation, Delegation)
SETS = 10
HUNDRED = 100
REQUESTS_PER_SET = 1000
# The numbers given to copies: above those that the counter of the year will reach.
FIRST_NUMBER = 100_000
# Closed requests spread over four years, those in progress over two weeks.
CLOSED_DAYS, OPEN_DAYS = 1500, 14
# Copies made for the steps to be measured, far from the others.
STEP_RANK = 1_000_000


class Multiplier:
    """Copies the originals, a hundred requests at a time, and keeps count of what it made."""

    def __init__(self, originals: Iterable[Original]) -> None:
        self.originals = list(originals)
        self.models = dependants()
        self.strides = {model: _stride(model) for model in [*self.models, *PEOPLE]}
        self.shared = {body.pk for body in _shared_bodies()}
        self.sets = 1
        self.made = 0
        self._write_sources()

    def grow_to(self, size: int) -> int:
        """Copy until there are `size` requests; return how many were made in all."""
        rows = []
        while self.made < size:
            hundred = self.made // HUNDRED
            set_number = (self.made // REQUESTS_PER_SET) % SETS
            self._ensure_set(set_number)
            for original in self.originals:
                for rank in range(original.weight):
                    rows.append(self._copy(original, hundred * original.weight + rank, set_number))
            self.made += HUNDRED
            if len(rows) >= 10_000:
                self._copy_rows(rows)
                rows = []
        self._copy_rows(rows)
        self._settle()
        return self.made

    def copies_for_steps(self, name: str, count: int) -> list[int]:
        """Copy one original `count` times for its own persons; return the keys of the cases."""
        original = next(one for one in self.originals if one.name == name)
        self._copy_rows([(original.case_id, STEP_RANK + rank, 0, 0) for rank in range(count)])
        self._settle()
        return [
            original.case_id + (STEP_RANK + rank + 1) * self.strides[Case] for rank in range(count)
        ]

    def _copy(self, original: Original, rank: int, set_number: int) -> tuple[int, int, int, int]:
        days = rank % (OPEN_DAYS if original.is_open else CLOSED_DAYS)
        return original.case_id, rank, set_number, days

    # --- What is copied ----------------------------------------------------------------------

    def _write_sources(self) -> None:
        """List the rows of each table that belong to each original."""
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_row")
            cursor.execute("CREATE TABLE bench_row (model text, original bigint, id bigint)")
            for model in self.models:
                for statement in _sources(model):
                    cursor.execute(
                        sql.SQL("INSERT INTO bench_row SELECT {label}, found.* FROM ({query}) found"
                                " WHERE found.original = ANY(%s)").format(
                            label=sql.Literal(model._meta.label), query=statement
                        ),
                        [[one.case_id for one in self.originals]],
                    )  # fmt: skip
            cursor.execute("CREATE INDEX bench_row_model ON bench_row (model, original)")

    def _ensure_set(self, number: int) -> None:
        """Copy the bodies and their persons for a set that has none yet."""
        while self.sets <= number:
            with transaction.atomic(), connection.cursor() as cursor:
                for model in PEOPLE:
                    source = sql.SQL("{table} s, (SELECT {n}::int AS set, 0 AS days) c").format(
                        table=_table(model), n=sql.Literal(self.sets)
                    )
                    where = sql.SQL("s.id < {stride}").format(
                        stride=sql.Literal(self.strides[model])
                    )
                    if model in (Organisation, Accreditation):
                        column = "id" if model is Organisation else "organisation_id"
                        where += sql.SQL(" AND s.{column} <> ALL({shared})").format(
                            column=sql.Identifier(column), shared=sql.Literal(sorted(self.shared))
                        )
                    cursor.execute(self._insert(model, source, where))
            self.sets += 1

    def _copy_rows(self, rows: list[tuple[int, int, int, int]]) -> None:
        """Copy each (original, rank, set of bodies, days before)."""
        if not rows:
            return
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "CREATE TEMPORARY TABLE bench_copy"
                    " (original bigint, rank bigint, set int, days int) ON COMMIT DROP"
                )
                with cursor.copy("COPY bench_copy FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                for model in self.models:
                    source = sql.SQL(
                        "bench_copy c JOIN bench_row r ON r.original = c.original"
                        " AND r.model = {label} JOIN {table} s ON s.{pk} = r.id"
                    ).format(
                        label=sql.Literal(model._meta.label), table=_table(model),
                        pk=sql.Identifier(model._meta.pk.column),
                    )  # fmt: skip
                    cursor.execute(self._insert(model, source, sql.SQL("true")))
            record_many(self._events(rows))

    def _insert(
        self, model: type[models.Model], source: sql.Composable, where: sql.Composable
    ) -> sql.Composed:
        fields = model._meta.local_concrete_fields
        return sql.SQL("INSERT INTO {table} ({columns}) SELECT {values} FROM {source} WHERE {w}"
        ).format(
            table=_table(model),
            columns=sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
            values=sql.SQL(", ").join(self._value(model, field) for field in fields),
            source=source,
            w=where,
        )  # fmt: skip

    # --- How each column changes -------------------------------------------------------------

    def _value(self, model: type[models.Model], field: Any) -> sql.Composable:
        column = sql.Identifier("s", field.column)
        if (model, field.name) == (Case, "reference"):
            number = sql.SQL("{key} + {first}").format(
                key=self._key(Case, sql.Identifier("s", "id")), first=sql.Literal(FIRST_NUMBER)
            )
            # Nothing added to nothing is nothing: a draft has no reference.
            return sql.SQL("left({c}, 9) || ({n})::text").format(c=column, n=number)
        if special := SPECIAL.get((model, field.name)):
            return sql.SQL(special).format(c=column)
        if field.is_relation or field.primary_key:
            return self._key(field.related_model or model, column)
        if isinstance(field, models.DateTimeField):
            return sql.SQL("{c} - make_interval(days => c.days)").format(c=column)
        if isinstance(field, models.DateField):
            return sql.SQL("{c} - c.days").format(c=column)
        return column

    def _key(self, target: type[models.Model], column: sql.Composable) -> sql.Composable:
        """The key of the copy of what a column points to; the same when it is not copied."""
        if target is Organisation:
            return sql.SQL(
                "{c} + CASE WHEN {c} = ANY({shared}) THEN 0 ELSE c.set * {stride} END"
            ).format(
                c=column,
                shared=sql.Literal(sorted(self.shared)),
                stride=sql.Literal(self.strides[Organisation]),
            )
        if target in PEOPLE:
            return sql.SQL("{c} + c.set * {stride}").format(
                c=column, stride=sql.Literal(self.strides[target])
            )
        known = Case if target is DataRequest else target
        if known in self.strides:
            return sql.SQL("{c} + (c.rank + 1) * {stride}").format(
                c=column, stride=sql.Literal(self.strides[known])
            )
        return column

    # --- The journal -------------------------------------------------------------------------

    def _events(self, rows: list[tuple[int, int, int, int]]) -> Iterator[Event]:
        """The history of each copy, under its own reference, oldest first."""
        sources = {
            one.case_id: (
                Case.objects.get(pk=one.case_id),
                list(Event.objects.of_chain(f"case:{one.case_id}")),
            )
            for one in self.originals
        }
        for original, rank, set_number, days in rows:
            case, events = sources[original]
            key = original + (rank + 1) * self.strides[Case]
            old = case.reference or ""
            new = _reference(case, key)
            for event in events:
                yield build(
                    chain=f"case:{key}",
                    kind=event.kind,
                    by=self._actor(event, set_number),
                    subject=Subject(
                        event.subject_type, str(key), _renamed(event.subject, old, new)
                    ),
                    summary=_renamed(event.summary, old, new),
                    data=event.data,
                    reason=event.reason,
                    audience=event.audience,
                    is_read=event.is_read,
                    at=event.at - timedelta(days=days),
                )

    def _actor(self, event: Event, set_number: int) -> Actor:
        key = event.actor_id and event.actor_id + set_number * self.strides[User]
        return Actor(key, event.actor, event.role, event.organisation)

    def _settle(self) -> None:
        """Give the next keys above the copies, and let the planner know the new sizes."""
        with connection.cursor() as cursor:
            for model in [*self.models, *PEOPLE]:
                if model is not DataRequest:
                    cursor.execute(
                        sql.SQL(
                            "SELECT setval(pg_get_serial_sequence({name}, 'id'),"
                            " (SELECT max(id) FROM {table}))"
                        ).format(name=sql.Literal(model._meta.db_table), table=_table(model))
                    )
            cursor.execute("VACUUM ANALYZE")


# What a copy changes beside keys and days.
SPECIAL: dict[tuple[type[models.Model], str], str] = {
    (Case, "draft_key"): "gen_random_uuid()",
    (AnswerSet, "copied_from"): "NULL",
    (Organisation, "name"): "{c} || ' ' || c.set",
    (Organisation, "short_name"): "{c} || ' ' || c.set",
    (Organisation, "slug"): "{c} || '-' || c.set",
    (Organisation, "siret"): "NULL",
    (User, "email"): "c.set || '.' || {c}",
}


def dependants() -> list[type[models.Model]]:
    """Every table whose rows hang from a request, and their answers."""
    found: list[type[models.Model]] = [Case, AnswerSet]
    for app in ("cases", "requests_flow"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model not in found and _case_column(model):
                found.append(model)
    return [*found, Task.previous.through]


def _case_column(model: type[models.Model]) -> str:
    """The column that names the case of a row, empty when there is none."""
    for field in model._meta.local_concrete_fields:
        if field.is_relation and field.related_model in (Case, DataRequest):
            return str(field.column)
    return ""


def _sources(model: type[models.Model]) -> list[sql.Composable]:
    """Queries of (original, id) for the rows of a table."""
    pk = sql.Identifier(model._meta.pk.column)
    if model is Case:
        return [sql.SQL("SELECT id AS original, id FROM {t}").format(t=_table(model))]
    if model is AnswerSet:
        return [
            sql.SQL("SELECT {case} AS original, {c} AS id FROM {t} WHERE {c} IS NOT NULL").format(
                case=sql.Identifier(_case_column(holder)),
                c=sql.Identifier(field.column),
                t=_table(holder),
            )
            for holder in apps.get_app_config("requests_flow").get_models()
            for field in holder._meta.local_concrete_fields
            if field.is_relation and field.related_model is AnswerSet and _case_column(holder)
        ]
    if model is Task.previous.through:
        return [
            sql.SQL(
                "SELECT k.case_id AS original, m.id FROM {t} m JOIN {k} k ON k.id = m.from_task_id"
            ).format(t=_table(model), k=_table(Task))
        ]
    return [
        sql.SQL("SELECT {case} AS original, {pk} AS id FROM {t}").format(
            case=sql.Identifier(_case_column(model)), pk=pk, t=_table(model)
        )
    ]


def _table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _stride(model: type[models.Model]) -> int:
    """A distance that no key of today reaches."""
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return int(last or 0) + 1


def _shared_bodies() -> list[Organisation]:
    """The cell and the services that give its opinions are one for everybody."""
    services = [cell(), *(service_of(role) for role in (Role.LEGAL, Role.SECURITY, Role.EXPERT))]
    found = [body for body in services if body is not None]
    return found + [body.parent for body in found if body.parent]


def _reference(case: Case, key: int) -> str:
    return f"{case.reference[:9]}{key + FIRST_NUMBER}" if case.reference else ""


def _renamed(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text
