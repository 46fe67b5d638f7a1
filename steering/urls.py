"""Pages of audit, search, registers and steering."""

from django.urls import path, re_path

from steering.views import audit, figures, public, registers, search

app_name = "steering"
urlpatterns = [
    path("audit/", audit.AuditSearchView.as_view(), name="search_journal"),
    path("audit/evenements/<int:pk>/", audit.AuditEventView.as_view(), name="view_event"),
    path("audit/controle/", audit.AuditCheckView.as_view(), name="check_journal"),
    path("audit/export.zip", audit.AuditExportView.as_view(), name="export_journal"),
    path("recherche/", search.SearchView.as_view(), name="search"),
    path("registres/demandes/", registers.RequestsPage.as_view(), name="list_requests"),
    path("registres/conventions/", registers.AgreementsPage.as_view(), name="list_agreements"),
    re_path(
        r"^registres/demandes/export\.(?P<extension>csv|ods)$",
        registers.RequestsExport.as_view(),
        name="export_requests",
    ),
    re_path(
        r"^registres/conventions/export\.(?P<extension>csv|ods)$",
        registers.AgreementsExport.as_view(),
        name="export_agreements",
    ),
    path("pilotage/", figures.DashboardView.as_view(), name="dashboard"),
    path("pilotage/definitions/", figures.DefinitionsView.as_view(), name="definitions"),
    re_path(
        r"^pilotage/indicateurs/(?P<code>I\d{2})/$",
        figures.IndicatorView.as_view(),
        name="view_indicator",
    ),
    re_path(
        r"^pilotage/export\.(?P<extension>csv|ods)$",
        figures.FiguresExportView.as_view(),
        name="export_figures",
    ),
    path("registre/", public.PublicRegisterView.as_view(), name="list_published"),
    re_path(
        r"^registre/export\.(?P<extension>csv|json)$",
        public.PublicExportView.as_view(),
        name="export_published",
    ),
    re_path(
        r"^registre/(?P<reference>CONV-\d{4}-\d{3,6})/$",
        public.PublicSheetView.as_view(),
        name="view_published",
    ),
]
