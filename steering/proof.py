"""« Exporter avec preuve »: events with what a third party needs to check them alone."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.dates import moment_text
from journal.models import Event, Seal
from steering.exports import Sheet, csv_bytes

COLUMNS = (
    gettext_lazy("Date et heure"),
    gettext_lazy("Personne"),
    gettext_lazy("Rôle"),
    gettext_lazy("Organisme"),
    gettext_lazy("Événement"),
    gettext_lazy("Objet"),
    gettext_lazy("Motif"),
    gettext_lazy("Consultation"),
    gettext_lazy("Chaîne"),
    gettext_lazy("Numéro"),
    gettext_lazy("Empreinte précédente"),
    gettext_lazy("Empreinte"),
)
NOTICE = """\
Extrait du journal de Navette, fait le {made} par {by}.
Filtres : {filters}.
{count} événements.

Contenu
- evenements.csv : les événements, lisibles dans un tableur ;
- evenements.jsonl : un événement par ligne, avec le texte exact qui a été scellé (« entry ») ;
- scelles.json : les scellés du journal, avec leur jeton d’horodatage RFC 3161 quand il existe ;
- empreintes.sha256 : l’empreinte de chaque fichier ci-dessus.

Contrôler un événement
L’empreinte d’un événement est le SHA-256 de trois valeurs mises bout à bout :
1. l’empreinte précédente, en octets (32 octets) ;
2. son numéro dans la chaîne, sur 4 octets, poids fort en premier ;
3. le texte « entry », en UTF-8.
L’empreinte précédente du premier événement d’une chaîne est le SHA-256 du nom de la chaîne.

Contrôler un scellé
La racine d’un scellé est le SHA-256 de son manifeste (« manifest »), en UTF-8. Le manifeste nomme,
pour chaque chaîne qui a changé depuis le scellé précédent, le numéro et l’empreinte de son dernier
événement, et répète la racine du scellé précédent. Le jeton (« timestamp_token », en hexadécimal)
porte sur la racine.
"""


def archive(
    events: Iterable[Event], *, by: str, filters: Mapping[str, str], made_at: datetime
) -> bytes:
    """Return a ZIP of the events with the hashes, the seals and how to check them by hand."""
    kept = list(events)
    files = {
        "evenements.csv": csv_bytes(Sheet(_("Journal"), COLUMNS, map(_row, kept))),
        "evenements.jsonl": "".join(f"{_line(event)}\n" for event in kept).encode(),
        "scelles.json": _seals().encode(),
        "LISEZMOI.txt": NOTICE.format(
            made=moment_text(made_at),
            by=by,
            filters=", ".join(f"{label} = {value}" for label, value in filters.items())
            or _("aucun"),
            count=len(kept),
        ).encode(),
    }
    sums = "".join(f"{hashlib.sha256(c).hexdigest()}  {name}\n" for name, c in files.items())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {**files, "empreintes.sha256": sums.encode()}.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _row(event: Event) -> list[object]:
    return [
        event.at,
        event.actor,
        event.role,
        event.organisation,
        event.summary,
        event.subject,
        event.reason,
        event.is_read,
        event.chain,
        event.sequence,
        event.previous_hash,
        event.hash,
    ]


def _line(event: Event) -> str:
    return json.dumps(
        {
            "chain": event.chain,
            "sequence": event.sequence,
            "entry": event.entry,
            "previous_hash": event.previous_hash,
            "hash": event.hash,
        },
        ensure_ascii=False,
    )


def _seals() -> str:
    return json.dumps(
        [
            {
                "root": seal.root,
                "previous_root": seal.previous_root,
                "manifest": seal.leaves,
                "timestamp_token": bytes(seal.timestamp_token or b"").hex(),
            }
            for seal in Seal.objects.order_by("sealed_at", "pk").iterator()
        ],
        ensure_ascii=False,
    )
