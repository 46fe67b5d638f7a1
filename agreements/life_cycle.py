"""The states of an act once it is signed, and the only moves between them (process.md, §3).

A move is called inside `cases.engine.move`, which locks the act; the service records it.
"""

from __future__ import annotations

from django.utils import timezone
from viewflow import fsm, this
from viewflow.fsm import TransitionNotAllowed

from agreements.enums import ENDED_STAGES, AgreementStage
from agreements.models import Agreement

__all__ = ["AgreementLife", "TransitionNotAllowed"]


class AgreementLife:
    stage = fsm.State(AgreementStage, default=AgreementStage.SIGNED)

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement

    @stage.getter()
    def _get_stage(self) -> AgreementStage:
        return AgreementStage(self.agreement.stage)

    @stage.setter()
    def _set_stage(self, value: AgreementStage) -> None:
        self.agreement.stage = value

    def has_begun(self) -> bool:
        start = self.agreement.effective_on
        return start is not None and start <= timezone.localdate()

    def has_ended(self) -> bool:
        """The last day of an act still belongs to it."""
        end = self.agreement.end_on
        return end is not None and end < timezone.localdate()

    @stage.transition(
        source=AgreementStage.SIGNED,
        target=AgreementStage.IN_FORCE,
        conditions=[this.has_begun],
    )
    def enter_into_force(self) -> None:
        """The date of effect has come."""

    @stage.transition(source=AgreementStage.IN_FORCE, target=AgreementStage.SUSPENDED)
    def suspend(self) -> None:
        """A party suspends: at once, whatever the others say."""

    @stage.transition(source=AgreementStage.SUSPENDED, target=AgreementStage.IN_FORCE)
    def resume(self) -> None:
        """Every party signed the lifting of the suspension."""

    @stage.transition(
        source=(AgreementStage.IN_FORCE, AgreementStage.SUSPENDED),
        target=AgreementStage.EXPIRED,
        conditions=[this.has_ended],
    )
    def expire(self) -> None:
        """The term has passed without an express decision to prolong."""

    @stage.transition(
        source=(AgreementStage.SIGNED, AgreementStage.IN_FORCE, AgreementStage.SUSPENDED),
        target=AgreementStage.TERMINATED,
    )
    def terminate(self) -> None:
        """A termination takes effect."""

    @stage.transition(
        source=(AgreementStage.IN_FORCE, AgreementStage.SUSPENDED),
        target=AgreementStage.SUPERSEDED,
    )
    def supersede(self) -> None:
        """Another act between the parties takes its place."""

    @stage.transition(source=tuple(ENDED_STAGES), target=AgreementStage.WINDING_UP)
    def wind_up(self) -> None:
        """Accesses are cut; destruction, final report and archives are due (process.md, S13)."""

    @stage.transition(source=AgreementStage.WINDING_UP, target=AgreementStage.ARCHIVED)
    def archive(self) -> None:
        """All that the end of the sharing asks is done."""
