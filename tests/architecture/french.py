"""French typography: what a person reads must look printed, not typed."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0\u202f"
LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœ"
RULES = {
    "straight apostrophe": re.compile(rf"[{LETTER}]'(?=[{LETTER}])"),
    "ordinary space before a double punctuation mark": re.compile(
        r"(?<=\S)[ \t\n]+[:;?!](?=[\s<]|$)"
    ),
    "no space before a double punctuation mark": re.compile(
        rf"(?<=[{LETTER}\d)»])[;?!](?=[ \n<]|$)"
    ),
    "ordinary or no space inside guillemets": re.compile(rf"«[^{NO_BREAK}]|[^{NO_BREAK}]»"),
    "three dots": re.compile(r"\.\.\."),
    "oe for œ": re.compile(r"\b(?:[cC]oeur|[oO]euvre|[nN]oeud|[vV]oeu|[sS]oeur)s?\b"),
}


def mistakes(text: str) -> list[str]:
    """Return the mistakes of a French text, each with the words around it."""
    found = []
    for name, rule in RULES.items():
        for match in rule.finditer(text):
            around = text[max(0, match.start() - 25) : match.end() + 15]
            found.append(f"{name}: “{' '.join(around.split(' '))}”".replace("\n", " "))
    return found
