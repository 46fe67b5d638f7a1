"""The messages of a request, beside those of its steps (ux/spec.md, §8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.enums import Family
from notifications.kinds import BODY, DAY, TITLE, Kind, Variable, register

STEP = Variable("avis", _("Avis dont parle le message"), _("Avis du DPD du détenteur"))
SINCE = Variable("depuis", _("Jour de la dernière écriture"), _("12 mars 2026"))


def register_all() -> None:
    register(*FILING, *STUDY, *DECISION)


FILING = (
    Kind(
        "request-filed",
        _("Demande enregistrée, au demandeur"),
        Family.FILING,
        _("Demande enregistrée, réponse attendue le {date}"),
        _("Votre demande « {titre} » est enregistrée."),
        "",
        (TITLE, DAY),
    ),
    Kind(
        "request-draft-notice",
        _("Brouillon bientôt clos, à ceux qui l’écrivent"),
        Family.FILING,
        _("Brouillon bientôt clos"),
        _("Personne n’a écrit dans le brouillon « {titre} » depuis le {depuis}."),
        _("Il sera clos le {date}, sauf si vous y écrivez d’ici là."),
        (TITLE, SINCE, DAY),
    ),
    Kind(
        "request-draft-closed",
        _("Brouillon clos, à ceux qui l’écrivaient"),
        Family.FILING,
        _("Brouillon clos"),
        _("Le brouillon « {titre} » est clos : il n’était plus utilisé."),
        "",
        (TITLE,),
    ),
    Kind(
        "request-complement-last",
        _("Dernier rappel avant classement, au demandeur"),
        Family.COMPLEMENT,
        _("Dernier rappel avant classement : complément attendu avant le {date}"),
        _("Sans réponse, la demande sera classée sans suite."),
        "",
        (TITLE, DAY),
        locked=True,
    ),
)
STUDY = (
    Kind(
        "request-visa-not-given",
        _("Visa non rendu, à la cellule et à qui devait le rendre"),
        Family.STUDY,
        _("Visa non rendu dans le délai"),
        _("La demande poursuit son circuit sans visa."),
        "",
        (TITLE,),
    ),
    Kind(
        "request-withdrawn",
        _("Demande retirée, à qui devait agir"),
        Family.STUDY,
        _("Demande retirée"),
        _("Le demandeur a retiré « {titre} » : rien n’est plus attendu."),
        "",
        (TITLE,),
    ),
    Kind(
        "request-opinion-not-given",
        _("Avis non rendu, à la cellule et à qui devait le rendre"),
        Family.OPINION,
        _("Avis non rendu dans le délai"),
        _("« {avis} » : le délai est passé, la demande poursuit son circuit."),
        "",
        (TITLE, STEP),
    ),
)
DECISION = (
    Kind(
        "request-holder-decided",
        _("Décision d’un détenteur, à la cellule et aux autres détenteurs"),
        Family.DECISION,
        _("Décision d’un détenteur enregistrée"),
        _("{organisme} a décidé pour ses données."),
        "",
        (TITLE, BODY),
    ),
    Kind(
        "request-decided",
        _("Décision rendue, au demandeur, aux détenteurs et aux DPD"),
        Family.DECISION,
        _("Décision rendue"),
        _("Une décision a été rendue sur « {titre} »."),
        "",
        (TITLE,),
    ),
    Kind(
        "request-lapsed",
        _("Demande classée sans suite, au demandeur"),
        Family.DECISION,
        _("Demande classée sans suite"),
        _("Elle peut être rouverte pendant douze mois."),
        "",
        (TITLE,),
    ),
)
