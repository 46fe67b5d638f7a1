"""The journal of an act as evidence: its chain, that of its request, the seals that name them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from agreements.models import Agreement
from journal.chain import genesis
from journal.enums import Audience
from journal.models import Event, Seal


@dataclass(frozen=True)
class Chain:
    """The events of a chain, one line each; those that the reader may not read keep their hash."""

    name: str
    file: str
    lines: bytes
    events: int
    head: str

    @property
    def described(self) -> dict[str, Any]:
        return {"chain": self.name, "file": self.file, "events": self.events, "head": self.head}


def names_of(agreement: Agreement) -> dict[str, str]:
    """Return the chains of an act and of the request that it comes from: name, file of each."""
    found = {agreement.chain: "journal/acte.jsonl"}
    if agreement.source_case_id:
        found[f"case:{agreement.source_case_id}"] = "journal/demande.jsonl"
    return found


def chains_of(agreement: Agreement, audiences: Collection[str]) -> list[Chain]:
    """Return the journal of an act, and of the request that it comes from."""
    return [_chain(name, file, audiences) for name, file in names_of(agreement).items()]


def _chain(name: str, file: str, audiences: Collection[str]) -> Chain:
    lines, head, count = [], genesis(name), 0
    for event in Event.objects.of_chain(name).iterator():
        lines.append(json.dumps(_line(event, audiences), ensure_ascii=False))
        head, count = event.hash, count + 1
    text = "".join(f"{line}\n" for line in lines)
    return Chain(name, file, text.encode(), count, head)


def _line(event: Event, audiences: Collection[str]) -> dict[str, Any]:
    line: dict[str, Any] = {
        "chain": event.chain,
        "sequence": event.sequence,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }
    hidden = event.is_read and Audience.AUDIT not in audiences
    if event.audience in audiences and not hidden:
        line["entry"] = event.entry
    else:
        line["withheld"] = "diffusion restreinte"
    return line


def seals_of(agreement: Agreement) -> list[dict[str, Any]]:
    """Return the seals that name one of the chains of an act, the first made first."""
    seals = Seal.objects.raw(
        "SELECT * FROM journal_seal WHERE EXISTS ("
        " SELECT 1 FROM jsonb_array_elements(leaves::jsonb -> 'leaves') leaf"
        " WHERE leaf ->> 0 = ANY(%s)) ORDER BY sealed_at, id",
        [list(names_of(agreement))],
    )
    return [
        {
            "root": seal.root,
            "previous_root": seal.previous_root,
            "manifest": seal.leaves,
            "timestamp_token": bytes(seal.timestamp_token or b"").hex(),
        }
        for seal in seals
    ]
