"""Refusals of this app that carry more than a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import ngettext

from agreements.assembly.checks import Check
from cases.errors import Impossible


class NotReady(Impossible):
    """The version cannot be frozen; `checks` says what stands in the way, each with its cure."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self.checks = list(checks)
        label = ngettext(
            "%(n)s contrôle à satisfaire avant d’arrêter la version : %(what)s.",
            "%(n)s contrôles à satisfaire avant d’arrêter la version : %(what)s.",
            len(self.checks),
        )
        what = ", ".join(check.label for check in self.checks)
        super().__init__(label % {"n": len(self.checks), "what": what})
