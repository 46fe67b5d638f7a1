"""What a signature is worth, and what an act asks of it (process.md, §9; `lr_signature_level`)."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from agreements.documents.verification import SignatureReport
from agreements.enums import SignatureLevel

ORDER = (
    SignatureLevel.SIMPLE,
    SignatureLevel.ADVANCED,
    SignatureLevel.ADVANCED_QUALIFIED_CERTIFICATE,
    SignatureLevel.QUALIFIED,
)


def is_enough(reached: str, asked: str) -> bool:
    return ORDER.index(SignatureLevel(reached)) >= ORDER.index(SignatureLevel(asked))


def platform_level() -> SignatureLevel:
    """The level of a signature made here: that of the certificates the platform is given."""
    return SignatureLevel(settings.SIGNING_LEVEL)


def level_of(signature: SignatureReport) -> SignatureLevel:
    """The level of a signature made elsewhere, as its certificate declares it.

    Its authority is one that we trust: it answers for what its certificates say."""
    if signature.qualified and signature.in_device:
        return SignatureLevel.QUALIFIED
    if signature.qualified:
        return SignatureLevel.ADVANCED_QUALIFIED_CERTIFICATE
    return SignatureLevel.ADVANCED


def problem_here(asked: str) -> str:
    """Say why an act cannot be signed in the application; nothing when it can."""
    if is_enough(platform_level(), asked):
        return ""
    return (
        _(
            "Cet acte demande une signature %s, que l’application ne produit pas : téléchargez-le, "
            "signez-le avec votre certificat, puis déposez-le."
        )
        % SignatureLevel(asked).label
    )


def problem_of(signature: SignatureReport, asked: str) -> str:
    """Say why a signature made elsewhere is too weak for an act; nothing when it is not."""
    reached = level_of(signature)
    if is_enough(reached, asked):
        return ""
    return _("Cet acte demande une signature %(asked)s ; celle-ci est %(reached)s.") % {
        "asked": SignatureLevel(asked).label, "reached": reached.label,
    }  # fmt: skip
