from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from accounts import administration, policies, sessions

        user_logged_in.connect(sessions.begin_at_sign_in, dispatch_uid="accounts.sessions")
        administration.register(
            _("Organismes"),
            "accounts:list_organisations",
            policies.can_administer,
            _("Directions, opérateurs, caisses, agences : identité, SIRET, accréditations."),
        )
        administration.register(
            _("Personnes"),
            "accounts:list_persons",
            policies.can_administer,
            _("Comptes, rôles, suppléances, délégations de signature."),
        )
