"""The states of an act once it is signed, and the only moves between them.

A move is called inside `cases.engine.move`, which locks the act; the service records it.
"""

from __future__ import annotations

from django.utils import timezone
from viewflow import fsm, this
from viewflow.fsm import TransitionNotAllowed

from agreements.enums import AgreementStage
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

    @stage.transition(
        source=AgreementStage.SIGNED,
        target=AgreementStage.IN_FORCE,
        conditions=[this.has_begun],
    )
    def enter_into_force(self) -> None:
        """The date of effect has come (process.md, §3)."""
