"""What each indicator means, in the words printed beside it (process.md, §12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Definition:
    """An indicator: its name, how it is computed, what it leaves out, what its list holds."""

    code: str
    label: Any
    definition: Any
    formula: Any
    exclusions: Any
    listed: Any


DEFINITIONS: dict[str, Definition] = {
    one.code: one
    for one in (
        Definition(
            "I03",
            _("Conventions signées"),
            _("Conventions de partage dont la dernière signature a été apposée dans le semestre."),
            _("Nombre d’actes dont la date de dernière signature est dans le semestre, par type."),
            _("Les projets abandonnés et les avenants non signés ne comptent pas."),
            _("Conventions signées dans le semestre"),
        ),
        Definition(
            "I05",
            _("Demandes déposées"),
            _("Demandes qui ont reçu leur numéro dans le semestre."),
            _("Nombre de demandes dont la date de dépôt est dans le semestre."),
            _("Les brouillons ne comptent pas."),
            _("Demandes déposées dans le semestre"),
        ),
        Definition(
            "I06",
            _("Taux de recevabilité"),
            _("Part des demandes vérifiées qui ont été jugées complètes et recevables."),
            _("Demandes recevables ÷ (demandes recevables + demandes irrecevables)."),
            _("Une demande en attente de complément n’est pas encore vérifiée."),
            _("Demandes vérifiées dans le semestre"),
        ),
        Definition(
            "I07",
            _("Issue des demandes"),
            _("Ce que sont devenues les demandes conclues dans le semestre."),
            _("Part de chaque issue parmi les demandes qui en ont reçu une dans le semestre."),
            _("Les demandes retirées ou classées sans suite n’ont pas d’issue."),
            _("Demandes qui ont reçu une issue dans le semestre"),
        ),
        Definition(
            "I08",
            _("Réorientations utiles"),
            _("Besoins couverts par des données ouvertes ou par une API existante."),
            _(
                "Demandes réorientées vers les données ouvertes ou une API, et besoins couverts "
                "dès la vérification préalable ; part de tous les besoins exprimés."
            ),
            _(
                "Un besoin couvert dès la vérification préalable n’a pas de dossier : il compte, "
                "mais n’est pas dans la liste."
            ),
            _("Demandes réorientées dans le semestre"),
        ),
        Definition(
            "I09",
            _("Délai médian de réponse"),
            _("Temps entre le jour où la demande est complète et la conclusion de la cellule."),
            _(
                "Médiane et neuvième décile, en jours ouvrés, des demandes conclues dans le "
                "semestre."
            ),
            _("Deux valeurs sont données : sans les jours de suspension, et avec eux."),
            _("Demandes conclues dans le semestre"),
        ),
        Definition(
            "I10",
            _("Délai médian de la demande aux données"),
            _("Temps entre le dépôt de la demande et la première livraison reçue."),
            _(
                "Médiane, en jours ouvrés, des demandes dont la première livraison a été reçue "
                "dans le semestre."
            ),
            _("Deux valeurs sont données : sans les jours de suspension, et avec eux."),
            _("Demandes dont les premières données ont été reçues dans le semestre"),
        ),
        Definition(
            "I11",
            _("Étapes dans les délais"),
            _("Part des étapes terminées au plus tard à leur échéance, par étape et par rôle."),
            _("Étapes terminées à temps ÷ étapes terminées dans le semestre."),
            _(
                "L’échéance est reportée des jours de suspension. Les étapes sans délai ne "
                "comptent pas."
            ),
            _("Demandes dont une étape a été terminée en retard dans le semestre"),
        ),
        Definition(
            "I12",
            _("Stock et ancienneté"),
            _("Demandes ouvertes aujourd’hui, par étape et par ancienneté depuis le dépôt."),
            _("Nombre de demandes ni closes ni en cours de partage, par classe d’ancienneté."),
            _("Photographie du jour : le semestre choisi ne change pas ce chiffre."),
            _("Demandes ouvertes"),
        ),
        Definition(
            "I13",
            _("Conventions en vigueur"),
            _("Conventions signées qui n’ont pris fin ni par leur terme ni autrement."),
            _("Nombre d’actes signés, en vigueur ou suspendus aujourd’hui."),
            _("Photographie du jour : le semestre choisi ne change pas ce chiffre."),
            _("Conventions en vigueur"),
        ),
    )
}
