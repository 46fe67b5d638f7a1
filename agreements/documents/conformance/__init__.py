"""The gate before an act is signed: is the file PDF/A-3a and PDF/UA-1?

Signatures freeze a file with its faults: a finding here stops the act while it can still be laid
out again. The rules are those that a file of ours could break (fonts, metadata, tags, annotations,
attachments, marked content); the test suite compares them with veraPDF, the public referee.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import pikepdf

from agreements.documents.conformance.accessible import accessible_findings
from agreements.documents.conformance.archival import archival_findings
from agreements.documents.conformance.findings import Finding, NonConforming

PROFILES = ("3a", "ua1")

__all__ = ["PROFILES", "Finding", "NonConforming", "check", "require_conforming"]


def check(pdf: bytes, *, profiles: Iterable[str] = PROFILES) -> tuple[Finding, ...]:
    """What keeps the file from the profiles (`3a`, `ua1`); empty when nothing does.

    A file that cannot be read at all is one finding; nothing is raised."""
    wanted = set(profiles)
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            findings: list[Finding] = []
            if "3a" in wanted:
                findings += archival_findings(document, pdf)
            if "ua1" in wanted:
                findings += accessible_findings(document)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError) as error:
        return (Finding("structure", "", f"{type(error).__name__}: {error}"[:300]),)
    return tuple(dict.fromkeys(findings))


def require_conforming(pdf: bytes) -> None:
    """Raises NonConforming, which names each finding, unless the file keeps both promises."""
    findings = check(pdf)
    if findings:
        raise NonConforming(findings)
