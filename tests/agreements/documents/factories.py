"""A convention as long and as varied as a real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from agreements.documents.model import (
    ActDocument,
    AnnexText,
    ArticleText,
    PartyBlock,
    SignatureSlot,
)

CREATED = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)

PARTIES = (
    PartyBlock(
        name="Caisse nationale de solidarité pour l’autonomie",
        role_label="Détenteur des données",
        short_name="le Détenteur",
        legal_form="Établissement public national à caractère administratif",
        siret="18006003100017",
        address="66, avenue du Maine, 75014 Paris",
        unit="Direction de la prospective et des études",
        representative="Sophie Haddad",
        representative_title="directrice générale",
        delegation_ref="décret du 4 janvier 2026",
    ),
    PartyBlock(
        name="Direction générale de la cohésion sociale",
        role_label="Destinataire des données",
        short_name="le Destinataire",
        legal_form="Service de l’État",
        siret="11000000000013",
        address="14, avenue Duquesne, 75350 Paris 07 SP",
        representative="Nicolas Ferrand",
        representative_title="directeur général",
    ),
)

SLOTS = (
    SignatureSlot(
        "sig_detenteur",
        "Sophie Haddad",
        "Directrice générale",
        "Caisse nationale de solidarité pour l’autonomie",
        "",
    ),
    SignatureSlot(
        "sig_destinataire",
        "Nicolas Ferrand",
        "Directeur général",
        "Direction générale de la cohésion sociale",
        "Délégation du 2 février 2026, valable jusqu’au 31 décembre 2026",
    ),
)

TITLES = (
    "Définitions",
    "Objet de la convention",
    "Finalité et usages interdits",
    "Qualité des Parties au sens du RGPD",
    "Fondement juridique du traitement",
    "Données sensibles",
    "Données transmises et minimisation",
    "Mise à disposition et calendrier",
    "Qualité des Données",
    "Sécurité du traitement",
    "Personnes habilitées",
    "Sous-traitance",
    "Information des personnes",
    "Droits des personnes",
    "Violation de données",
    "Conservation et journaux",
    "Fin de l’acte, restitution et destruction",
    "Publication des résultats",
    "Retombées et bilan",
    "Gouvernance",
    "Contrôle et audit",
    "Suspension et résiliation",
    "Modification de l’acte",
    "Différends",
    "Durée et entrée en vigueur",
    "Archivage de l’acte",
)

BODY = """
<p>Les Données ne servent qu’à la finalité définie à l’<a href="#article-3">article 3</a>.
Toute autre utilisation est interdite, notamment&nbsp;:</p>
<ul><li>la prise d’une décision individuelle concernant une personne&nbsp;;</li>
<li>le rapprochement avec un autre jeu, hors ceux que décrit
l’<a href="#annexe-1">annexe 1</a>&nbsp;;</li>
<li>la transmission à un tiers qui n’est pas Partie au présent acte.</li></ul>
<p>Le Destinataire s’interdit toute tentative de réidentification. Il signale sans délai au
Détenteur toute anomalie qu’il constate, et au plus tard dans les <strong>24&nbsp;heures</strong>
lorsqu’elle est susceptible de révéler l’identité d’une personne.</p>
<p>Les résultats publiés respectent les règles de secret statistique&nbsp;: aucun effectif inférieur
à cinq n’est diffusé, et aucune combinaison de résultats ne permet d’en déduire un.</p>
"""

VARIABLES = "".join(
    f"<tr><td>Variable_{n:02}</td><td>Nature de l’accompagnement, rang {n}</td>"
    "<td>quasi-identifiante</td><td>Nomenclature SERAFIN-PH</td><td>Décrire les parcours</td>"
    "<td>Le département ne suffit pas à distinguer les parcours</td><td>tronquer</td>"
    "<td>36 mois</td></tr>"
    for n in range(1, 15)
)
DATA_TABLE = (
    "<p>Toute variable absente de ce tableau est réputée non transmise.</p>"
    "<table><caption>Variables transmises</caption><thead><tr><th>Nom</th><th>Libellé</th>"
    "<th>Nature</th><th>Nomenclature</th><th>Finalité servie</th><th>Pourquoi ce niveau de détail"
    f"</th><th>Traitement</th><th>Durée</th></tr></thead><tbody>{VARIABLES}</tbody></table>"
)
SECURITY_TABLE = (
    "<h3>Gouvernance</h3><table><thead><tr><th>Mesure</th><th>Réponse</th><th>Preuve</th></tr></thead>"
    "<tbody><tr><th scope='row'>Homologation</th><td>Prononcée le 3 février 2026</td>"
    "<td>Décision jointe</td></tr><tr><th scope='row'>Chiffrement</th><td>TLS 1.3 en transit, "
    "AES-256 au repos</td><td>Dossier de sécurité, p. 12</td></tr></tbody></table>"
    "<h3>Accès</h3><ol><li>Authentification à deux facteurs&nbsp;;</li><li>moindre privilège&nbsp;;"
    "</li><li>revue des habilitations tous les six mois.</li></ol>"
)

TWIN: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "DigitalDocument",
    "identifier": "PRJ-2026-0012",
    "name": "Suivre les parcours des jeunes accueillis en ITEP",
    "version": 3,
}


def act(*, articles: int = len(TITLES), annexes: int = 2, **changes: Any) -> ActDocument:
    """A two-party convention; any field can be replaced by keyword."""
    texts = tuple(
        ArticleText(n + 1, f"C{n + 1:02}", TITLES[n % len(TITLES)], BODY) for n in range(articles)
    )
    parts = (
        AnnexText(1, "Description des données et minimisation", DATA_TABLE),
        AnnexText(2, "Mesures de sécurité", SECURITY_TABLE),
    )
    document = ActDocument(
        title="Suivre les parcours des jeunes accueillis en ITEP",
        act_type_label="Convention de partage de données à caractère personnel",
        reference="PRJ-2026-0012",
        version_label="Version 3",
        status_label="Version arrêtée, à signer",
        parties=PARTIES,
        preamble="<p>Le Destinataire conduit l’évaluation des instituts thérapeutiques, éducatifs "
        "et pédagogiques. Cette évaluation suppose de connaître les parcours.</p>",
        articles=texts,
        annexes=parts[:annexes],
        signature_slots=SLOTS,
        twin=TWIN,
        created=CREATED,
        confidentiality="Diffusion restreinte aux parties",
        verification_code="7K4D-92QX-M3VA",
    )
    return replace(document, **changes)


def small_act(**changes: Any) -> ActDocument:
    """The same convention in three articles and no annex: quick to lay out."""
    return act(articles=3, annexes=0, **changes)
