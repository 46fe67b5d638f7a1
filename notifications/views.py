"""Pages of messages and of preferences."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from notifications import selectors, services
from notifications.enums import Channel
from notifications.forms import PageForm, PreferencesForm, ReadUntilForm, ReferenceForm
from notifications.letters import read_unsubscription


def _trail(*more: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": _("Mon tableau de bord"), "url": "/tableau-de-bord/"}, *more]


class NotificationListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        page = selectors.list_for(request.user, **PageForm(request.GET).keys())
        here = reverse("notifications:list_notifications")
        return render(
            request,
            "notifications/notification_list.html",
            {
                "crumbs": _trail(),
                "page": page,
                "unread": selectors.unread_count(request.user),
                "until": page.notices[0].pk if page.notices else 0,
                "previous": f"{here}?apres={page.newer}" if page.newer else "",
                "next": f"{here}?avant={page.older}" if page.older else "",
            },
        )


class NotificationOpenView(View):
    """Opening the case of a notice marks it as read: hence a POST."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = selectors.get_for(request.user, pk)
        services.mark_read(notice=notice, by=request.user)
        return redirect(notice.url)


class NotificationReadAllView(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReadUntilForm(request.POST)
        if form.is_valid():
            services.mark_all_read(by=request.user, until=form.cleaned_data["jusqu_a"])
            messages.success(request, _("Toutes les notifications affichées sont lues."))
        return redirect("notifications:list_notifications")


class PreferencesView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = PreferencesForm(choices=selectors.choices_of(request.user))
        return self.page(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreferencesForm(request.POST, choices=selectors.choices_of(request.user))
        if not form.is_valid():
            return self.page(request, form)
        services.set_preferences(channels=form.channels, by=request.user)
        messages.success(request, _("Vos préférences sont enregistrées."))
        return redirect("notifications:edit_preferences")

    def page(self, request: HttpRequest, form: PreferencesForm, **more: Any) -> HttpResponse:
        return render(
            request,
            "notifications/preferences.html",
            {
                "crumbs": _trail({"label": _("Mon compte"), "url": "/mon-compte/"}),
                "form": form,
                "channels": Channel.choices,
                "muted": selectors.muted_references(request.user),
                **more,
            },
            status=422 if form.errors else 200,
        )


class MuteView(View):
    """Mute one case, from its page or from the preferences."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReferenceForm(request.POST)
        if form.is_valid():
            services.mute(reference=form.cleaned_data["reference"], by=request.user)
            messages.success(request, _("Vous ne recevrez plus de courriel sur ce dossier."))
        else:
            messages.error(request, form.errors["reference"][0])
        return redirect("notifications:edit_preferences")


class UnmuteView(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReferenceForm(request.POST)
        if form.is_valid():
            services.unmute(reference=form.cleaned_data["reference"], by=request.user)
            messages.success(request, _("Vous recevez de nouveau les courriels de ce dossier."))
        return redirect("notifications:edit_preferences")


@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class UnsubscribeView(View):
    """« Ne plus recevoir ces rappels »: without signing in, the signed link is the right.

    Mail programs post to it by themselves (RFC 8058), without a CSRF token; a GET only asks.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(request, token, is_done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        user, asked = self.asked(token)
        services.stop_family(user=user, family=asked.family)
        return self.page(request, token, is_done=True)

    def asked(self, token: str) -> tuple[Any, Any]:
        asked = read_unsubscription(token)
        if asked is None:
            raise Http404
        return selectors.get_person(asked.user_id), asked

    def page(self, request: HttpRequest, token: str, *, is_done: bool) -> HttpResponse:
        _user, asked = self.asked(token)
        return render(
            request,
            "notifications/unsubscribe.html",
            {
                "family": asked.family,
                "is_done": is_done,
            },
        )
