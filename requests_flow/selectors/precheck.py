"""The pre-check: is the need already covered? (ux/spec.md, §4; indicator I08)."""

from __future__ import annotations

import statistics
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from agreements.models import Agreement
from cases import clock
from cases.announcements import day_text
from cases.models import Suspension
from catalogue.models import Dataset
from catalogue.selectors import list_by_slugs, search
from catalogue.selectors import precheck as existing_solutions
from requests_flow.enums import ConclusionKind
from requests_flow.models import Conclusion, DataRequest, RequestedDataset

# More cards than this answer no question.
MAX_CANDIDATES = 5
# A median of fewer answers tells nothing; one of more costs without telling more.
FEWEST_ANSWERS, MOST_ANSWERS = 5, 100


def usual_delay() -> int | None:
    """Return the median time of the last answers, in working days from the complete request, those
    of suspensions taken out; None while too few were given in a year to tell (ux/spec.md, §4)."""
    year = timezone.now() - timedelta(days=365)
    given = (
        Conclusion.objects.filter(kind=ConclusionKind.INITIAL, recorded_at__gt=year)
        .exclude(data_request__complete_on=None)
        .order_by("-recorded_at")
        .values_list("data_request_id", "data_request__complete_on", "recorded_at")[:MOST_ANSWERS]
    )
    answers = list(given)
    if len(answers) < FEWEST_ANSWERS:
        return None
    still: dict[int, list[Suspension]] = {}
    for one in Suspension.objects.filter(case_id__in=[pk for pk, _start, _end in answers]):
        still.setdefault(one.case_id, []).append(one)
    calendar = clock.Calendar()
    days = [
        clock.answer_progress(start, end, calendar, still.get(pk, ()), today=end)[0]
        for pk, start, end in ((pk, on, timezone.localdate(at)) for pk, on, at in answers if on)
    ]
    return round(statistics.median(days))


def candidates(user: User, query: str, slugs: list[str]) -> list[Dataset]:
    """The datasets named in the address, else those that the words find."""
    if slugs:
        return list_by_slugs(slugs)
    if not query.strip():
        return []
    return list(search(user, query).datasets[:MAX_CANDIDATES])


def findings(
    user: User, datasets: list[Dataset], organisation: Organisation | None
) -> list[dict[str, Any]]:
    """Cards, the strongest first: open data, API, held already, act in force, duplicate request."""
    cards = [
        {
            "kind": str(one.kind),
            "dataset": one.dataset,
            "title": one.title,
            "text": one.text,
            "url": one.url,
            "contact": one.contact,
        }
        for one in existing_solutions(datasets, organisation)
    ]
    return cards + _acts(datasets, organisation) + _duplicates(user, datasets, organisation)


def covering(
    user: User, datasets: list[Dataset], organisation: Organisation | None, kind: str, url: str
) -> dict[str, Any] | None:
    """Return the card that somebody says is enough, found again: an address is never believed."""
    cards = [one for one in findings(user, datasets, organisation) if one["kind"] == kind]
    return next((one for one in cards if one["url"] == url), cards[0] if cards else None)


def extension_of(
    user: User, datasets: list[Dataset], organisation: Organisation | None, agreement: str
) -> dict[str, Any]:
    """The answers of a request that extends an act in force that the pre-check showed."""
    acts = [one.get("agreement") for one in findings(user, datasets, organisation)]
    found = next((one for one in acts if one and str(one) == agreement), None)
    return {"request_kind": "extension", "parent_agreement": found} if found else {}


def _acts(datasets: list[Dataset], organisation: Organisation | None) -> list[dict[str, Any]]:
    """An act in force between my organisation and a holder covers some of these data."""
    if organisation is None or not datasets:
        return []
    requested = RequestedDataset.objects.filter(
        dataset__in=datasets, data_request__organisation=organisation, data_request__stage="running"
    ).select_related("dataset")
    by_case = {one.data_request_id: one for one in requested}
    acts = Agreement.objects.filter(source_case_id__in=by_case, stage__in=["signed", "in_force"])
    return [
        {
            "kind": "agreement",
            "dataset": by_case[act.source_case_id].dataset,
            "title": _("Une convention couvre déjà ce jeu"),
            "text": _("%(ref)s, jusqu’au %(end)s. Une extension irait plus vite.")
            % {"ref": act.reference, "end": day_text(act.end_on) or "–"},
            "url": act.get_absolute_url(),
            "contact": "",
            "agreement": act.pk,
        }
        for act in acts
    ]


def _duplicates(
    user: User, datasets: list[Dataset], organisation: Organisation | None
) -> list[dict[str, Any]]:
    """A close request of my organisation is open already."""
    if organisation is None or not datasets:
        return []
    near = (
        DataRequest.objects.filter(
            Q(requested__dataset__in=datasets),
            organisation=organisation,
            opened_at__isnull=False,
            closed_at=None,
        )
        .exclude(stage="running")
        .distinct()[:3]
    )
    return [
        {
            "kind": "duplicate",
            "dataset": None,
            "title": _("Une demande proche est en cours"),
            "text": _("%(ref)s — %(title)s (%(org)s).")
            % {"ref": one.reference, "title": one.title, "org": organisation},
            "url": one.get_absolute_url(),
            "contact": "",
        }
        for one in near
    ]


def own_organisation(user: User, raw: Any) -> Organisation | None:
    """Return the organisation of a posted number, among those for which `user` may ask."""
    mine = {held.organisation_id for held in user.held_roles if held.role == Role.REQUESTER}
    text = str(raw or "")
    chosen = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    return Organisation.objects.filter(pk=chosen).first() if chosen in mine else None
