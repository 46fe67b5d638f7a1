"""Pages of the administration about messages: their words, tried before they are kept."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from accounts.forms.administration import ConfirmForm
from accounts.views.services_forms import AdministrationFormView, AdministrationMixin
from notifications import administration_tables as tables
from notifications import selectors, services
from notifications.forms import MessageForm
from notifications.letters import sample_of
from notifications.selectors import ShownMessage

MESSAGES = (gettext_lazy("Modèles de message"), reverse_lazy("messages:list_messages"))


class MessageListView(AdministrationMixin, TemplateView):
    title = MESSAGES[0]
    template_name = "administration/messages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(table=tables.messages(selectors.messages()), **kwargs)


class MessageMixin(AdministrationFormView):
    """A page about one message."""

    above = [MESSAGES]
    success_url = MESSAGES[1]

    @cached_property
    def shown(self) -> ShownMessage:
        return selectors.get_message(self.kwargs["code"])


class MessageUpdateView(MessageMixin):
    """The words, and what they give: as one types, or with the button « Voir l’aperçu »."""

    form_class = MessageForm
    template_name = "administration/message.html"
    submit_label = gettext_lazy("Enregistrer le modèle")
    success_message = gettext_lazy(
        "Le modèle est enregistré : il vaut pour les prochains messages."
    )

    def get_title(self) -> str:
        return _("Modèle de message : %(label)s") % {"label": self.shown.kind.label}

    def get_initial(self) -> dict[str, Any]:
        return dict(self.shown.words)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.shown.kind}

    @property
    def is_typing(self) -> bool:
        return bool(self.request.headers.get("HX-Request"))

    def get_template_names(self) -> list[str]:
        return ["administration/_message_preview.html"] if self.is_typing else [self.template_name]

    def post(self, *args: Any, **kwargs: Any) -> Any:
        if self.is_typing or "preview" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=self.get_form()))
        return super().post(*args, **kwargs)

    def tried(self, form: MessageForm) -> dict[str, Any]:
        """What the words typed so far would send; nothing while one of them is wrong."""
        if form.is_bound and not form.is_valid():
            return {"sample": None}
        words = form.cleaned_data if form.is_bound else self.shown.words
        return {"sample": sample_of(self.shown.kind, words, self.request.user)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reset = reverse("messages:reset_message", args=[self.shown.kind.code])
        context = super().get_context_data(
            variables=tables.variables(self.shown.kind),
            versions=tables.versions(selectors.versions_of(self.shown.kind.code)),
            reset_url="" if self.shown.is_proposed else reset,
            **kwargs,
        )
        return {**context, **self.tried(context["form"])}

    def perform(self, data: dict[str, Any]) -> None:
        services.set_words(code=self.shown.kind.code, **data, by=self.request.user)


class MessageResetView(MessageMixin):
    form_class = ConfirmForm
    submit_label = gettext_lazy("Rétablir les mots proposés")
    success_message = gettext_lazy("Les mots proposés sont rétablis.")

    def get_title(self) -> str:
        return _("Rétablir les mots proposés : %(label)s") % {"label": self.shown.kind.label}

    def get_intro(self) -> str:
        return _(
            "L’objet redeviendra « %(subject)s ». Les messages déjà partis ne changent pas."
        ) % {"subject": self.shown.kind.subject}

    def perform(self, data: dict[str, Any]) -> None:
        services.reset_words(code=self.shown.kind.code, by=self.request.user)
