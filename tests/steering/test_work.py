"""The figures of the daily digest are those of the list « À traiter »."""

import pytest

from accounts.enums import Role
from notifications.digest import WorkFigures, figures_for
from notifications.enums import Family
from notifications.models import OutgoingMail
from notifications.services import notify, send_digests
from tests.steering import factories
from tests.steering.factories import OrganisationFactory, filed, step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to("2026-03-17T09:00:00+01:00", tick=False)


def awaiting(organisation, due):
    task = step(filed(), "2026-03-02", due)
    task.organisation = organisation
    task.save()
    return task


def test_cases_are_counted_once_for_those_who_must_act():
    cell = OrganisationFactory()
    officer, holder = (
        factories.person(Role.OFFICER, organisation=cell),
        factories.person(Role.HOLDER),
    )
    first = awaiting(cell, "2026-03-13")
    twin = step(first.case, "2026-03-02", "2026-03-20")
    twin.organisation = cell
    twin.save()
    awaiting(cell, "2026-03-17")
    awaiting(OrganisationFactory(), "2026-03-13")

    found = figures_for([officer.pk, holder.pk])

    assert found == {officer.pk: WorkFigures(2, 1), holder.pk: WorkFigures(0, 0)}


def test_digest_of_the_morning_says_how_much_work_waits():
    cell = OrganisationFactory()
    officer = factories.person(Role.OFFICER, organisation=cell)
    for due in ("2026-03-13", "2026-03-16", "2026-03-30"):
        awaiting(cell, due)
    notify(
        recipients=[officer],
        family=Family.FILING,
        subject="Nouvelle demande à vérifier",
        sentence="Une demande est déposée.",
        url="/",
        reference="DEM-2026-0001",
    )

    send_digests()

    assert OutgoingMail.objects.get().subject == (
        "[Demandes de données] 3 dossiers à traiter, dont 2 en retard"
    )
