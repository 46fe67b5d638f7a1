"""What an act says, as plain values: the only thing that rendering reads.

Texts marked *html* are fragments (paragraphs, lists, tables). They are cleaned again before they
are laid out, so a caller may hand over what a person typed; the other texts are plain text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PartyBlock:
    """One party as the act names it on its first page."""

    name: str
    role_label: str  # « Détenteur des données », « Bénéficiaire »…
    short_name: str = ""  # printed as « ci-après désigné “le Détenteur” »
    legal_form: str = ""
    siret: str = ""
    address: str = ""
    unit: str = ""
    representative: str = ""
    representative_title: str = ""
    delegation_ref: str = ""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One article: its computed number, the code of its clause, its title and its body."""

    number: int
    code: str
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class AnnexText:
    """One annex; `html` may hold wide tables."""

    number: int
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class SignatureSlot:
    """One place to sign. `field_name` names the PDF field and is what `signing.sign_field` takes:
    ASCII letters, digits, `_` and `-`, unique in the act."""

    field_name: str
    name: str
    quality: str
    organisation: str
    delegation: str = ""


@dataclass(frozen=True, slots=True)
class ActDocument:
    """The whole act. Two equal values give the same bytes, whenever they are laid out."""

    title: str
    act_type_label: str
    reference: str
    version_label: str  # « Version 3 »
    status_label: str  # « Projet », « Version arrêtée, à signer »…
    parties: tuple[PartyBlock, ...]
    preamble: str  # html
    articles: tuple[ArticleText, ...]
    annexes: tuple[AnnexText, ...] = ()
    signature_slots: tuple[SignatureSlot, ...] = ()
    # The act as linked data (JSON-LD), attached to the file; None attaches nothing.
    twin: dict[str, Any] | None = None
    # The moment of the frozen version, aware. The file's own dates are made from it.
    created: datetime = field(kw_only=True)
    # « Diffusion restreinte aux parties »; printed on the first page when not empty.
    confidentiality: str = field(default="", kw_only=True)
    # « PROJET » across each page; empty for an act that is to be signed.
    draft_watermark: str = field(default="", kw_only=True)
    # A sentence that stands in a frame on the first page (« Clauses à valider par la DAJ… »).
    notice: str = field(default="", kw_only=True)
    # Printed in the foot of each page, for whoever holds the paper and wants to check it.
    verification_code: str = field(default="", kw_only=True)
