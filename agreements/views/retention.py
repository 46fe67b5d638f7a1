"""Administration of how long acts are kept, and of what becomes of them. Managers only."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from accounts.views.services_forms import AdministrationFormView, AdministrationMixin
from agreements import services
from agreements.enums import ActType
from agreements.forms import RetentionForm
from agreements.models import RetentionRule
from agreements.selectors.elimination import retention_rules
from agreements.selectors.keeping import rule_for

HERE: tuple[Any, Any] = (
    gettext_lazy("Durées de conservation"),
    reverse_lazy("retention:list_retention"),
)


def years_text(years: int) -> str:
    return ngettext("%(n)s an", "%(n)s ans", years) % {"n": years}


def _row(rule: RetentionRule) -> list[Any]:
    label = rule.get_act_type_display()
    badge = {"text": _("Convenue"), "variant": "info"}
    if not rule.pk:
        badge = {"text": _("Proposée"), "variant": ""}
    change = format_html(
        '{}<span class="fr-sr-only"> {}</span>', _("Modifier"), _("la durée « %s »") % label
    )
    url = reverse("retention:update_retention", args=[rule.act_type])
    return [
        label,
        years_text(rule.years),
        rule.get_disposition_display(),
        rule.reference,
        {"badge": badge},
        {"text": change, "url": url},
    ]


class RetentionListView(AdministrationMixin, TemplateView):
    title = HERE[0]
    template_name = "agreements/archives/retention.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = [
            _("Type d’acte"),
            _("Après la fin de l’acte"),
            _("Sort final"),
            _("Accord du service d’archives"),
            _("Origine"),
            {"label": _("Action"), "hidden": True},
        ]
        rows = [_row(rule) for rule in retention_rules()]
        return super().get_context_data(rows=rows, columns=columns, **kwargs)


class RetentionView(AdministrationFormView):
    form_class = RetentionForm
    submit_label = gettext_lazy("Enregistrer la durée")
    success_message = gettext_lazy("La durée de conservation est enregistrée.")
    intro = gettext_lazy(
        "La durée vaut pour les actes scellés ensuite. Un acte déjà verrouillé dans l’archive le "
        "reste jusqu’à sa propre date."
    )
    above = [HERE]
    success_url = HERE[1]

    @cached_property
    def rule(self) -> RetentionRule:
        if self.kwargs["code"] not in ActType.values:
            raise Http404
        return rule_for(self.kwargs["code"])

    def get_title(self) -> str:
        label = self.rule.get_act_type_display()
        return _("Durée de conservation : %s") % label

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.rule, name) for name in ("years", "disposition", "reference")}

    def perform(self, data: dict[str, Any]) -> None:
        services.set_retention(act_type=self.rule.act_type, **data, by=self.request.user)  # type: ignore[arg-type]
