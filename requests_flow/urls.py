"""Addresses of requests (ux/spec.md, §2): in French, permanent, with a final slash."""

from __future__ import annotations

from typing import Any

from django.urls import include, path

from cases.converters import REFERENCE
from requests_flow.views import (
    acting,
    asking,
    drafts,
    entrusting,
    following,
    letters,
    lists,
    managing,
    precheck,
    tabs,
)

app_name = "requests_flow"


def step(name: str, slug: str, node: str) -> Any:
    """The acting page of a node: /demandes/DEM-…/<slug>/<task>/."""
    return path(f"{slug}/<int:task_id>/", acting.StepView.as_view(node=node), name=name)


case_patterns = [
    path("", tabs.OpenView.as_view(), name="open_case"),
    path("demande/", tabs.AnswersView.as_view(), name="view_answers"),
    path("instruction/", tabs.InstructionView.as_view(), name="view_instruction"),
    path("avis/", tabs.OpinionsView.as_view(), name="view_opinions"),
    path("avis/rendus/<int:consultation_id>/", tabs.OpinionView.as_view(), name="read_opinion"),
    path(
        "avis/rendus/<int:consultation_id>/confirmer/",
        managing.ConfirmOpinionView.as_view(),
        name="confirm_opinion",
    ),
    path("avis/solliciter/", managing.AskOpinionView.as_view(), name="ask_opinion"),
    path("avis/ouvrir/", managing.OpenOpinionsView.as_view(), name="open_opinions"),
    path("convention/", tabs.AgreementView.as_view(), name="view_agreement"),
    path("echanges/", tabs.ThreadView.as_view(), name="view_thread"),
    path("echanges/message/", managing.PostMessageView.as_view(), name="post_message"),
    path("echanges/demandeur/", managing.AskRequesterView.as_view(), name="ask_requester"),
    path("echanges/note/", managing.AddNoteView.as_view(), name="add_note"),
    path("echanges/note-organisme/", managing.AddSideNoteView.as_view(), name="add_side_note"),
    path("suivre/", managing.FollowView.as_view(), name="follow"),
    path("pieces/", tabs.FilesView.as_view(), name="view_files"),
    path("pieces/ajouter/", managing.AddFileView.as_view(), name="add_file"),
    path("pieces/<int:attachment_id>/", tabs.DownloadView.as_view(), name="download"),
    path("historique/", tabs.HistoryView.as_view(), name="view_history"),
    path("versions/<int:old>..<int:new>/", tabs.VersionsView.as_view(), name="compare_versions"),
    path("imprimer/", tabs.PrintView.as_view(), name="print"),
    path("accuse/", letters.ReceiptView.as_view(), name="receipt"),
    path(
        "reorientation/courrier/",
        letters.RedirectionLetterView.as_view(),
        name="redirection_letter",
    ),
    path(
        "decision/<int:decision_id>/courrier/",
        letters.DecisionLetterView.as_view(),
        name="decision_letter",
    ),
    path(
        "conclusion/<int:conclusion_id>/courrier/",
        letters.ConclusionLetterView.as_view(),
        name="conclusion_letter",
    ),
    step("give_visa", "visa", "give_visa"),
    step("check_admissibility", "recevabilite", "check_admissibility"),
    path(
        "recevabilite/<int:task_id>/complement/",
        asking.RequestComplementView.as_view(),
        name="request_complement",
    ),
    path("complement/", asking.AskComplementView.as_view(), name="ask_complement"),
    path("complement/<int:task_id>/", managing.ComplementView.as_view(), name="answer_complement"),
    step("orient", "orientation", "orient"),
    step("conclude_study", "etude", "conclude_study"),
    step("assess_feasibility", "faisabilite", "assess_feasibility"),
    step("give_opinion", "avis", "give_opinion"),
    step("decide", "decision", "decide"),
    step("arbitrate", "arbitrage", "arbitrate"),
    step("conclude", "conclusion", "conclude"),
    path("acte/<int:task_id>/", managing.ChooseActView.as_view(), name="choose_act"),
    path("reexamen/", managing.AskReexaminationView.as_view(), name="ask_reexamination"),
    path("reexamen/<int:task_id>/", managing.ReexamineView.as_view(), name="reexamine"),
    path(
        "reexamen/<int:task_id>/conclusion/",
        managing.ConcludeReexaminationView.as_view(),
        name="conclude_reexamination",
    ),
    path("affecter/", managing.AssignView.as_view(), name="assign"),
    path("confier/", entrusting.ChooseTaskView.as_view(), name="choose_task"),
    path("confier/<int:task_id>/", entrusting.EntrustView.as_view(), name="entrust"),
    path("detenteurs/ajouter/", managing.AddHolderView.as_view(), name="add_holder"),
    path("reserves/ajouter/", following.AddConditionView.as_view(), name="add_condition"),
    path(
        "reserves/<int:condition_id>/",
        following.SettleConditionView.as_view(),
        name="settle_condition",
    ),
    path("formalites/", following.FormalitiesView.as_view(), name="view_formalities"),
    path("relancer/<int:task_id>/", managing.NudgeView.as_view(), name="nudge"),
    path("prendre-en-charge/<int:task_id>/", managing.TakeChargeView.as_view(), name="take_charge"),
    path("retrait/", managing.WithdrawView.as_view(), name="withdraw"),
    path("rouvrir/", managing.ReopenView.as_view(), name="reopen"),
    path("reprendre/", managing.ReuseView.as_view(), name="reuse"),
]

draft_patterns = [
    path("", drafts.DraftHomeView.as_view(), name="open_draft"),
    path("recapitulatif/", drafts.SummaryView.as_view(), name="review_draft"),
    path("deposer/", drafts.SubmitView.as_view(), name="submit"),
    path("inviter/", drafts.InviteView.as_view(), name="invite"),
    path("supprimer/", drafts.DeleteView.as_view(), name="delete_draft"),
    path("imprimer/", drafts.PrintDraftView.as_view(), name="print_draft"),
    path(
        "data/importer-des-variables/",
        drafts.ImportVariablesView.as_view(),
        name="import_variables",
    ),
    path("<slug:section>/", drafts.EditView.as_view(), name="edit_draft"),
    path("<slug:section>/conflit/", drafts.ConflictView.as_view(), name="resolve_conflict"),
]

urlpatterns = [
    path("tableau-de-bord/", lists.DashboardView.as_view(), name="dashboard"),
    path("echeances/", lists.DeadlinesView.as_view(), name="deadlines"),
    path("demandes/", lists.RequestListView.as_view(), name="list"),
    path("demandes/nouvelle/", precheck.PrecheckView.as_view(), name="precheck"),
    path("demandes/nouvelle/reorientation/", precheck.CoveredView.as_view(), name="covered"),
    path("demandes/nouvelle/commencer/", precheck.StartView.as_view(), name="start_draft"),
    path("demandes/brouillons/<uuid:draft_key>/", include(draft_patterns)),
    path(f"demandes/{REFERENCE}/deposee/", drafts.FiledView.as_view(), name="filed"),
    path(f"demandes/{REFERENCE}/", include(case_patterns)),
]
