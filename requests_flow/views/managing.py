"""Moves of the cell and of the parties around the steps: messages, files, assignments, ends."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import policies as case_policies
from cases import selectors as case_selectors
from cases import services as cases
from cases.enums import Room
from cases.errors import Conflict, Impossible, message_of
from cases.models import Task
from requests_flow import forms, policies
from requests_flow.selectors import afterwards, requests
from requests_flow.selectors.acting import who_did
from requests_flow.services import acts, complements, decisions, lifecycle, opinions, study
from requests_flow.views.base import CaseActionView, CaseView


class PlainFormView(CaseView):
    """A page with one plain form, one service, and a sentence when it is done."""

    form_class: Any = forms.ReasonForm
    title: Any = ""
    intro: Any = ""
    submit_label: Any = _("Enregistrer")
    success: Any = ""
    back = "view_answers"

    def check(self) -> None:
        """Refuse (NotAllowed, Conflict) before showing the form."""

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def perform(self, cleaned: dict[str, Any]) -> str | None:
        """Call one service; return where to go, or None for the case page."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        return self.show(self.form_class(**self.form_kwargs()))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        form = self.form_class(request.POST, request.FILES, **self.form_kwargs())
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            target = self.perform(form.cleaned_data)
        except (Impossible, ValidationError) as refusal:
            form.add_error(None if "upload" not in form.fields else "upload", message_of(refusal))
            return self.show(form, status=422)
        if self.success:
            messages.success(request, self.success)
        return redirect(target or self.case_url(self.back))

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        context = {
            "data_request": self.data_request,
            "form": form,
            "page_title": self.title,
            "lead": self.intro,
            "submit_label": self.submit_label,
            "back_url": self.case_url(self.back),
            **self.more(),
        }
        return render(self.request, "requests_flow/plain_form.html", context, status=status)

    def more(self) -> dict[str, Any]:
        return {}


class TaskFormView(PlainFormView):
    """The same, for one task of the address."""

    nodes: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        found = case_selectors.task_for(
            self.request.user, self.data_request, self.kwargs["task_id"]
        )
        if found.node not in self.nodes:
            raise Http404
        return found

    def check(self) -> None:
        task = self.task
        if not task.is_open:
            raise Conflict(who_did(task))
        case_policies.check_can_act(self.request.user, task)


class PostMessageView(PlainFormView):
    form_class, title, back = forms.MessageForm, _("Envoyer un message"), "view_thread"
    submit_label, success = _("Envoyer à toutes les parties"), _("Message envoyé.")
    intro = _("Visible : toutes les parties au dossier.")
    room = Room.PARTIES

    def check(self) -> None:
        case_policies.check_can_post(self.request.user, self.data_request, self.room)

    def perform(self, cleaned: dict[str, Any]) -> None:
        cases.post_message(
            case=self.data_request, room=self.room, body=cleaned["body"], by=self.request.user
        )


class AskRequesterView(PostMessageView):
    """The thread between requester and cell: each writes to the other."""

    room = Room.REQUESTER
    intro = _("Visible : demandeur et cellule.")

    @property
    def title(self) -> Any:
        writes_to_requester = case_policies.is_cell(self.request.user)
        return _("Écrire au demandeur") if writes_to_requester else _("Écrire à la cellule")

    @property
    def submit_label(self) -> Any:
        writes_to_requester = case_policies.is_cell(self.request.user)
        return _("Envoyer au demandeur") if writes_to_requester else _("Envoyer à la cellule")


class AddNoteView(PostMessageView):
    form_class, title, back = forms.NoteForm, _("Ajouter une note interne"), "view_instruction"
    submit_label, success = _("Ajouter la note interne"), _("Note interne ajoutée.")
    intro = _("Interne — cellule. Jamais visible du demandeur ni des détenteurs.")
    room = Room.CELL


class AddSideNoteView(PostMessageView):
    form_class, title = forms.NoteForm, _("Ajouter une note de votre organisme")
    submit_label, success = _("Ajouter la note interne"), _("Note interne ajoutée.")
    intro = _("Interne — votre organisme. Invisible des autres parties et de la cellule.")
    room = Room.SIDE


