"""Control of the chain: every event is read once, in order, and compared with what it must be.

Three witnesses, from the weakest to the strongest: the chain itself finds an edited, moved or
removed event; the head finds a removed end; the seals, kept outside the database too, find a
chain that was wholly removed or rewritten with all its hashes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.chain import genesis, link
from journal.enums import Fault
from journal.models import ChainHead, Event
from journal.seals import SealedLeaf, read_seals

# A moved event is looked for at the places nearest to its own, not in the whole chain.
PLACES_TRIED = 2000
FINDINGS_KEPT = 200
COLUMNS = (
    "chain",
    "kind",
    "actor_id",
    "actor",
    "role",
    "organisation",
    "subject_type",
    "subject_id",
    "subject",
    "summary",
    "reason",
    "audience",
    "is_read",
)


@dataclass(frozen=True)
class Finding:
    """One thing wrong in the journal, named."""

    fault: Fault
    chain: str
    sequence: int | None
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass
class Report:
    """What a control has read and found. `findings` keeps the first ones, `faults` counts all."""

    events: int = 0
    chains: int = 0
    seals: int = 0
    faults: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        return self.faults == 0

    @property
    def sentence(self) -> str:
        """« 12 408 événements contrôlés, aucune rupture. »"""
        counted = ngettext(
            # In French, zero is singular.
            "%(n)s événement contrôlé",
            "%(n)s événements contrôlés",
            self.events or 1,
        ) % {"n": f"{self.events:,}".replace(",", "\u202f")}
        if self.is_intact:
            return _("%(counted)s, aucune rupture.") % {"counted": counted}
        broken = ngettext("%(n)s rupture", "%(n)s ruptures", self.faults) % {"n": self.faults}
        return _("%(counted)s, %(broken)s : ne modifiez rien et prévenez l’exploitant.") % {
            "counted": counted,
            "broken": broken,
        }

    def add(self, fault: Fault, chain: str, sequence: int | None, message: str) -> None:
        self.faults += 1
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(Finding(fault, chain, sequence, message))


class Row(NamedTuple):
    """An event as it is stored, with the head of its chain."""

    chain: str
    sequence: int
    at: datetime
    entry: str
    previous_hash: str
    hash: str
    columns: tuple[Any, ...]
    head_sequence: int | None
    head_hash: str | None


def verify(*, chain: str | None = None) -> Report:
    """Read the journal (or one chain) and name every event that is not what was written.

    Streams in constant memory but for the seals; reads one snapshot while others go on writing.
    Source: design/documents.md, §5.
    """
    report = Report()
    # Seals first: what they name was committed before the snapshot that is read after them.
    leaves = read_seals(report, only_chain=chain)
    current: ChainCheck | None = None
    for row in stored_events(chain):
        if current is None or current.chain != row.chain:
            if current is not None:
                current.close()
            current = ChainCheck(row, report, leaves.pop(row.chain, []))
        current.read(row)
    if current is not None:
        current.close()
    check_vanished_chains(report, leaves)
    check_orphan_heads(report, chain, leaves)
    return report


def stored_events(chain: str | None) -> Iterator[Row]:
    # Columns and table names are constants of this module.
    columns = ", ".join(f"e.{name}" for name in COLUMNS)
    query = (
        "SELECT e.chain, e.sequence, e.at, e.entry, e.previous_hash, e.hash,"  # noqa: S608
        f" h.sequence, h.hash, {columns}"
        " FROM journal_event e LEFT JOIN journal_chainhead h ON h.chain = e.chain"
        f" {'WHERE e.chain = %s' if chain else ''} ORDER BY e.chain, e.sequence, e.id"
    )
    # Inside a transaction, the cursor of the server streams instead of copying its result.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query, [chain] if chain else [])
        while rows := cursor.fetchmany(2000):
            for values in rows:
                name, number, at, entry, previous, hash_, head_number, head_hash, *rest = values
                yield Row(
                    name, number, at, entry, previous, hash_, tuple(rest), head_number, head_hash
                )


class ChainCheck:
    """The control of one chain, event after event."""

    def __init__(self, first: Row, report: Report, leaves: list[SealedLeaf]) -> None:
        self.chain = first.chain
        self.head = (first.head_sequence, first.head_hash)
        self.report = report
        self.sealed = {leaf.sequence: leaf for leaf in leaves}
        self.last_sequence = 0
        self.last_hash = genesis(first.chain)
        report.chains += 1

    def add(self, fault: Fault, sequence: int | None, message: str) -> None:
        self.report.add(fault, self.chain, sequence, message)

    def read(self, row: Row) -> None:
        self.report.events += 1
        self.check_place(row)
        self.check_content(row)
        leaf = self.sealed.pop(row.sequence, None)
        if leaf is not None and leaf.hash != row.hash:
            self.add(
                Fault.REWRITTEN,
                row.sequence,
                _(
                    "Chaîne %(chain)s : l’événement %(n)s n’est plus celui du scellé du %(date)s, "
                    "la chaîne a été réécrite."
                )
                % {"chain": self.chain, "n": row.sequence, "date": leaf.sealed_on},
            )
        self.last_sequence, self.last_hash = row.sequence, row.hash

    def check_place(self, row: Row) -> None:
        expected = self.last_sequence + 1
        if row.sequence > expected:
            self.add(Fault.REMOVED, expected, missing(self.chain, expected, row.sequence - 1))
        elif row.sequence < expected:
            self.add(
                Fault.REORDERED,
                row.sequence,
                _("Chaîne %(chain)s : deux événements portent le numéro %(n)s.")
                % {"chain": self.chain, "n": row.sequence},
            )
        elif row.previous_hash != self.last_hash:
            self.add(
                Fault.BROKEN,
                row.sequence,
                _("Chaîne %(chain)s : rupture entre l’événement %(before)s et l’événement %(n)s.")
                % {"chain": self.chain, "before": self.last_sequence, "n": row.sequence},
            )

    def check_content(self, row: Row) -> None:
        try:
            matches = link(row.previous_hash, row.sequence, row.entry) == row.hash
            entry = json.loads(row.entry)
        except ValueError:
            matches, entry = False, {}
        origin = entry.get("chain", row.chain) if isinstance(entry, dict) else row.chain
        names = {"chain": self.chain, "n": row.sequence}
        if origin != row.chain:
            self.add(
                Fault.MOVED,
                row.sequence,
                _("Chaîne %(chain)s : l’événement %(n)s vient de la chaîne %(origin)s.")
                % {**names, "origin": origin},
            )
        elif not matches and (place := original_place(row)) is not None:
            self.add(
                Fault.REORDERED,
                row.sequence,
                _(
                    "Chaîne %(chain)s : l’événement %(n)s a été déplacé, "
                    "il portait le numéro %(place)s."
                )
                % {**names, "place": place},
            )
        elif not matches:
            self.add(
                Fault.EDITED,
                row.sequence,
                _("Chaîne %(chain)s : l’événement %(n)s a été modifié.") % names,
            )
        elif wrong := differing_columns(row, entry):
            self.add(
                Fault.EDITED,
                row.sequence,
                _("Chaîne %(chain)s : l’événement %(n)s a été modifié (%(columns)s).")
                % {**names, "columns": ", ".join(wrong)},
            )

    def close(self) -> None:
        head_sequence, head_hash = self.head
        sealed_end = max(self.sealed, default=0)
        end = max(head_sequence or 0, sealed_end)
        if end > self.last_sequence:
            self.add(
                Fault.TRUNCATED,
                self.last_sequence + 1,
                missing(self.chain, self.last_sequence + 1, end),
            )
        if (
            head_sequence is None
            or head_sequence < max(self.last_sequence, sealed_end)
            or (head_sequence == self.last_sequence and head_hash != self.last_hash)
        ):
            self.add(
                Fault.HEAD,
                self.last_sequence,
                _("Chaîne %(chain)s : la tête ne correspond pas au dernier événement.")
                % {"chain": self.chain},
            )


def missing(chain: str, first: int, last: int) -> str:
    if first == last:
        return _("Chaîne %(chain)s : l’événement %(n)s a été retiré.") % {
            "chain": chain,
            "n": first,
        }
    return _("Chaîne %(chain)s : les événements %(first)s à %(last)s ont été retirés.") % {
        "chain": chain,
        "first": first,
        "last": last,
    }


def original_place(row: Row) -> int | None:
    """Return the number under which an event was written, if only its number has changed."""
    nearest = sorted(
        range(max(1, row.sequence - PLACES_TRIED), row.sequence + PLACES_TRIED),
        key=lambda place: abs(place - row.sequence),
    )
    try:
        return next((n for n in nearest if link(row.previous_hash, n, row.entry) == row.hash), None)
    except ValueError:
        return None


def differing_columns(row: Row, entry: dict[str, Any]) -> list[str]:
    """Name the columns that no longer say what the chained entry says."""
    wrong = [
        name
        for name, value in zip(COLUMNS, row.columns, strict=True)
        if name in entry and entry[name] != value
    ]
    if "at" in entry and datetime.fromisoformat(entry["at"]) != row.at:
        wrong.append("at")
    return wrong


def check_vanished_chains(report: Report, leaves: dict[str, list[SealedLeaf]]) -> None:
    for chain, sealed in leaves.items():
        last = max(sealed, key=lambda leaf: leaf.sequence)
        report.add(
            Fault.TRUNCATED,
            chain,
            1,
            _(
                "Chaîne %(chain)s : toute la chaîne a été retirée, elle comptait %(n)s "
                "événements au scellé du %(date)s."
            )
            % {"chain": chain, "n": last.sequence, "date": last.sealed_on},
        )


def check_orphan_heads(
    report: Report, chain: str | None, vanished: dict[str, list[SealedLeaf]]
) -> None:
    heads = ChainHead.objects.filter(~Exists(Event.objects.filter(chain=OuterRef("chain"))))
    if chain:
        heads = heads.filter(chain=chain)
    for head in heads.exclude(chain__in=list(vanished)).iterator():
        report.add(Fault.TRUNCATED, head.chain, 1, missing(head.chain, 1, head.sequence))


def as_json(report: Report) -> list[dict[str, Any]]:
    """Return the findings as they are kept with a control."""
    return [
        {"fault": str(f.fault), "chain": f.chain, "sequence": f.sequence, "message": f.message}
        for f in report.findings
    ]
