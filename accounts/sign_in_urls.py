"""The pages of allauth that Navette uses, under French addresses; their names are allauth's."""

from __future__ import annotations

from django.urls import path, re_path

from accounts.views import resume, second_factor, sign_in

urlpatterns = [
    path("connexion/", sign_in.LoginView.as_view(), name="account_login"),
    path("deconnexion/", sign_in.LogoutView.as_view(), name="account_logout"),
    path("ferme/", sign_in.AccountClosedView.as_view(), name="account_inactive"),
    path("confirmer/", sign_in.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("mot-de-passe/", sign_in.PasswordChangeView.as_view(), name="account_change_password"),
    path("mot-de-passe/choisir/", sign_in.PasswordSetView.as_view(), name="account_set_password"),
    path(
        "mot-de-passe-oublie/",
        sign_in.PasswordForgottenView.as_view(),
        name="account_reset_password",
    ),
    path(
        "mot-de-passe-oublie/envoye/",
        sign_in.PasswordLinkSentView.as_view(),
        name="account_reset_password_done",
    ),
    re_path(
        r"^mot-de-passe-oublie/lien/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.PasswordFromLinkView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe-oublie/choisi/",
        sign_in.PasswordChosenView.as_view(),
        name="account_reset_password_from_key_done",
    ),
    path("second-facteur/", second_factor.SecondFactorView.as_view(), name="mfa_index"),
    path("second-facteur/code/", second_factor.AuthenticateView.as_view(), name="mfa_authenticate"),
    path(
        "second-facteur/confirmer/",
        second_factor.ReauthenticateView.as_view(),
        name="mfa_reauthenticate",
    ),
    path("second-facteur/activer/", second_factor.ActivateView.as_view(), name="mfa_activate_totp"),
    path(
        "second-facteur/desactiver/",
        second_factor.DeactivateView.as_view(),
        name="mfa_deactivate_totp",
    ),
    path(
        "second-facteur/codes-de-secours/",
        second_factor.RecoveryCodesView.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-facteur/codes-de-secours/generer/",
        second_factor.GenerateCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-facteur/codes-de-secours/telecharger/",
        second_factor.DownloadCodesView.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("demonstration/", sign_in.DemoView.as_view(), name="account_demo"),
    path("reprendre/", resume.ResumeView.as_view(), name="account_resume"),
]
