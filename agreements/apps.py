from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"

    def ready(self) -> None:
        from accounts import administration
        from accounts import policies as accounts_policies
        from agreements import messages, policies, receivers  # noqa: F401 - receivers listen by import
        from agreements.enums import ALIVE_STAGES, AgreementStage
        from agreements.flows import convention_v1
        from cases import stages
        from cases.enums import CaseKind
        from cases.messages import register_steps

        register_steps(convention_v1.ConventionFlow)
        messages.register_all()
        stages.register(
            CaseKind.AGREEMENT,
            attribute="agreement",
            stages=AgreementStage,
            alive=ALIVE_STAGES,
            path="/conventions/",
        )
        administration.register(
            _("Durées de conservation"),
            "retention:list_retention",
            accounts_policies.can_administer,
            _("Durée d’utilité administrative et sort final de chaque type d’acte."),
        )
        administration.register(
            _("Clauses"),
            "clauses:list_clauses",
            policies.can_manage_library,
            _("Textes et modèles d’acte, versions, validation DAJ et DPD, import et export."),
        )
        post_migrate.connect(_load_shipped_clauses, sender=self)


def _load_shipped_clauses(**kwargs: Any) -> None:
    """After each migration, the clauses that this release ships are in the database."""
    from django.db import connections

    from agreements.models import ClauseVersion
    from agreements.services.library import load_clauses

    tables = connections[kwargs["using"]].introspection.table_names()
    if ClauseVersion._meta.db_table in tables:
        load_clauses()
