"""« Événements » : what was decided on a signed act, and the forms of those who may decide."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import pages, policies, selectors, services
from agreements.assembly.merging import last_day
from agreements.enums import TERMINATION_GROUNDS, LifeGround, LifeMoveState
from agreements.forms import IdentityForm, ReasonForm, SuspendForm, TerminateForm
from agreements.models import Agreement, LifeMove
from agreements.selectors import MoveLine
from agreements.services.life_moves import REVIEW_MONTHS, termination_day
from agreements.views.base import FormPage, IdentityPage, TabView


class _SignedAct:
    """A page of an act that is signed: 404 before."""

    tab = "evenements"
    kwargs: dict[str, Any]

    @cached_property
    def agreement(self) -> Agreement:
        agreement: Agreement = super().agreement  # type: ignore[misc]
        if not agreement.is_signed:
            raise Http404
        return agreement


class LifeView(_SignedAct, TabView):
    template_name = "agreements/life.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            lines=[self.line(line) for line in selectors.life_lines(user, self.agreement)],
            life=selectors.life_facts(user, self.agreement),
            **kwargs,
        )

    def line(self, line: MoveLine) -> dict[str, Any]:
        variant = {
            LifeMoveState.AWAITED: "warning",
            LifeMoveState.DECIDED: "info",
        }.get(LifeMoveState(line.move.state), "")
        return {"line": line, "badge": (line.move.get_state_display(), variant)}


class LifePage(_SignedAct, FormPage):
    """A decision on a signed act."""

    def back(self) -> str:
        return self.url("view_life")


class SuspendView(LifePage):
    title = gettext_lazy("Suspendre le partage")
    intro = gettext_lazy(
        "La suspension est immédiate : livraisons et accès s’arrêtent, les deux parties et leurs "
        "délégués à la protection des données sont prévenus. Sa levée est signée par chaque partie."
    )
    submit_label = gettext_lazy("Suspendre le partage")
    success = gettext_lazy("Partage suspendu. Toutes les parties sont prévenues.")

    def check(self) -> None:
        policies.check_can_suspend(self.request.user, self.agreement)

    def build(self, data: Any = None) -> SuspendForm:
        return SuspendForm(data, limit=last_day(timezone.localdate(), REVIEW_MONTHS))

    def perform(self, form: SuspendForm) -> str:
        services.suspend(agreement=self.agreement, by=self.request.user, **form.cleaned_data)
        return self.back()


class AskLiftingView(LifePage):
    title = gettext_lazy("Demander la levée de la suspension")
    intro = gettext_lazy("La levée prend effet quand chaque partie l’a signée.")
    submit_label = gettext_lazy("Demander la levée")
    success = gettext_lazy("Demande envoyée aux signataires des parties.")

    def check(self) -> None:
        policies.check_can_ask_lifting(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Ce qui permet de reprendre"))

    def perform(self, form: ReasonForm) -> str:
        services.ask_lifting(
            agreement=self.agreement, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.back()


class TerminateView(LifePage, IdentityPage):
    title = gettext_lazy("Résilier la convention")
    intro = gettext_lazy("À la date d’effet, le partage passera en fin de partage.")
    submit_label = gettext_lazy("Résilier la convention")
    success = gettext_lazy("Résiliation enregistrée. Toutes les parties sont prévenues.")

    def check(self) -> None:
        policies.check_can_terminate(self.request.user, self.agreement)

    def build(self, data: Any = None) -> TerminateForm:
        return TerminateForm(data, user=self.request.user, grounds=self.grounds())

    def grounds(self) -> list[tuple[str, str]]:
        """The cases, each with the day on which the sharing would pass to its end."""
        found = []
        for ground in TERMINATION_GROUNDS:
            label = str(ground.label)
            if ground in (LifeGround.NOTICE, LifeGround.BREACH):
                day = pages.day(termination_day(self.agreement, ground))
                label = _("%(what)s : le partage passera en fin de partage le %(day)s") % {
                    "what": label, "day": day,
                }  # fmt: skip
            found.append((ground.value, label))
        return found

    def perform(self, form: TerminateForm) -> str:
        given = form.cleaned_data
        services.terminate(
            agreement=self.agreement,
            ground=given["ground"],
            reason=given["reason"],
            effective_on=given["effective_on"],
            is_reauthenticated=True,
            by=self.request.user,
        )
        return self.back()


class MovePage(LifePage):
    """A page about one decision of the act."""

    @cached_property
    def move(self) -> LifeMove:
        return selectors.life_move(self.agreement, self.kwargs["pk"])


class AgreeToMoveView(MovePage, IdentityPage):
    submit_label = gettext_lazy("Donner l’accord")
    success = gettext_lazy("Accord enregistré.")

    @property
    def title(self) -> str:
        return _("Donner l’accord de votre organisme : %s") % self.move.get_kind_display().lower()

    @property
    def intro(self) -> str:
        return self.move.reason

    def check(self) -> None:
        policies.check_can_consent(self.request.user, self.move)

    def build(self, data: Any = None) -> IdentityForm:
        return IdentityForm(data, user=self.request.user)

    def perform(self, form: IdentityForm) -> str:
        services.agree_to_move(life_move=self.move, is_reauthenticated=True, by=self.request.user)
        return self.back()


class WithdrawMoveView(MovePage):
    submit_label = gettext_lazy("Retirer la demande")
    success = gettext_lazy("Demande retirée. Toutes les parties sont prévenues.")

    @property
    def title(self) -> str:
        return _("Retirer : %s") % self.move.get_kind_display().lower()

    def check(self) -> None:
        policies.check_can_withdraw_move(self.request.user, self.move)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Motif du retrait"))

    def perform(self, form: ReasonForm) -> str:
        services.withdraw_move(
            life_move=self.move, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.back()
