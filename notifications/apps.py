from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from accounts import administration, policies

        administration.register(
            _("Modèles de message"),
            "messages:list_messages",
            policies.can_administer,
            _("Mots des courriels et des notifications, avec leur aperçu."),
        )
