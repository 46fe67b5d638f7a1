"""Each figure: what it counts, what it leaves out, and the list behind it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Role
from cases.models import DelayRule, Suspension
from requests_flow.models import ImmediateRedirection
from steering.numbers import shown
from steering.periods import HalfYear
from steering.selectors.indicators import dashboard, values
from steering.selectors.indicators.definitions import DEFINITIONS
from steering.selectors.indicators.scope import Scope
from tests.steering import factories
from tests.steering.factories import OrganisationFactory, act, concluded, filed, moment, step

pytestmark = pytest.mark.django_db
S1 = Scope(HalfYear(2026, 1))


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to("2026-03-17T10:00:00+01:00", tick=False)


def figure(code, scope=S1):
    return values.compute(code, scope).figure


def lines(code, scope=S1):
    return values.compute(code, scope).lines


def listed(code, scope=S1):
    return values.listing(code, scope).rows.count()


def test_i03_counts_acts_signed_in_the_half_year_by_type():
    act(act_type="d", signed="2026-01-01T00:10+01:00")
    act(act_type="b", signed="2026-06-30T23:50+02:00")
    act(act_type="b", signed="2025-12-31T23:50+01:00")
    act(signed=None)

    assert figure("I03") == listed("I03") == 2
    assert lines("I03") == [
        ["Accord sur des données non personnelles", 1],
        ["Convention multi-parties avec appariement", 1],
    ]


def test_i05_counts_filed_requests_by_requester():
    ours = OrganisationFactory(name="A")
    filed(requester=ours)
    filed(requester=ours)
    filed(requester=OrganisationFactory(name="B"))
    filed(opened=None)
    filed(opened="2025-12-31T23:59+01:00")
    filed(opened="2026-07-01T00:01+02:00")

    assert figure("I05") == listed("I05") == 3
    assert lines("I05") == [["A", 2], ["B", 1]]


def test_i06_is_the_share_of_admissible_among_checked():
    for _number in range(2):
        filed(complete_on=date(2026, 2, 1), stage="study")
    filed(stage="inadmissible", outcome="inadmissible", closed_at=moment("2026-02-03"))
    filed(stage="info_requested")
    filed(stage="withdrawn", closed_at=moment("2026-02-03"))

    assert figure("I06") == Decimal("66.7")
    assert lines("I06") == [["Recevables", 2], ["Irrecevables", 1]]
    assert listed("I06") == 3


def test_i06_of_nothing_is_unknown():
    assert figure("I06") is None
    assert shown(figure("I06")) == "–"


def test_i07_shares_each_issue_by_the_day_it_was_given():
    concluded("2026-02-02", outcome="favourable")
    concluded("2026-02-02", outcome="favourable")
    concluded("2026-02-02", outcome="unfavourable")
    concluded("2025-12-30", outcome="favourable")
    filed(outcome="redirect_other", stage="redirected", closed_at=moment("2026-02-09"))
    filed(stage="withdrawn", closed_at=moment("2026-02-09"))

    assert figure("I07") == listed("I07") == 4
    assert lines("I07") == [
        ["Favorable", 2, Decimal("50.0")],
        ["Défavorable", 1, Decimal("25.0")],
        ["Réorientation vers un autre guichet", 1, Decimal("25.0")],
    ]


def test_i08_adds_the_needs_covered_at_once():
    filed(outcome="redirect_open_data", stage="redirected", closed_at=moment("2026-03-09"))
    filed(outcome="redirect_other", stage="redirected", closed_at=moment("2026-03-09"))
    ours = OrganisationFactory()
    ImmediateRedirection.objects.create(
        user=factories.UserFactory(), organisation=ours, finding="open", at=moment("2026-02-09")
    )

    assert figure("I08") == 2
    assert listed("I08") == 1
    assert lines("I08") == [["Dès la vérification préalable", 1], ["Après étude du dossier", 1]]
    assert values.compute("I08", S1).extra["share"] == Decimal("66.7")
    assert figure("I08", Scope(S1.period, requester=ours.pk)) == 1
    assert figure("I08", Scope(S1.period, holder=ours.pk)) == 0


def test_i09_is_the_median_without_the_suspended_days():
    concluded("2026-01-09")
    concluded("2026-01-12")
    long = concluded("2026-01-30")
    Suspension.objects.create(
        case=long, starts_on=date(2026, 1, 12), ends_on=date(2026, 1, 28), reason="complément"
    )
    concluded("2026-01-30", complete=None)

    assert figure("I09") == 5
    assert listed("I09") == 3
    assert lines("I09") == [
        ["Médiane", 5, 5],
        ["9 dossiers sur 10", 6, 19],
        ["Dossiers mesurés", 3, 3],
    ]


def test_i09_of_nothing_is_unknown():
    assert figure("I09") is None
    assert lines("I09")[0] == ["Médiane", None, None]


def test_i11_counts_steps_finished_in_time_by_stage_and_role():
    case = filed()
    step(case, "2026-02-02", "2026-02-16", finished="2026-02-16")
    step(case, "2026-02-02", "2026-02-16", finished="2026-02-17")
    step(
        case, "2026-02-02", "2026-02-16", finished="2026-02-03", role=Role.DPO, delay="opinion_dpo"
    )
    step(case, "2025-12-02", "2025-12-16", finished="2025-12-20")
    step(case, "2026-02-02", "2026-02-16")

    assert figure("I11") == Decimal("66.7")
    assert lines("I11") == [
        ["Recevabilité", "Instructeur (cellule AMDAC)", 1, 2, Decimal("50.0")],
        ["Avis du DPD", "Délégué à la protection des données (DPD)", 1, 1, Decimal("100.0")],
    ]
    assert listed("I11") == 1


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2026-03-17", 0),
        ("2026-02-18", 0),
        ("2026-02-17", 1),
        ("2026-01-18", 1),
        ("2026-01-17", 2),
        ("2025-11-18", 2),
        ("2025-11-17", 3),
        ("2020-01-01", 3),
    ],
)
def test_age_classes_are_half_open(day, number):
    assert values.age_class(date.fromisoformat(day), date(2026, 3, 17)) == number


def test_i12_sorts_open_requests_by_stage_and_age():
    filed(stage="study", opened="2026-03-10T10:00+01:00")
    filed(stage="study", opened="2025-10-01T10:00+01:00")
    filed(stage="completeness", opened="2026-02-10T10:00+01:00")
    filed(stage="running")
    filed(stage="closed", closed_at=moment("2026-03-10"))

    assert figure("I12") == listed("I12") == 3
    assert lines("I12") == [
        ["Recevabilité en cours", 0, 1, 0, 0, 1],
        ["Étude et avis en cours", 1, 0, 0, 1, 2],
    ]
    assert values.compute("I12", S1).extra["old"] == 1


def test_i13_counts_acts_that_live():
    act(stage="in_force", natures=["health"], end_on=date(2026, 9, 1))
    act(stage="suspended")
    act(stage="expired", end_on=date(2026, 4, 1))
    act(signed=None)

    value = values.compute("I13", S1)
    assert value.figure == listed("I13") == 2
    assert value.extra["health"] == 1
    assert value.extra["soon_on"] == date(2026, 9, 17)
    assert value.extra["soon"] == 1


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-08-31", date(2027, 2, 28)),
        ("2026-06-30", date(2026, 12, 28)),
        ("2026-12-01", date(2027, 6, 1)),
        ("2026-07-01", date(2027, 1, 1)),
    ],
)
def test_six_months_ahead(time_machine, today, expected):
    time_machine.move_to(f"{today}T10:00:00+01:00")

    assert values.compute("I13", S1).extra["soon_on"] == expected


@pytest.mark.parametrize("code", list(DEFINITIONS))
def test_every_indicator_follows_the_filters(code):
    nowhere = Scope(S1.period, requester=10**6, holder=10**6, pathway="l114_8_i")
    concluded("2026-02-02", holders=(OrganisationFactory(),), legal_pathway="gdpr_joint")
    act(natures=["health"])
    step(filed(), "2026-02-02", "2026-02-16", finished="2026-02-20")

    assert not figure(code, nowhere)
    assert listed(code, nowhere) == 0
    values.compute_all(S1)


def test_scope_keeps_what_answers():
    ours, theirs = OrganisationFactory(), OrganisationFactory()
    case = concluded("2026-02-02", requester=ours, holders=(theirs,), legal_pathway="gdpr_joint")
    concluded("2026-02-02")
    act(holder=theirs, requester=ours, source_case_id=case.pk)
    act()
    step(case, "2026-02-02", "2026-02-16", finished="2026-02-20")
    step(filed(), "2026-02-02", "2026-02-16", finished="2026-02-20")
    scope = Scope(S1.period, requester=ours.pk, holder=theirs.pk, pathway="gdpr_joint")

    for code in ("I03", "I05", "I07", "I11", "I13"):
        assert listed(code, scope) == 1, code
    assert scope.register_query(requester="demandeur") == (
        f"demandeur={ours.slug}&detenteur={theirs.slug}&voie=gdpr_joint"
    )


def test_stage_times_tell_median_target_and_gap():
    case = filed()
    Suspension.objects.create(
        case=case, starts_on=date(2026, 2, 9), ends_on=date(2026, 2, 13), reason="x"
    )
    step(case, "2026-02-02", "2026-02-16", finished="2026-02-16")
    step(filed(), "2026-02-02", "2026-02-16", finished="2026-02-18")
    step(case, "2026-02-02", "2026-06-16", finished="2026-02-18", delay="formalities")

    admissibility, formalities = values.stage_times(S1)

    assert (admissibility.net, admissibility.gross, admissibility.target) == (8.5, 11, 10)
    assert admissibility.gap == -1.5
    assert formalities.target is None
    assert formalities.gap is None


def test_target_is_the_delay_that_managers_set():
    DelayRule.objects.update_or_create(
        code="admissibility",
        defaults={"days": 7, "unit": "working", "is_suspendable": True,
                  "escalation_role": "amdac"},
    )  # fmt: skip

    assert values.target("admissibility") == 7


def test_figures_are_for_the_cell_managers_and_auditors():
    with pytest.raises(PermissionDenied):
        dashboard.build(factories.person(Role.HOLDER), S1, "")


def test_shown_figures():
    assert [shown(v) for v in (None, 0, 12408, 8.5, 8.0, Decimal("66.7"), Decimal("50.0"))] == [
        "–",
        "0",
        "12\u202f408",
        "8,5",
        "8",
        "66,7",
        "50",
    ]
