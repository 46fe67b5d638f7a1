"""From an address to a request: what is not visible does not exist."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from cases.enums import CaseKind
from cases.models import Case, Party
from requests_flow import policies
from requests_flow.models import (
    Condition,
    Consultation,
    DataRequest,
    Formality,
    RequestedDataset,
    Revision,
)


def get_for(user: User, reference: str) -> DataRequest:
    """Return a filed request that `user` sees, with its parties; 404 otherwise."""
    return _one(user, reference=reference)


def draft_for(user: User, draft_key: Any) -> DataRequest:
    """Return a draft that `user` writes; 404 otherwise, and once it is filed."""
    return _one(user, draft_key=draft_key, opened_at=None, closed_at=None)


def _one(user: User, **lookup: Any) -> DataRequest:
    """With what every page of a case shows: its `version`, how many `datasets` it asks for."""
    own = {"data_request": OuterRef("pk")}
    revisions = Revision.objects.filter(**own).order_by("-number")
    asked = RequestedDataset.objects.filter(**own).order_by().values("data_request")
    datasets = asked.annotate(n=Count("pk"))
    found = (
        DataRequest.objects.filter(
            pk__in=Case.objects.visible_to(user)
            .filter(kind=CaseKind.REQUEST, **lookup)
            .values("pk")
        )
        .select_related("organisation", "officer", "created_by", "answers")
        .prefetch_related(
            Prefetch("parties", Party.objects.select_related("organisation")), "conclusions"
        )
        .annotate(
            version=Subquery(revisions.values("number")[:1]),
            datasets=Subquery(datasets.values("n")),
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def consultation_for(user: User, data_request: DataRequest, consultation_id: int) -> Consultation:
    """Return a consultation of this very request, when `user` may read it."""
    found: Consultation = get_object_or_404(
        Consultation.objects.select_related(
            "task__case", "organisation", "answers", "given_by", "revision"
        ),
        pk=consultation_id,
        data_request_id=data_request.pk,
    )
    is_mine = found.given_by_id == user.pk or (
        found.task is not None and found.task.owner_id == user.pk
    )
    holds = found.task is not None and any(
        held.role == found.task.role and held.organisation_id == found.task.organisation_id
        for held in user.held_roles
    )
    if not (is_mine or holds or policies.can_read_opinions(user, data_request)):
        raise Http404
    return found


def condition_for(user: User, data_request: DataRequest, condition_id: int) -> Condition:
    """Return a reserve of this very request, when `user` may read the opinions."""
    if not (
        policies.can_read_opinions(user, data_request)
        or policies.can_bring_proof(user, data_request)
    ):
        raise Http404
    return get_object_or_404(
        Condition.objects.select_related("data_request", "consultation", "decision"),
        pk=condition_id,
        data_request_id=data_request.pk,
    )


def formality_for(data_request: DataRequest, formality_id: int) -> Formality:
    """Return a formality of this very request; 404 otherwise."""
    return get_object_or_404(Formality, pk=formality_id, data_request_id=data_request.pk)


def revisions(data_request: DataRequest) -> list[Revision]:
    """Return the versions of a request, the first filed first."""
    return list(data_request.revisions.select_related("answers", "submitted_by"))


def revision_for(data_request: DataRequest, number: int) -> Revision:
    """Return a version of this very request by its number; 404 otherwise."""
    return get_object_or_404(
        Revision.objects.select_related("answers"), data_request_id=data_request.pk, number=number
    )
