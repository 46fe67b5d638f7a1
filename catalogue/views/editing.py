"""Pages that write records: their keepers and the managers."""

from __future__ import annotations

import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from accounts.forms.fields import add_errors
from catalogue import policies, selectors, services
from catalogue.fieldsets import SECTION_OF_CODE, SECTIONS
from catalogue.forms import (
    DatasetCreateForm,
    DictionaryForm,
    DistributionFormSet,
    RestoreForm,
    RetireForm,
    SectionForm,
    VariableForm,
    kept_rows,
)
from catalogue.models import Dataset, Variable
from catalogue.services.datasets import distribution_rows


class WritingView(FormView):  # type: ignore[type-arg]
    """A form whose service may refuse: its reasons go to the fields, what was typed stays."""

    template_name = "catalogue/form.html"
    page_title: Any = ""
    submit_label: Any = ""
    done: Any = ""

    def check(self) -> None:
        raise NotImplementedError

    def perform(self, data: dict[str, Any]) -> Any:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.check()
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.perform(form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"page_title": self.page_title, "submit_label": self.submit_label}
        return super().get_context_data(**{**words, "cancel_url": self.get_success_url(), **kwargs})


class RecordMixin:
    """The record that the address names."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def dataset(self) -> Dataset:
        return selectors.get_for(self.request.user, self.kwargs["slug"])  # type: ignore[arg-type]

    def check(self) -> None:
        policies.check_can_edit(self.request.user, self.dataset)  # type: ignore[arg-type]

    def get_success_url(self) -> str:
        return self.dataset.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"dataset": self.dataset, **kwargs})  # type: ignore[misc]


class DatasetCreateView(WritingView):
    form_class = DatasetCreateForm

    page_title = gettext_lazy("Nouvelle fiche de jeu de données")
    submit_label = gettext_lazy("Créer la fiche")
    done = gettext_lazy("La fiche est créée. Complétez-la, rubrique par rubrique.")

    created: Dataset | None = None

    def check(self) -> None:
        policies.check_can_create(self.request.user)  # type: ignore[arg-type]

    def get_form_kwargs(self) -> dict[str, Any]:
        producers = selectors.producers_for(self.request.user)  # type: ignore[arg-type]
        return {**super().get_form_kwargs(), "producers": producers}

    def perform(self, data: dict[str, Any]) -> None:
        self.created = services.create_dataset(
            title=data["title"],
            producer_org=data["producer_org"],
            values={"description": data["description"]},
            by=self.request.user,  # type: ignore[arg-type]
        )

    def get_success_url(self) -> str:
        if self.created is None:
            return reverse("catalogue:list_datasets")
        return reverse("catalogue:edit_dataset", args=[self.created.slug, SECTIONS[0].code])


class SectionView(RecordMixin, WritingView):
    """One theme of the record; « Enregistrer et continuer » goes to the next one."""

    form_class = SectionForm
    template_name = "catalogue/section.html"

    @cached_property
    def section(self) -> Any:
        if self.kwargs["section"] not in SECTION_OF_CODE:
            raise Http404(_("Cette rubrique n’existe pas."))
        return SECTION_OF_CODE[self.kwargs["section"]]

    @property
    def page_title(self) -> str:  # type: ignore[override]
        return str(self.section.title)

    submit_label = gettext_lazy("Enregistrer et continuer")
    done = gettext_lazy("La rubrique est enregistrée.")

    def get_form_kwargs(self) -> dict[str, Any]:
        kept = {"section": self.section, "dataset": self.dataset}
        return {**super().get_form_kwargs(), **kept}

    def perform(self, data: dict[str, Any]) -> None:
        services.update_dataset(dataset=self.dataset, by=self.request.user, values=data)  # type: ignore[arg-type]

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if response.status_code != 302 or "quitter" in self.request.POST:
            return response
        place = SECTIONS.index(self.section) + 1
        if place == len(SECTIONS):
            return redirect("catalogue:edit_distributions", self.dataset.slug)
        return redirect("catalogue:edit_dataset", self.dataset.slug, SECTIONS[place].code)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {"sections": SECTIONS, "current": self.section.code}
        return super().get_context_data(**{**extra, **kwargs})


class DistributionsView(RecordMixin, WritingView):
    """The resources, a row each; an emptied row is removed."""

    form_class = DistributionFormSet
    template_name = "catalogue/distributions.html"

    page_title = gettext_lazy("Ressources")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return {**kwargs, "initial": distribution_rows(self.dataset), "prefix": "ressources"}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            services.replace_distributions(
                dataset=self.dataset,
                by=self.request.user,  # type: ignore[arg-type]
                rows=kept_rows(form.forms),
            )
        except ValidationError as error:
            return self.render_to_response(
                self.get_context_data(form=form, errors=list(error.messages))
            )
        messages.success(self.request, _("Les ressources sont enregistrées."))
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {"sections": SECTIONS, "current": "ressources", "errors": []}
        return super().get_context_data(**{**extra, **kwargs})


class RetireView(RecordMixin, WritingView):
    form_class = RetireForm

    page_title = gettext_lazy("Retirer la fiche")
    submit_label = gettext_lazy("Retirer la fiche")
    done = gettext_lazy("La fiche est retirée du catalogue. Elle reste lisible par son adresse.")

    def perform(self, data: dict[str, Any]) -> None:
        services.retire_dataset(dataset=self.dataset, by=self.request.user, **data)  # type: ignore[arg-type]


class RestoreView(RecordMixin, WritingView):
    form_class = RestoreForm

    page_title = gettext_lazy("Rétablir la fiche")
    submit_label = gettext_lazy("Rétablir la fiche")
    done = gettext_lazy("La fiche est de nouveau au catalogue.")

    def perform(self, data: dict[str, Any]) -> None:
        services.restore_dataset(dataset=self.dataset, by=self.request.user)  # type: ignore[arg-type]


class VariableView(RecordMixin, WritingView):
    form_class = VariableForm

    @cached_property
    def variable(self) -> Variable:
        user: Any = self.request.user
        return selectors.get_variable_for(user, self.kwargs["slug"], self.kwargs["pk"])

    def check(self) -> None:
        policies.check_can_edit(self.request.user, self.variable.dataset)  # type: ignore[arg-type]

    @property
    def page_title(self) -> str:  # type: ignore[override]
        return _("Variable %(name)s") % {"name": self.variable.name}

    submit_label = gettext_lazy("Enregistrer la variable")
    done = gettext_lazy("La variable est enregistrée.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "variable": self.variable}

    def perform(self, data: dict[str, Any]) -> None:
        services.update_variable(variable=self.variable, by=self.request.user, values=data)  # type: ignore[arg-type]


class DictionaryView(RecordMixin, WritingView):
    """Replace the dictionary by a file; the report of each line is shown."""

    form_class = DictionaryForm
    template_name = "catalogue/dictionary.html"

    page_title = gettext_lazy("Importer le dictionnaire")
    submit_label = gettext_lazy("Importer")

    def form_valid(self, form: Any) -> HttpResponse:
        file = form.cleaned_data["file"]
        suffix = Path(file.name).suffix.lower()
        with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
            for chunk in file.chunks():
                copy.write(chunk)
            copy.flush()
            report = services.import_file(
                path=Path(copy.name),
                by=self.request.user,  # type: ignore[arg-type]
                kind="table-schema" if suffix == ".json" else "variables",
                dataset=self.dataset,
                file_name=file.name,
            )
        if report.file_error:
            form.add_error("file", report.file_error)
        return self.render_to_response(self.get_context_data(form=form, report=report))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"report": None, **kwargs})
