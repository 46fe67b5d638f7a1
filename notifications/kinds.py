"""The messages that exist, with the words Navette proposes for each (ux/spec.md, §8).

An app registers its messages in the `ready()` of its configuration; managers change their words,
never which messages exist nor whom they are for. A variable is written « {echeance} » in a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from notifications.enums import LOCKED_FAMILIES, Family

FIELDS = ("subject", "sentence", "consequence")
_VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Variable:
    """What a text may name: its meaning, and what the preview shows in its place."""

    name: str
    meaning: Any
    sample: Any

    @property
    def braces(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True)
class Kind:
    """A message: its code, what it tells, its proposed words, the variables they may hold."""

    code: str
    label: Any
    family: Family
    subject: Any
    sentence: Any
    consequence: Any = ""
    variables: tuple[Variable, ...] = ()
    # Leaves at once whatever the person chose, though others of its family wait.
    locked: bool = False

    @property
    def is_locked(self) -> bool:
        return self.locked or self.family in LOCKED_FAMILIES

    @property
    def proposal(self) -> dict[str, str]:
        return {field: str(getattr(self, field)) for field in FIELDS}

    @property
    def samples(self) -> dict[str, str]:
        return {variable.name: str(variable.sample) for variable in self.variables}


TITLE = Variable("titre", _("Titre du dossier"), _("Places d’accueil des jeunes enfants"))
EXPECTED = Variable("attendu", _("Ce que la personne doit faire"), _("Rendre un avis"))
DUE = Variable("echeance", _("Dernier jour pour répondre"), _("24 mars 2026"))
OTHERWISE = Variable(
    "sinon",
    _("Ce qui se passe sans réponse"),
    _("Sinon, le retard est signalé à qui suit le dossier."),
)
DAY = Variable("date", _("Date dont parle le message"), _("20 avril 2026"))
BODY = Variable("organisme", _("Organisme dont parle le message"), _("DGCS"))
VERSION = Variable("version", _("Numéro de la version de l’acte"), "3")
ANNOUNCED = Variable(
    "annonce", _("Objet du premier message"), _("Avis attendu avant le 24 mars 2026")
)
AWAITED = Variable("objet", _("Objet du premier message, sans sa date"), _("Avis"))
DELAY = Variable("retard", _("Temps de retard"), _("3 jours ouvrés"))

_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add messages; a later version of a circuit replaces the words of the same step."""
    for kind in kinds:
        for field, text in kind.proposal.items():
            if wrong := unknown_variables(kind, text):
                raise ValueError(f"{kind.code}, {field}: {wrong}")
        _kinds[kind.code] = kind


def get(code: str) -> Kind:
    """Return a message; KeyError when no app registered it."""
    return _kinds[code]


def find(code: str) -> Kind | None:
    return _kinds.get(code)


def every() -> list[Kind]:
    """Return all messages, family by family, each family in the order of its registration."""
    families = list(Family)
    return sorted(_kinds.values(), key=lambda kind: families.index(kind.family))


def unknown_variables(kind: Kind, text: str) -> list[str]:
    """Return the names between braces that mean nothing in this message, in order."""
    known = {variable.name for variable in kind.variables}
    return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name not in known]


def has_lone_brace(text: str) -> bool:
    """Tell whether a brace opens or closes nothing."""
    return bool(re.search(r"[{}]", _VARIABLE.sub("", text)))


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Put values in the place of the variables, once: a value that holds braces stays as it is."""
    return _VARIABLE.sub(lambda found: str(values[found[1]]), text)
