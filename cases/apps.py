from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from accounts import administration, policies
        from cases import messages, selectors_calendar

        administration.register(
            _("Délais"),
            "cases:list_delays",
            policies.can_administer,
            _("Durée de chaque étape, suspension, rôle alerté en cas de retard."),
        )
        administration.register(
            _("Jours fériés et fermetures"),
            "cases:list_closing_days",
            policies.can_administer,
            _("Jours fériés nationaux, et jours de fermeture que vous déclarez."),
        )
        messages.register_all()
        administration.register_usage("organisation", selectors_calendar.cases_of_organisations)
        administration.register_usage("person", selectors_calendar.cases_of_persons)
