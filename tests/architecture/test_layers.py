"""The directions that import-linter cannot see: foreign keys written as text."""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.architecture.project import LAYERS, our_models, report

HEIGHT = {app: height for height, line in enumerate(LAYERS) for app in line}


def foreign_keys() -> list[Any]:
    return [
        field
        for model in our_models()
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.model is model
    ]


def test_foreign_keys_point_down() -> None:
    found = []
    for field in foreign_keys():
        source, target = field.model._meta.app_label, field.related_model._meta.app_label
        if target not in HEIGHT or source == target:
            continue
        if HEIGHT[source] <= HEIGHT[target]:
            found.append(f"{field} points to {target}")

    report(found, "A foreign key points to an app that stands below (architecture.md, §1):")


def test_journal_has_no_foreign_key() -> None:
    found = [str(field) for field in foreign_keys() if field.model._meta.app_label == "journal"]

    report(found, "Events outlive what they tell: the journal has no foreign key:")


# What a person or a body only set up for itself goes with it.
OWN_ROWS = {
    "cases.CalendarToken", "cases.CaseUserObjectPermission", "cases.ClosingDay", "cases.Follower",
    "notifications.Mute", "notifications.Notification", "notifications.OutgoingMail",
    "notifications.Preference",
}  # fmt: skip


def test_people_and_bodies_are_protected() -> None:
    """Deleting a person or a body never takes away what it did."""
    found = [
        str(field)
        for field in foreign_keys()
        if not field.many_to_many
        and field.related_model._meta.label in {"accounts.User", "accounts.Organisation"}
        and field.model._meta.label not in OWN_ROWS
        and field.remote_field.on_delete not in (models.PROTECT, models.RESTRICT)
    ]

    report(found, "on_delete=PROTECT for what has legal weight (style.md, §3.1):")


def test_moments_are_named_after_their_verb() -> None:
    # Django's and the engine's own names, and those that read better with a preposition.
    known = {
        "assigned", "at", "created", "date_joined", "finished", "last_login", "scheduled",
        "send_after", "since", "started",
    }  # fmt: skip
    found = [
        str(field)
        for model in our_models()
        for field in model._meta.local_fields
        if isinstance(field, models.DateTimeField)
        and not field.name.endswith("_at")
        and field.name not in known
    ]

    report(found, "A moment is called <verb>ed_at (style.md, §3.3):")


def test_who_and_when_go_together() -> None:
    """When both may be empty, the database refuses one without the other."""
    found = []
    for model in our_models():
        fields = {field.name: field for field in model._meta.local_fields}
        checks = [
            str(constraint.condition)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
        ]
        for name, field in fields.items():
            person = fields.get(f"{name.removesuffix('_at')}_by")
            if not name.endswith("_at") or person is None or not (field.null and person.null):
                continue
            if not any(name in check and person.name in check for check in checks):
                found.append(f"{model._meta.label}: {name}, {person.name}")

    report(found, "A CheckConstraint ties each moment to its author (style.md, §3.1):")
