"""I10: how long it takes from a request to its first data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agreements.models import Agreement
from cases.models import Suspension
from steering.periods import HalfYear
from steering.selectors.indicators import values
from steering.selectors.indicators.scope import Scope
from tests.agreements import factories as act_factories
from tests.sharing import factories
from tests.steering.factories import filed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fast_documents")]
S1 = Scope(HalfYear(2026, 1))


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to("2026-03-17T10:00:00+01:00", tick=False)


def test_time_runs_from_the_filing_to_the_first_reception(world: act_factories.World) -> None:
    agreement = factories.cleared(world)
    case = filed(opened="2026-03-03T09:00+01:00")
    Agreement.objects.filter(pk=agreement.pk).update(source_case_id=case.pk)
    assert values.compute("I10", S1).figure is None

    factories.received(world, agreement)
    factories.received(world, agreement)

    found = values.compute("I10", S1)
    assert found.figure == 10
    assert found.lines[1][1:] == [1, 1]
    assert [row.pk for row in values.listing("I10", S1).rows] == [case.pk]
    assert values.compute("I10", Scope(HalfYear(2026, 2))).figure is None
    Suspension.objects.create(
        case_id=case.pk, starts_on=date(2026, 3, 9), ends_on=date(2026, 3, 12), reason="x"
    )
    assert values.compute("I10", S1).lines[0][2] == 10
    assert 5 <= values.compute("I10", S1).figure < 10
