"""From an act to its file: PDF/A-3a and PDF/UA-1 in one, with the fields where it will be signed.

The settings that make one file conform to both, give the same bytes each time and let signatures be
verified in linear time are in `finishing`; this module lays out. WeasyPrint is not thread-safe:
one layout at a time in a process.
"""

from __future__ import annotations

import functools
import hashlib
import threading
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.template.loader import render_to_string
from django.utils import timezone, translation
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse, path2url

from agreements.documents import conformance, fonts, presentation
from agreements.documents.finishing import Finisher, declare_pdfua
from agreements.documents.model import ActDocument

VARIANT = "pdf/a-3a"
TWIN_NAME = "acte.jsonld"
_lock = threading.Lock()


class RenderingFailed(Exception):
    """The act could not be laid out; the message says what was refused."""


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A laid-out file, its fingerprint, its page count and the page source it was made from."""

    data: bytes
    sha256: str
    page_count: int
    source: str


class FontFetcher(URLFetcher):  # type: ignore[misc]
    """Gives the layout the files of the configured family, and nothing else in the world."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["file"], allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url not in {path2url(path) for path in _font_files().values()}:
            raise FatalURLFetchingError(f"refused: {url[:200]}")
        return super().fetch(url, headers)


def render(act: ActDocument) -> RenderedPdf:
    """Lays out an act. Equal acts give equal bytes.

    The file carries one empty signature field for each slot (`SignatureSlot.field_name`), and, when
    there is a slot, the field of the platform's seal (`finishing.SEAL_FIELD`).
    Raises ValueError for a bad slot name or a moment without zone, RenderingFailed for the rest."""
    if timezone.is_naive(act.created):
        raise ValueError("created must be an aware datetime")
    presentation.check_slots(act.signature_slots)
    source = _page("agreements/document/act.html", functools.partial(presentation.act_context, act))
    attachments = _twin(act.twin, act.created) if act.twin is not None else []
    fields = presentation.signature_fields(act)
    return _lay_out(source, Finisher(fields, presentation.link_labels(act)), attachments)


def render_for_signature(act: ActDocument) -> RenderedPdf:
    """Lays out an act that is going to be signed.

    Raises conformance.NonConforming when the file is not PDF/A-3a and PDF/UA-1 (signatures would
    freeze the fault), and what `render` raises."""
    rendered = render(act)
    conformance.require_conforming(rendered.data)
    return rendered


def render_simple(
    html: str,
    *,
    title: str,
    created: datetime,
    sender: str,
    reference: str = "",
    recipient: tuple[str, ...] = (),
    subject: str = "",
    foot: str = "",
    sealable: bool = True,
) -> RenderedPdf:
    """Lays out a letter or a receipt: letterhead, title, cleaned `html`.

    `recipient` holds the lines of the address; `sealable` leaves room for the platform's seal,
    invisible there. Raises ValueError for a moment without zone, RenderingFailed."""
    if timezone.is_naive(created):
        raise ValueError("created must be an aware datetime")
    letter = presentation.Letter(html, title, created, sender, reference, recipient, subject, foot)
    source = _page("agreements/document/letter.html", letter.context)
    return _lay_out(source, Finisher(presentation.letter_fields(sealable=sealable), {}), [])


def stylesheet() -> str:
    """The style sheet of acts and letters, with the faces of the configured family."""
    faces = [
        {"url": path2url(path), "weight": fonts.FACES[face][0], "style": fonts.FACES[face][1]}
        for face, path in _font_files().items()
    ]
    context = {"faces": faces, "family": fonts.family().name}
    sheets = ("agreements/document/fonts.css", "agreements/document/act.css")
    return "".join(render_to_string(sheet, context) for sheet in sheets)


def _font_files() -> dict[str, Any]:
    return fonts.family().faces


def _page(template: str, context: Any) -> str:
    # Whoever asks for it, an act is in French.
    with translation.override("fr"):
        return render_to_string(template, context())


def _twin(twin: dict[str, Any], created: datetime) -> list[Attachment]:
    moment = created.astimezone(UTC)
    return [
        Attachment(
            string=rfc8785.dumps(twin).decode(),
            name=TWIN_NAME,
            description="Jumeau de données de l’acte (JSON-LD)",
            relationship="Data",
            created=moment,
            modified=moment,
        )
    ]


@functools.cache
def _style(sheet: str) -> tuple[CSS, FontConfiguration]:
    # One font configuration a process: reading the faces is the cold cost of a layout.
    configuration = FontConfiguration()
    return CSS(string=sheet, font_config=configuration, url_fetcher=FontFetcher()), configuration


def _lay_out(source: str, finisher: Finisher, attachments: list[Attachment]) -> RenderedPdf:
    try:
        with _lock, warnings.catch_warnings():
            # The library leaves its colour profile to be closed by the collector.
            warnings.simplefilter("ignore", ResourceWarning)
            css, configuration = _style(stylesheet())
            document = HTML(string=source, url_fetcher=FontFetcher()).render(
                stylesheets=[css], font_config=configuration, pdf_variant=VARIANT
            )
            declare_pdfua(document)
            data = document.write_pdf(
                pdf_variant=VARIANT, attachments=attachments or None, finisher=finisher
            )
    except FatalURLFetchingError as error:
        raise RenderingFailed(str(error)) from None
    return RenderedPdf(data, hashlib.sha256(data).hexdigest(), len(document.pages), source)
