"""The messages of an act, beside those of its steps (ux/spec.md, §8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.enums import Family
from notifications.kinds import DAY, TITLE, Kind, register

SIGNED = Kind(
    "agreement-signed",
    _("Convention signée, à toutes les parties"),
    Family.SIGNATURE,
    _("Convention signée, effet le {date}"),
    _("La convention « {titre} » est signée par toutes les parties."),
    "",
    (TITLE, DAY),
)
REGISTER = Kind(
    "agreement-processing-register",
    _("Registre des traitements à mettre à jour, aux DPD des parties"),
    Family.SIGNATURE,
    _("Registre des traitements à mettre à jour"),
    _(
        "La convention « {titre} » est signée : inscrivez ce partage au registre des activités de "
        "traitement de votre organisme (RGPD, article 30)."
    ),
    "",
    (TITLE,),
)


def register_all() -> None:
    register(SIGNED, REGISTER)
