"""Addresses of the catalogue."""

from django.urls import path

from catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.DatasetListView.as_view(), name="list_datasets"),
    path("nouveau/", views.DatasetCreateView.as_view(), name="create_dataset"),
    path("export/<str:form>/", views.ExportListView.as_view(), name="export_datasets"),
    path("<slug:slug>/", views.RecordView.as_view(), name="view_dataset"),
    path("<slug:slug>/export/<str:form>/", views.ExportView.as_view(), name="export_dataset"),
    path(
        "<slug:slug>/modifier/ressources/",
        views.DistributionsView.as_view(),
        name="edit_distributions",
    ),
    path("<slug:slug>/modifier/<slug:section>/", views.SectionView.as_view(), name="edit_dataset"),
    path("<slug:slug>/retirer/", views.RetireView.as_view(), name="retire_dataset"),
    path("<slug:slug>/retablir/", views.RestoreView.as_view(), name="restore_dataset"),
    path(
        "<slug:slug>/variables/importer/", views.DictionaryView.as_view(), name="import_variables"
    ),
    path("<slug:slug>/variables/<int:pk>/", views.VariableView.as_view(), name="edit_variable"),
]
