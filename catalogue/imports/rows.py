"""What a reader hands over: rows, each with what it holds or why it holds nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why, in French."""


@dataclass(frozen=True)
class IncomingProducer:
    """The producer as the file names it."""

    name: str = ""
    siret: str = ""
    short_name: str = ""
    kind: str = ""


@dataclass(frozen=True)
class IncomingDataset:
    """One record read from a file: columns of the record, before any check of ours."""

    title: str
    source_identifier: str
    producer: IncomingProducer
    values: dict[str, Any]
    distributions: list[dict[str, Any]] | None = None
    # The source identifier of the record that this one is a part of.
    part_of: str = ""


@dataclass(frozen=True)
class IncomingDictionary:
    """The variables of one dataset, named by the acronym or the title of its record."""

    dataset_name: str
    rows: list[dict[str, Any]]
    # Enough to create the record when it does not exist.
    title: str = ""
    description: str = ""


@dataclass
class ParsedRow:
    """One row of a report: where it stands, what it is, what to do with it."""

    number: int
    label: str
    content: IncomingDataset | IncomingDictionary | None = None
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
