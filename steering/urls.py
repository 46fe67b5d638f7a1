"""Pages of audit, search, registers and steering."""

from django.urls import path

from steering.views import audit

app_name = "steering"
urlpatterns = [
    path("audit/", audit.AuditSearchView.as_view(), name="search_journal"),
    path("audit/evenements/<int:pk>/", audit.AuditEventView.as_view(), name="view_event"),
    path("audit/controle/", audit.AuditCheckView.as_view(), name="check_journal"),
    path("audit/export.zip", audit.AuditExportView.as_view(), name="export_journal"),
]
