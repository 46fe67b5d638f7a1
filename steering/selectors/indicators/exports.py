"""The figures of a half-year as sheets: one per indicator, then the definitions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from steering import policies
from steering.exports import Sheet
from steering.selectors.indicators.definitions import DEFINITIONS
from steering.selectors.indicators.scope import Scope
from steering.selectors.indicators.values import compute_all, stage_times


def sheets(user: User, scope: Scope) -> list[Sheet]:
    """Return one sheet per indicator, the times by stage, the definitions."""
    policies.check_can_steer(user)
    found = [
        Sheet(f"{code} {value.definition.label}", value.columns, value.lines)
        for code, value in compute_all(scope).items()
    ]
    found.append(
        Sheet(
            _("Délais par étape"),
            [_("Étape"), _("Médiane sans suspension"), _("Médiane avec suspension"), _("Cible"),
             _("Écart"), _("Étapes mesurées")],
            [[one.label, one.net, one.gross, one.target, one.gap, one.count]
             for one in stage_times(scope)],
        )
    )  # fmt: skip
    found.append(
        Sheet(
            _("Définitions"),
            [_("Code"), _("Libellé"), _("Définition"), _("Calcul"), _("Précisions")],
            [[one.code, one.label, one.definition, one.formula, one.exclusions]
             for one in DEFINITIONS.values()],
        )
    )  # fmt: skip
    return found


def flat_sheet(user: User, scope: Scope) -> Sheet:
    """Return every value in one table, for CSV: one line per figure."""
    policies.check_can_steer(user)
    lines = [
        [scope.period.code, code, value.definition.label, line[0], column, cell]
        for code, value in compute_all(scope).items()
        for line in value.lines
        for column, cell in zip(value.columns[1:], line[1:], strict=True)
    ]
    lines += [
        [scope.period.code, "", _("Délais par étape"), one.label, column, cell]
        for one in stage_times(scope)
        for column, cell in (
            (_("Médiane sans suspension"), one.net),
            (_("Médiane avec suspension"), one.gross),
            (_("Cible"), one.target),
        )
    ]
    columns = [
        _("Période"), _("Code"), _("Indicateur"), _("Ligne"), _("Mesure"), _("Valeur"),
    ]  # fmt: skip
    return Sheet(_("Indicateurs"), columns, lines)
