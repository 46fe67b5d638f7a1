"""Pages of one's account and of the administration; the sign-in is in `sign_in_urls`."""

from __future__ import annotations

from django.urls import path

from accounts.views import administration, memberships, mine, organisations, persons, powers

app_name = "accounts"

urlpatterns = [
    path("mon-compte/", mine.MyAccountView.as_view(), name="my_account"),
    path("mon-compte/profil/", mine.ProfileView.as_view(), name="edit_profile"),
    path("mon-compte/agir-pour/", mine.ActingForView.as_view(), name="choose_acting_for"),
    path("mon-compte/absence/", mine.AbsenceView.as_view(), name="declare_absence"),
    path(
        "mon-compte/absence/<int:pk>/annuler/",
        mine.CancelAbsenceView.as_view(),
        name="cancel_absence",
    ),
    path("administration/", administration.HomeView.as_view(), name="administration"),
    path(
        "administration/organismes/",
        organisations.OrganisationListView.as_view(),
        name="list_organisations",
    ),
    path(
        "administration/organismes/ajouter/",
        organisations.OrganisationCreateView.as_view(),
        name="create_organisation",
    ),
    path(
        "administration/organismes/<slug:slug>/",
        organisations.OrganisationView.as_view(),
        name="view_organisation",
    ),
    path(
        "administration/organismes/<slug:slug>/modifier/",
        organisations.OrganisationUpdateView.as_view(),
        name="update_organisation",
    ),
    path(
        "administration/organismes/<slug:slug>/etat/",
        organisations.OrganisationStateView.as_view(),
        name="change_organisation_state",
    ),
    path(
        "administration/organismes/<slug:slug>/accreditations/ajouter/",
        powers.AccreditationCreateView.as_view(),
        name="grant_accreditation",
    ),
    path(
        "administration/organismes/<slug:slug>/accreditations/<int:pk>/fin/",
        powers.AccreditationEndView.as_view(),
        name="end_accreditation",
    ),
    path("administration/personnes/", persons.PersonListView.as_view(), name="list_persons"),
    path(
        "administration/personnes/ajouter/",
        persons.PersonCreateView.as_view(),
        name="create_person",
    ),
    path("administration/personnes/<int:pk>/", persons.PersonView.as_view(), name="view_person"),
    path(
        "administration/personnes/<int:pk>/modifier/",
        persons.PersonUpdateView.as_view(),
        name="update_person",
    ),
    path(
        "administration/personnes/<int:pk>/etat/",
        persons.PersonStateView.as_view(),
        name="change_person_state",
    ),
    path(
        "administration/personnes/<int:pk>/inviter/",
        persons.PersonInviteView.as_view(),
        name="invite_person",
    ),
    path(
        "administration/personnes/<int:pk>/roles/ajouter/",
        memberships.MembershipCreateView.as_view(),
        name="grant_membership",
    ),
    path(
        "administration/personnes/<int:pk>/roles/<int:membership_pk>/fin/",
        memberships.MembershipEndView.as_view(),
        name="end_membership",
    ),
    path(
        "administration/personnes/<int:pk>/absences/ajouter/",
        memberships.AbsenceCreateView.as_view(),
        name="declare_absence_of",
    ),
    path(
        "administration/personnes/<int:pk>/absences/<int:absence_pk>/annuler/",
        memberships.AbsenceCancelView.as_view(),
        name="cancel_absence_of",
    ),
    path(
        "administration/personnes/<int:pk>/delegations/ajouter/",
        powers.DelegationCreateView.as_view(),
        name="grant_delegation",
    ),
    path(
        "administration/personnes/<int:pk>/delegations/<int:delegation_pk>/revoquer/",
        powers.DelegationRevokeView.as_view(),
        name="revoke_delegation",
    ),
]
