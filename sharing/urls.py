from __future__ import annotations

from django.urls import path

from cases.converters import REFERENCE
from sharing.views import deliveries, lists, obligations, persons

app_name = "sharing"

REF = f"{REFERENCE}/"
OBLIGATION = f"{REF}obligations/<int:pk>/"
PERSON = f"{REF}habilites/<int:pk>/"
DELIVERY = f"{REF}livraisons/<int:number>/"

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
    path(f"{REF}livraisons/", deliveries.DeliveryListView.as_view(), name="list_deliveries"),
    path(f"{REF}livraisons/ajout/", deliveries.PlanDeliveryView.as_view(), name="plan_delivery"),
    path(
        f"{REF}livraisons/api/", deliveries.DeclareApiMonthView.as_view(), name="declare_api_month"
    ),
    path(DELIVERY, deliveries.DeliveryView.as_view(), name="view_delivery"),
    path(
        f"{DELIVERY}annonce/", deliveries.AnnounceDeliveryView.as_view(), name="announce_delivery"
    ),
    path(f"{DELIVERY}envoi/", deliveries.SendDeliveryView.as_view(), name="send_delivery"),
    path(
        f"{DELIVERY}reception/", deliveries.ReceiveDeliveryView.as_view(), name="receive_delivery"
    ),
    path(f"{DELIVERY}annulation/", deliveries.CancelDeliveryView.as_view(), name="cancel_delivery"),
    path(f"{REF}habilites/", persons.PersonListView.as_view(), name="list_persons"),
    path(f"{REF}habilites/ajout/", persons.NamePersonView.as_view(), name="name_person"),
    path(f"{REF}habilites/revue/", persons.ReviewPersonsView.as_view(), name="review_persons"),
    path(PERSON, persons.PersonView.as_view(), name="view_person"),
    path(f"{PERSON}compte/", persons.AttachAccountView.as_view(), name="attach_account"),
    path(f"{PERSON}formation/", persons.RecordTrainingView.as_view(), name="record_training"),
    path(f"{PERSON}engagement/", persons.SignUndertakingView.as_view(), name="sign_undertaking"),
    path(f"{PERSON}ouverture/", persons.OpenAccessView.as_view(), name="open_access"),
    path(f"{PERSON}retrait/", persons.RemovePersonView.as_view(), name="remove_person"),
    path(
        f"{REF}qualite/<int:number>/", deliveries.CheckDeliveryView.as_view(), name="check_delivery"
    ),
    path(
        f"{OBLIGATION}sans-objet/",
        obligations.SetAsideObligationView.as_view(),
        name="set_obligation_aside",
    ),
]