class AddFileView(PlainFormView):
    form_class, title, back = forms.AttachmentForm, _("Ajouter une pièce"), "view_files"
    submit_label, success = _("Déposer la pièce"), _("Pièce déposée.")

    def check(self) -> None:
        case_policies.check_can_post(self.request.user, self.data_request, Room.PARTIES)

    def form_kwargs(self) -> dict[str, Any]:
        return {"rooms": case_policies.rooms_of(self.request.user, self.data_request)}

    def perform(self, cleaned: dict[str, Any]) -> None:
        cases.add_attachment(
            case=self.data_request,
            upload=cleaned["upload"],
            by=self.request.user,
            room=cleaned["room"],
            nature=cleaned["nature"],
        )


class AssignView(PlainFormView):
    form_class, title, back = forms.OfficerForm, _("Affecter à un collègue"), "view_instruction"
    submit_label, success = _("Confier le dossier"), _("Le dossier est confié.")

    def check(self) -> None:
        case_policies.check_can_manage(self.request.user, self.data_request)

    def perform(self, cleaned: dict[str, Any]) -> None:
        cases.assign_officer(
            case=self.data_request, officer=cleaned["officer"], by=self.request.user
        )


class AddHolderView(AssignView):
    form_class, title = forms.HolderForm, _("Ajouter un détenteur")
    submit_label, success = _("Saisir ce détenteur"), _("Le détenteur est saisi.")
    intro = _("Il étudie la faisabilité, puis décide pour ses données, en parallèle des autres.")

    def perform(self, cleaned: dict[str, Any]) -> None:
        study.add_holder(
            data_request=self.data_request, holder=cleaned["holder"], by=self.request.user
        )


class AskOpinionView(AssignView):
    form_class, title = forms.OpinionRequestForm, _("Solliciter un autre avis")
    submit_label, success = _("Solliciter l’avis"), _("L’avis est demandé.")

    def perform(self, cleaned: dict[str, Any]) -> None:
        opinions.ask_another(
            data_request=self.data_request,
            kind=cleaned["kind"],
            organisation=None,
            by=self.request.user,
        )


class WithdrawView(PlainFormView):
    title, submit_label, success = (
        _("Retirer la demande"),
        _("Retirer la demande"),
        _("La demande est retirée."),
    )
    intro = _(
        "Les avis en cours sont annulés. Vous pourrez reprendre vos réponses dans un nouveau "
        "brouillon."
    )

    def check(self) -> None:
        policies.check_can_withdraw(self.request.user, self.data_request)

    def form_kwargs(self) -> dict[str, Any]:
        return {"required": False}

    def perform(self, cleaned: dict[str, Any]) -> None:
        lifecycle.withdraw(
            data_request=self.data_request, by=self.request.user, reason=cleaned["reason"]
        )


class AskReexaminationView(PlainFormView):
    title, submit_label, success = (
        _("Demander un réexamen"),
        _("Demander le réexamen"),
        _("Le réexamen est demandé."),
    )
    intro = _("Un autre agent de la cellule réexamine la demande.")

    def check(self) -> None:
        policies.check_is_requester(self.request.user, self.data_request)

    def form_kwargs(self) -> dict[str, Any]:
        return {"label": _("Ce que le réexamen doit prendre en compte")}

    def perform(self, cleaned: dict[str, Any]) -> None:
        decisions.ask_reexamination(
            data_request=self.data_request, reason=cleaned["reason"], by=self.request.user
        )


class ReexamineView(TaskFormView):
    nodes, title, submit_label = (
        ("reexamine",),
        _("Réexaminer la demande"),
        _("Remettre le rapport"),
    )
    success = _("Rapport remis.")

    def form_kwargs(self) -> dict[str, Any]:
        return {"label": _("Rapport de réexamen")}

    def perform(self, cleaned: dict[str, Any]) -> None:
        decisions.reexamine(task=self.task, opinion=cleaned["reason"], by=self.request.user)


