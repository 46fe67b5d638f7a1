"""The document of each type of act, laid out for real from its version: conforming, complete."""

from __future__ import annotations

import threading
from io import BytesIO

import pikepdf
import pytest
from django.db import connection

from agreements import services, snapshots
from agreements.documents import conformance, rendering
from agreements.models import ActFile, Agreement
from cases.errors import Conflict
from tests.agreements import factories
from tests.agreements.worlds import facts

# The layout library leaves files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def parties(world: factories.World, act_type: str) -> list[services.PartyValue]:
    found = [services.PartyValue(world.holder, "holder")]
    if act_type == "d":
        other = factories.OrganisationFactory(name="Agence technique", short_name="Atih")
        operator = factories.OrganisationFactory(name="Institut national", short_name="Insee")
        found += [
            services.PartyValue(other, "holder"),
            services.PartyValue(operator, "operator"),
        ]
    return [*found, services.PartyValue(world.requester, "requester")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act_type", "known"),
    [
        ("b", facts(PD=False, REUSE=True, DERIVED=True)),
        ("c", facts(L1148_I=True, SECRET=True)),
        ("d", facts(LINK=True, SENS=True, HEALTH=True, NIR=True, PSEUDO=True, PUBLISH=True)),
        ("f", facts(SAME_STATE=True)),
    ],
)
def test_each_type_of_act_conforms(
    world: factories.World, act_type: str, known: dict[str, bool]
) -> None:
    agreement = factories.drafted(
        world, act_type=act_type, facts=known, parties=parties(world, act_type),
        values=factories.values(4 if act_type == "d" else 2),
    )  # fmt: skip
    services.fill_field(
        agreement=agreement, path="case.context", by=world.legal,
        value="Besoin <b>décrit</b> 😀 — ‮inversé‬ & « cité ».",
    )  # fmt: skip
    factories.filled_annexes(agreement, world.legal)
    version = services.send_round(agreement=agreement, by=world.legal)

    rendered = rendering.render(snapshots.act_document(version))

    assert conformance.check(rendered.data) == ()
    with pikepdf.open(BytesIO(rendered.data)) as pdf:
        assert len(pdf.pages) == rendered.page_count > 5
        assert str(pdf.docinfo.Title) == agreement.title or agreement.title in str(
            pdf.docinfo.Title
        )
    again = rendering.render(snapshots.act_document(version))
    assert again.sha256 == rendered.sha256


@pytest.mark.django_db(transaction=True)
def test_two_signatories_at_once_make_one_chain(fast_documents: None) -> None:
    world = factories.world()
    agreement = factories.in_signature(world)
    outcomes: list[str] = []

    def sign(user: object) -> None:
        try:
            factories.sign_as(agreement, user)
            outcomes.append("signed")
        except (Conflict, AssertionError):
            outcomes.append("refused")
        finally:
            connection.close()

    people = [world.holder_signatory, world.requester_signatory] * 3
    threads = [threading.Thread(target=sign, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    files = list(ActFile.objects.order_by("revision").values_list("revision", "kind"))
    assert sorted(outcomes) == ["refused"] * 4 + ["signed"] * 2
    assert files == [(0, "rendered"), (1, "signed"), (2, "signed")]
    services.register(task=factories.job_of(agreement, "seal_act"))
    assert Agreement.objects.get(pk=agreement.pk).reference == "CONV-2026-001"
