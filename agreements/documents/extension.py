"""A file signed elsewhere: is it the act that we gave, plus the signature that we await?

PDF signatures are added after what was there. So the file that comes back begins with the very
bytes that left; what follows is judged as any other file is, and nothing but the awaited signature
may have been added.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import x509
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agreements.documents.signing import field_names, written_moment
from agreements.documents.verification import Outcome, SignatureReport, Verdict, verify

PADES = "PAdES"
# Clocks disagree a little.
TOLERANCE = timedelta(minutes=5)


class NotAnExtension(Exception):
    """The file is refused; the message says in French what differs."""


@dataclass(frozen=True, slots=True)
class Extension:
    """The signature that was added, and the verdict on the whole file."""

    signature: SignatureReport
    verdict: Verdict


def check_extension(
    base: bytes,
    deposited: bytes,
    *,
    field_name: str,
    signer_name: str,
    since: datetime,
    trust_roots: Iterable[x509.Certificate] | None = None,
) -> Extension:
    """Judge a file that must be `base` plus one signature in `field_name`.

    The signature covers the whole file, its certificate names `signer_name` (a family name) and
    leads to a known authority, its time is between `since` and now. Raises NotAnExtension, with
    what differs; keys.KeysUnusable."""
    _require_same_start(base, deposited)
    verdict = verify(deposited, expected_fields=[field_name], trust_roots=trust_roots)
    before = {name for name, is_signed in field_names(base).items() if is_signed}
    added = [one for one in verdict.signatures if one.field_name not in before]
    signature = _awaited(added, field_name, verdict)
    _require_sound(signature, verdict)
    _require_name(signature, signer_name)
    _require_time(signature, since)
    return Extension(signature, verdict)


def _require_same_start(base: bytes, deposited: bytes) -> None:
    if deposited == base:
        raise NotAnExtension(
            _("Le fichier est celui que vous avez téléchargé : il ne porte pas votre signature.")
        )
    if deposited.startswith(base):
        return
    pairs = zip(base, deposited, strict=False)
    first = next((at for at, (ours, theirs) in enumerate(pairs) if ours != theirs), None)
    if first is None:
        raise NotAnExtension(
            _("Le fichier est plus court que l’acte arrêté : il a été tronqué ou réenregistré.")
        )
    raise NotAnExtension(
        _(
            "Le fichier diffère de l’acte arrêté à partir de l’octet %(at)s sur %(size)s. Signez "
            "le fichier téléchargé tel quel, sans l’imprimer, le convertir ni le réenregistrer."
        )
        % {"at": first + 1, "size": len(base)}
    )


def _awaited(added: list[SignatureReport], field_name: str, verdict: Verdict) -> SignatureReport:
    for one in added:
        if one.kind == "signature" and one.field_name != field_name:
            raise NotAnExtension(
                _("Le fichier porte une signature dans le champ « %(other)s » : seul « %(mine)s » "
                  "vous est réservé.")
                % {"other": one.field_name, "mine": field_name}
            )  # fmt: skip
    for one in added:
        if one.field_name == field_name and one.kind == "signature":
            return one
    if verdict.problem:
        raise NotAnExtension(verdict.sentence)
    raise NotAnExtension(
        _("Aucune signature n’a été ajoutée dans le champ « %s », qui vous est réservé.")
        % field_name
    )


def _require_sound(signature: SignatureReport, verdict: Verdict) -> None:
    if not signature.sound:
        raise NotAnExtension(_("La signature ne correspond pas au contenu du fichier."))
    covering = [one for one in verdict.signatures if one.coverage == "ENTIRE_FILE"]
    if not covering or signature.coverage not in {"ENTIRE_FILE", "ENTIRE_REVISION"}:
        raise NotAnExtension(_("La signature ne couvre pas tout le document : fichier refusé."))
    if not signature.level.startswith(PADES):
        raise NotAnExtension(
            _("La signature n’est pas au format PAdES (ETSI.CAdES.detached) : fichier refusé.")
        )
    if verdict.verdict is Outcome.UNTRUSTED:
        stranger = next(one for one in verdict.signatures if not one.trusted)
        raise NotAnExtension(
            _("L’autorité « %(issuer)s », qui certifie « %(who)s », n’est pas reconnue ici.")
            % {"issuer": stranger.issuer, "who": stranger.signer}
        )
    if signature.timestamp and not signature.timestamp_trusted:
        raise NotAnExtension(_("L’autorité de l’horodatage de la signature n’est pas reconnue."))
    if not verdict.authentic:
        raise NotAnExtension(verdict.sentence)


def _require_name(signature: SignatureReport, signer_name: str) -> None:
    """A certificate names its holder in many ways (« DURAND Camille 1234 »): each word of the
    family name must stand there."""
    if not _words(signer_name) <= _words(signature.signer):
        raise NotAnExtension(
            _("Le certificat est au nom de « %(held)s », et non de « %(mine)s ».")
            % {"held": signature.signer, "mine": signer_name}
        )


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(
        sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign)
    )
    return set(kept.split())


def _require_time(signature: SignatureReport, since: datetime) -> None:
    moment = signature.timestamp or signature.signed_at
    if moment is None:
        raise NotAnExtension(_("La signature ne dit pas quand elle a été faite."))
    if not since - TOLERANCE <= moment <= timezone.now() + TOLERANCE:
        raise NotAnExtension(
            _("La date de la signature est antérieure à l’arrêt de la version, ou dans le futur.")
        )


def sentences(extension: Extension) -> list[str | Promise]:
    """The validation report of a deposited file, in French, for a person."""
    one = extension.signature
    lines = [
        str(_("Signature valide, certificat de %s.")) % one.signer,
        _("Certificat délivré par : %(issuer)s (numéro %(serial)s).")
        % {"issuer": one.issuer, "serial": one.serial},
        _("La signature couvre tout le document : chaîne de certificats reconnue, contenu intact."),
        _("Le fichier prolonge l’acte arrêté sans en changer un octet."),
        _("Niveau : %s.") % one.level,
    ]
    if one.timestamp:
        lines.append(_("Horodatage attesté %s.") % written_moment(one.timestamp))
    elif one.signed_at:
        lines.append(
            _("Date déclarée par le signataire, sans horodatage : %s.")
            % written_moment(one.signed_at)
        )
    if one.qualified:
        lines.append(
            _("Le certificat se déclare qualifié, sa clé dans un dispositif qualifié.")
            if one.in_device
            else _("Le certificat se déclare qualifié.")
        )
    return lines