class ConcludeReexaminationView(TaskFormView):
    nodes, form_class = ("conclude_reexamination",), forms.ReexaminationConclusionForm
    title, submit_label, success = (
        _("Conclure le réexamen"),
        _("Enregistrer la conclusion"),
        _("Conclusion enregistrée."),
    )

    def perform(self, cleaned: dict[str, Any]) -> None:
        decisions.conclude_reexamination(
            task=self.task,
            reopens=cleaned["reopens"] == "yes",
            motivation=cleaned["motivation"],
            by=self.request.user,
        )


class ChooseActView(TaskFormView):
    """The legal officer picks the act; its clauses are chosen by the facts of the file."""

    nodes, form_class = ("choose_act",), forms.ActForm
    title, submit_label = _("Choisir l’acte"), _("Ouvrir la rédaction")
    intro = _(
        "Les clauses sont choisies d’après les faits du dossier ; vous les modifierez "
        "dans l’atelier."
    )

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"act_type": acts.propose_act_type(self.data_request)}}

    def perform(self, cleaned: dict[str, Any]) -> str:
        agreement = acts.choose_act(
            task=self.task, act_type=cleaned["act_type"], by=self.request.user
        )
        return agreement.get_absolute_url()


class NudgeView(CaseActionView):
    success_message, back = _("Relance envoyée."), "view_instruction"

    def perform(self) -> None:
        task = case_selectors.task_for(self.request.user, self.data_request, self.kwargs["task_id"])
        cases.nudge(task=task, by=self.request.user)


class TakeChargeView(CaseActionView):
    success_message, back = _("Vous prenez cette étape en charge."), "view_instruction"

    def perform(self) -> None:
        task = case_selectors.task_for(self.request.user, self.data_request, self.kwargs["task_id"])
        cases.take_charge(task=task, by=self.request.user)


class OpenOpinionsView(CaseActionView):
    success_message, back = _("Les avis sont demandés."), "view_instruction"

    def perform(self) -> None:
        study.open_opinions_early(data_request=self.data_request, by=self.request.user)


class ConfirmOpinionView(CaseActionView):
    success_message, back = _("Votre avis est confirmé pour la dernière version."), "view_opinions"

    def perform(self) -> None:
        consultation = requests.consultation_for(
            self.request.user, self.data_request, self.kwargs["consultation_id"]
        )
        opinions.confirm_opinion(consultation=consultation, by=self.request.user)


class FollowView(CaseActionView):
    back = "view_thread"

    def perform(self) -> None:
        follows = case_selectors.is_following(self.request.user, self.data_request)
        (cases.unfollow if follows else cases.follow)(case=self.data_request, by=self.request.user)


class ReopenView(CaseActionView):
    success_message = _("La demande est rouverte.")

    def perform(self) -> None:
        lifecycle.reopen(data_request=self.data_request, by=self.request.user)


class ReuseView(CaseActionView):
    success_message = _("Vos réponses sont reprises dans un nouveau brouillon.")

    def perform(self) -> str:
        draft = lifecycle.reuse(data_request=self.data_request, by=self.request.user)
        return reverse("requests_flow:edit_draft", args=[draft.draft_key, "need"])


class ComplementView(TaskFormView):
    """The requester answers a complement: corrects the form, answers, and files again."""

    nodes = ("provide_complement", "answer_question", "answer_holder")
    title, submit_label, success = (
        _("Fournir le complément"),
        _("Envoyer le complément"),
        _("Complément envoyé : le décompte reprend."),
    )

    def form_kwargs(self) -> dict[str, Any]:
        return {"label": _("Votre réponse")}

    def more(self) -> dict[str, Any]:
        return {
            "complement": complements.awaited_by(self.task),
            "after": afterwards.after_answer(),
            "edit_url": reverse(
                "requests_flow:edit_draft", args=[self.data_request.draft_key, "need"]
            ),
        }

    def perform(self, cleaned: dict[str, Any]) -> None:
        complements.answer(task=self.task, answer=cleaned["reason"], by=self.request.user)
