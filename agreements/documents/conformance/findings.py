"""What a check reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the file breaks, where, and why."""

    rule: str
    where: str
    why: str


class NonConforming(Exception):
    """The file must not be signed as it is."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{f.rule} {f.where}: {f.why}" for f in findings))
