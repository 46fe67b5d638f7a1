"""Addresses of the administration of the clause library."""

from __future__ import annotations

from django.urls import path

from agreements.views import act_templates, clause_writing, clauses, library_files

app_name = "clauses"

CLAUSE = "clauses/<slug:code>/"
TEMPLATE = "clauses/modeles/<slug:act_type>/"

urlpatterns = [
    path("clauses/", clauses.ClauseListView.as_view(), name="list_clauses"),
    path("clauses/nouvelle/", clause_writing.CreateClauseView.as_view(), name="create_clause"),
    path("clauses/modeles/", act_templates.TemplateListView.as_view(), name="list_templates"),
    path("clauses/export/", library_files.ExportLibraryView.as_view(), name="export_library"),
    path("clauses/import/", library_files.ImportLibraryView.as_view(), name="import_library"),
    path(TEMPLATE, act_templates.ActTemplateView.as_view(), name="view_template"),
    path(f"{TEMPLATE}modifier/", act_templates.EditTemplateView.as_view(), name="edit_template"),
    path(CLAUSE, clauses.ClauseView.as_view(), name="view_clause"),
    path(f"{CLAUSE}comparer/", clauses.CompareClauseView.as_view(), name="compare_clause"),
    path(f"{CLAUSE}rediger/", clause_writing.WriteClauseView.as_view(), name="write_clause"),
    path(f"{CLAUSE}publier/", clause_writing.PublishClauseView.as_view(), name="publish_clause"),
    path(
        f"{CLAUSE}abandonner/",
        clause_writing.DiscardClauseDraftView.as_view(),
        name="discard_clause_draft",
    ),
    path(f"{CLAUSE}etat/", clauses.ActivateClauseView.as_view(), name="change_clause_state"),
    path(
        f"{CLAUSE}<int:version>/validation/",
        clauses.ValidateClauseView.as_view(),
        name="validate_clause",
    ),
]
