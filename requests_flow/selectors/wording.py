"""How the pages name who must act and what is expected: « Le DPD (CNSA) rend son avis »."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L

from accounts.enums import Role
from cases.models import Task
from requests_flow.enums import ConsultationKind

# role: how a person of that role is called in a sentence.
WHO = {
    Role.REQUESTER: L("le demandeur"),
    Role.HOLDER: L("le détenteur"),
    Role.DPO: L("le DPD"),
    Role.SECURITY: L("le RSSI"),
    Role.LEGAL: L("le juriste"),
    Role.ADDAC: L("l’ADDAC"),
    Role.DATA_REFERENT: L("le référent données"),
}
# node: (what « vous » do, what somebody else does).
DOES = {
    "give_visa": (L("rendez le visa"), L("rend son visa")),
    "check_admissibility": (L("vérifiez la recevabilité"), L("vérifie la recevabilité")),
    "provide_complement": (
        L("fournissez le complément demandé"),
        L("fournit le complément demandé"),
    ),
    "answer_question": (L("fournissez le complément demandé"), L("fournit le complément demandé")),
    "answer_holder": (L("répondez au détenteur"), L("répond au détenteur")),
    "orient": (L("orientez la demande"), L("oriente la demande")),
    "conclude_study": (
        L("concluez l’étude d’opportunité et de faisabilité"),
        L("conclut l’étude d’opportunité et de faisabilité"),
    ),
    "assess_feasibility": (
        L("étudiez la faisabilité pour vos données"),
        L("étudie la faisabilité pour ses données"),
    ),
    "give_opinion": (L("rendez votre avis"), L("rend son avis")),
    "decide": (L("décidez pour vos données"), L("décide pour ses données")),
    "arbitrate": (L("rendez l’arbitrage"), L("rend l’arbitrage")),
    "conclude": (L("enregistrez la conclusion"), L("enregistre sa conclusion")),
    "track_formalities": (
        L("suivez les formalités externes"),
        L("suit les formalités externes"),
    ),
    "choose_act": (L("choisissez l’acte à rédiger"), L("choisit l’acte à rédiger")),
    "reexamine": (L("réexaminez la demande"), L("réexamine la demande")),
    "draft_version": (L("rédigez l’acte"), L("rédige l’acte")),
    "review_version": (L("relisez la version de l’acte"), L("relit la version de l’acte")),
    "sign_version": (L("signez l’acte"), L("signe l’acte")),
    "conclude_reexamination": (L("concluez le réexamen"), L("conclut le réexamen")),
}
# node: the button that records, once verified.
RECORDS = {
    "give_visa": L("Enregistrer le visa"),
    "give_opinion": L("Enregistrer l’avis"),
    "assess_feasibility": L("Enregistrer l’étude de faisabilité"),
    "conclude_study": L("Enregistrer l’étude"),
    "decide": L("Enregistrer la décision"),
    "arbitrate": L("Enregistrer l’arbitrage"),
    "conclude": L("Enregistrer la conclusion"),
}
# consultation: heading of the page on which it is given.
OPINION_HEADINGS = {
    ConsultationKind.DPO_REQUESTER: L("Rendre l’avis du DPD du demandeur"),
    ConsultationKind.DPO_HOLDER: L("Rendre l’avis du DPD du détenteur"),
    ConsultationKind.SECURITY: L("Rendre l’avis de sécurité"),
    ConsultationKind.LEGAL: L("Rendre l’avis juridique"),
    ConsultationKind.EXPERT: L("Rendre l’avis d’expert"),
}


def actor_name(task: Task) -> str:
    """Name who must act: the person in charge, else the role and its organisation."""
    if task.owner is not None:
        return str(task.owner)
    if task.role == Role.OFFICER:
        return _("la cellule AMDAC")
    if task.role == Role.AMDAC:
        return _("l’AMDAC")
    who = WHO.get(Role(task.role)) if task.role else None
    name = str(who or (Role(task.role).label if task.role else ""))
    return f"{name} ({task.organisation})" if task.organisation else name


def capital(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def does(task: Task, *, mine: bool) -> str:
    """What is expected, as a verb that follows « Vous » or somebody's name."""
    found = DOES.get(task.node)
    if found is None:
        text = str(task.title)
        return text[:1].lower() + text[1:]
    return str(found[0] if mine else found[1])
