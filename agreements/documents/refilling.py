"""Fields of a form that held something when the act was signed, and show something else since.

The rules of signatures let an empty field be filled. Some readers' rules let a full one be written
over as well: the amount that was signed is then no longer the amount that people read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.validation import EmbeddedPdfSignature

MAX_DEPTH = 40


def refilled_fields(embedded: EmbeddedPdfSignature) -> list[str]:
    """The names of the fields, signatures apart, whose content changed after this signature."""
    before = dict(_filled(embedded.reader.get_historical_resolver(embedded.signed_revision)))
    after = dict(_filled(embedded.reader))
    return sorted(name for name, content in before.items() if after.get(name) != content)


def _filled(handler: PdfHandler) -> Iterator[tuple[str, tuple[str, str]]]:
    for field in _get(_get(handler.root, "/AcroForm"), "/Fields") or ():
        yield from _walk(field.get_object(), "", "", 0)


def _get(holder: generic.DictionaryObject | None, key: str) -> Any:
    """The value of a key, followed to where it stands (`get` gives the reference itself)."""
    return holder[key] if holder is not None and key in holder else None


def _walk(
    field: generic.DictionaryObject, above: str, kind: str, depth: int
) -> Iterator[tuple[str, tuple[str, str]]]:
    name = f"{above}.{_get(field, '/T') or ''}"
    kind = str(_get(field, "/FT") or kind)
    value = _get(field, "/V")
    if kind != "/Sig" and value not in (None, ""):
        yield name, (_print(value), _print(_get(field, "/AP")))
    if depth < MAX_DEPTH:
        for number, kid in enumerate(_get(field, "/Kids") or ()):
            yield from _walk(kid.get_object(), f"{name}[{number}]", kind, depth + 1)


def _print(value: Any, depth: int = 0) -> str:
    """What a value says, indirect objects followed, as a fingerprint."""
    if isinstance(value, generic.IndirectObject):
        value = value.get_object()
    if isinstance(value, generic.DictionaryObject) and depth < MAX_DEPTH:
        said = ",".join(
            f"{key}:{_print(value.raw_get(key), depth + 1)}"
            for key in sorted(value)
            if key not in {"/P", "/Parent"}
        )
        if isinstance(value, generic.StreamObject):
            said += hashlib.sha256(value.data).hexdigest()
    elif isinstance(value, generic.ArrayObject) and depth < MAX_DEPTH:
        said = ",".join(_print(value.raw_get(number), depth + 1) for number in range(len(value)))
    else:
        said = repr(value)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
