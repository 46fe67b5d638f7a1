"""What the reader of the evidence is told first."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agreements.models import ArchivedAct
from journal.dates import moment_text

_TEXT = _(
    """\
Dossier de preuve de l’acte %(reference)s
%(title)s

Établi le %(made)s par %(service)s (%(url)s).

CONTRÔLER CE DOSSIER
Il faut Python 3.8 ou plus récent et la commande « openssl ». Le réseau est inutile.

    python3 -I verify.py

Le script contrôle tout le dossier et nomme ce qui n’est pas intact. Code de sortie : 0 si tout est
intact, 1 si quelque chose ne l’est pas, 2 si le contrôle n’a pas pu être fait.
Il affiche à la fin l’empreinte SHA-256 des autorités de confiance : comparez-la à celle que publie
l’administration, ou donnez vos propres autorités avec « --racines FICHIER.pem ».

CONTENU
acte/            l’acte signé et scellé (PDF), son rapport de validation en français et en JSON
signatures/      chaque signature du PDF, seule (CMS)
horodatages/     chaque jeton d’horodatage, seul (RFC 3161)
pouvoirs/        en vertu de quoi chacun a signé
avis/            les avis rendus
decisions/       les décisions des détenteurs et les conclusions, si une demande précède l’acte
journal/         le journal de l’acte et de sa demande, et les scellés qui les nomment
autorites/       les autorités auxquelles les signatures doivent conduire
manifeste.json   l’empreinte de chaque fichier ; manifeste.p7s est le cachet de la plateforme
verify.py        le script de contrôle

CE QUE LE CONTRÔLE ÉTABLIT
1. Aucun fichier n’a été changé, retiré, ajouté ou échangé depuis que le dossier a été établi.
2. Le PDF est celui qui a été archivé (SHA-256 %(sha256)s).
3. Chaque signature est intacte et conduit à une autorité du dossier ; la dernière couvre tout le
   fichier ; chacune a été apposée sur le fichier exact que laissait la précédente.
4. Les événements du journal se suivent sans trou ni retouche, et les scellés périodiques du
   journal les nomment. Un événement dont la diffusion est restreinte est masqué : seule son
   empreinte figure ici, et l’enchaînement reste contrôlé.
5. Le journal a lui-même inscrit l’empreinte de chaque version signée et de l’acte scellé.

CALCULS, POUR QUI VEUT LES REFAIRE
Empreinte d’un événement : SHA-256 de l’empreinte précédente (32 octets), de son numéro (4 octets,
poids fort en premier) et du texte « entry » en UTF-8. Avant le premier événement : SHA-256 du nom
de la chaîne. Racine d’un scellé : SHA-256 de son manifeste ; le jeton porte sur ce manifeste.
"""
)


def text(archived: ArchivedAct, *, made_at: datetime) -> str:
    """Return the LISEZMOI of an act."""
    return str(_TEXT) % {
        "reference": archived.reference,
        "title": archived.agreement.title,
        "made": moment_text(made_at),
        "service": settings.SERVICE_NAME,
        "url": settings.SITE_URL,
        "sha256": archived.sha256,
    }
