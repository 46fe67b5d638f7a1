"""How requests of the demonstration end before an act: refused, redirected, withdrawn, lapsed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from config.demo.days import DAYS, on_day
from requests_flow.services import complements, decisions, lifecycle, study
from requests_flow.services.study import Redirection

if TYPE_CHECKING:
    from config.demo.player import Player


def _inadmissible(player: Player) -> None:
    with player.at("admissibility"):
        task = player.task("check_admissibility")
        study.declare_inadmissible(task=task, by=player.doer(task), reason=player.script.reason)


def _redirected(player: Player) -> None:
    with player.at("admissibility"):
        task = player.task("check_admissibility")
        study.redirect(
            task=task,
            by=player.doer(task),
            reason=player.script.reason,
            redirection=Redirection(**(player.script.redirection or {})),
        )


def _withdrawn(player: Player) -> None:
    player.orient()
    with player.at("feasibility"):
        lifecycle.withdraw(
            data_request=player.case, by=player.requester, reason=player.script.reason
        )


def _lapsed(player: Player) -> None:
    player.ask_complement()
    for day in (58, 70, 82):
        with on_day(player.script.filed + day):
            complements.lapse_overdue()


def _rejected(player: Player) -> None:
    for act in (player.orient, player.run_study, player.review, player.decide, player.conclude):
        act()


def _reexamined(player: Player) -> None:
    _rejected(player)
    with on_day(player.script.filed + DAYS["conclusion"] + 12):
        decisions.ask_reexamination(
            data_request=player.case,
            reason="Le périmètre a été réduit à trois départements et aux seules variables utiles.",
            by=player.requester,
        )


ENDINGS: dict[str, Callable[[Player], None]] = {
    "inadmissible": _inadmissible,
    "redirected": _redirected,
    "withdrawn": _withdrawn,
    "lapsed": _lapsed,
    "rejected": _rejected,
    "reexamination": _reexamined,
}
