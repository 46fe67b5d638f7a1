from __future__ import annotations

from django.urls import path

from agreements.views import (
    acts,
    annexes,
    articles,
    desk,
    life,
    lists,
    outside,
    proposals,
    reserves,
    rounds,
    signing,
    versions,
)
from cases.converters import REFERENCE

app_name = "agreements"

REF = f"{REFERENCE}/"
ARTICLE = f"{REF}redaction/<slug:key>/"

urlpatterns = [
    path("", lists.AgreementListView.as_view(), name="list_acts"),
    path(REF, lists.OpenView.as_view(), name="open_act"),
    path(f"{REF}redaction/", desk.DeskView.as_view(), name="view_draft"),
    path(f"{REF}retires/", desk.RemovedView.as_view(), name="list_removed"),
    path(f"{ARTICLE}modifier/", articles.EditArticleView.as_view(), name="edit_article"),
    path(f"{ARTICLE}ajouter/", articles.InsertArticleView.as_view(), name="insert_article"),
    path(f"{ARTICLE}retirer/", articles.RemoveArticleView.as_view(), name="remove_article"),
    path(f"{ARTICLE}retablir/", articles.RestoreArticleView.as_view(), name="restore_article"),
    path(f"{ARTICLE}remettre/", articles.ReinstateArticleView.as_view(), name="reinstate_article"),
    path(f"{ARTICLE}proposer/", proposals.ProposeView.as_view(), name="propose"),
    path(
        f"{REF}propositions/<int:pk>/retenir/",
        proposals.AcceptProposalView.as_view(),
        name="accept_proposal",
    ),
    path(
        f"{REF}propositions/<int:pk>/refus/",
        proposals.RejectProposalView.as_view(),
        name="reject_proposal",
    ),
    path(f"{ARTICLE}note/", desk.NoteView.as_view(), name="add_note"),
    path(
        f"{ARTICLE}monter/",
        articles.MoveArticleView.as_view(),
        {"direction": "monter"},
        name="move_article_up",
    ),
    path(
        f"{ARTICLE}descendre/",
        articles.MoveArticleView.as_view(),
        {"direction": "descendre"},
        name="move_article_down",
    ),
    path(f"{REF}champs/<str:path>/", articles.FillFieldView.as_view(), name="fill_field"),
    path(f"{REF}annexes/", annexes.AnnexListView.as_view(), name="list_annexes"),
    path(f"{REF}annexes/<int:number>/", annexes.AnnexView.as_view(), name="view_annex"),
    path(
        f"{REF}annexes/<int:number>/modifier/", annexes.EditAnnexView.as_view(), name="edit_annex"
    ),
    path(f"{REF}versions/", versions.VersionListView.as_view(), name="list_versions"),
    path(f"{REF}versions/comparer/", versions.CompareView.as_view(), name="compare_versions"),
    path(f"{REF}versions/comparer/pdf/", versions.RedlineView.as_view(), name="print_redline"),
    path(f"{REF}versions/ecarts/", versions.DeviationsView.as_view(), name="list_deviations"),
    path(
        f"{REF}versions/<int:number>/export/",
        versions.ExportVersionView.as_view(),
        name="export_version",
    ),
    path(f"{REF}versions/<int:number>/", versions.VersionView.as_view(), name="view_version"),
    path(f"{REF}reserves/", reserves.ReserveListView.as_view(), name="list_reserves"),
    path(f"{REF}reserves/ajouter/", reserves.AddReserveView.as_view(), name="add_reserve"),
    path(
        f"{REF}reserves/<int:pk>/preuve/", reserves.ProveReserveView.as_view(), name="prove_reserve"
    ),
    path(f"{REF}reserves/<int:pk>/levee/", reserves.LiftReserveView.as_view(), name="lift_reserve"),
    path(
        f"{REF}reserves/<int:pk>/inscription/",
        reserves.InscribeReserveView.as_view(),
        name="inscribe_reserve",
    ),
    path(f"{REF}tour/", rounds.SendRoundView.as_view(), name="send_round"),
    path(f"{REF}tour/cloture/", rounds.EndRoundView.as_view(), name="end_round"),
    path(f"{REF}relecture/<int:task>/", rounds.ReviewView.as_view(), name="review_version"),
    path(f"{REF}arret/", rounds.FreezeView.as_view(), name="freeze"),
    path(f"{REF}abandon/", rounds.AbandonView.as_view(), name="abandon"),
    path(f"{REF}signature/", signing.SigningView.as_view(), name="view_signature"),
    path(f"{REF}signature/refus/", signing.RefuseView.as_view(), name="refuse_to_sign"),
    path(f"{REF}signature/document/", signing.DocumentView.as_view(), name="read_document"),
    path(f"{REF}signature/depot/", outside.DepositView.as_view(), name="deposit_signed_file"),
    path(f"{REF}signature/rapports/<int:pk>/", outside.ReportView.as_view(), name="view_report"),
    path(f"{REF}signature/modalites/", signing.TermsView.as_view(), name="set_signature_terms"),
    path(
        f"{REF}signature/signataires/<int:party>/",
        signing.SignatoryView.as_view(),
        name="set_signatory",
    ),
    path(
        f"{REF}signature/retour/", rounds.ReturnToDraftingView.as_view(), name="return_to_drafting"
    ),
    path(f"{REF}acte/", acts.SignedActView.as_view(), name="view_act"),
    path(f"{REF}acte/fichier/", acts.ArchivedFileView.as_view(), name="download_act"),
    path(f"{REF}acte/preuve/", acts.EvidenceView.as_view(), name="download_evidence"),
    path(f"{REF}evenements/", life.LifeView.as_view(), name="view_life"),
    path(f"{REF}evenements/suspension/", life.SuspendView.as_view(), name="suspend"),
    path(f"{REF}evenements/levee/", life.AskLiftingView.as_view(), name="ask_lifting"),
    path(f"{REF}evenements/resiliation/", life.TerminateView.as_view(), name="terminate"),
    path(f"{REF}evenements/<int:pk>/accord/", life.AgreeToMoveView.as_view(), name="agree_to_move"),
    path(
        f"{REF}evenements/<int:pk>/retrait/", life.WithdrawMoveView.as_view(), name="withdraw_move"
    ),
    path(f"{REF}acte/jumeau/", acts.TwinFileView.as_view(), name="download_twin"),
    path(f"{REF}historique/", acts.HistoryView.as_view(), name="view_history"),
]
