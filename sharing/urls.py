from __future__ import annotations

from django.urls import path

from cases.converters import REFERENCE
from sharing.views import lists, obligations

app_name = "sharing"

REF = f"{REFERENCE}/"
OBLIGATION = f"{REF}obligations/<int:pk>/"

urlpatterns = [
    path("", lists.SharingListView.as_view(), name="list_sharings"),
    path(REF, lists.OverviewView.as_view(), name="view_sharing"),
    path(f"{REF}obligations/", obligations.ObligationListView.as_view(), name="list_obligations"),
    path(
        f"{OBLIGATION}preuve/", obligations.ProveObligationView.as_view(), name="prove_obligation"
    ),
    path(
        f"{OBLIGATION}constat/",
        obligations.AcceptObligationView.as_view(),
        name="accept_obligation",
    ),
    path(
        f"{OBLIGATION}renvoi/", obligations.ReturnObligationView.as_view(), name="return_obligation"
    ),
    path(
        f"{OBLIGATION}sans-objet/",
        obligations.SetAsideObligationView.as_view(),
        name="set_obligation_aside",
    ),
]
