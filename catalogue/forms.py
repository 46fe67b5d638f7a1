"""Shape of the input of the catalogue. Rules are in the services; labels come from the columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts.models import Membership, Organisation, User
from catalogue import enums
from catalogue.fieldsets import Section, columns, is_required
from catalogue.imports.cleaning import split_list
from catalogue.models import Dataset, Distribution, Variable

DAY_ERRORS = {"invalid": _("Indiquez un jour qui existe, par exemple 12/03/2026.")}
FREE_LISTS = {"keywords", "health_theme"}
ADDRESS_LISTS = {"applicable_legislation", "conforms_to"}
PEOPLE = {"holder_dpo", "referent", "steward"}
UPLOAD_EXTENSIONS = (".csv", ".json", ".tsv", ".txt")


def day_field(**options: Any) -> forms.DateField:
    """A day, typed or picked: 2026-03-12 (browser) or 12/03/2026."""
    return forms.DateField(
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=DAY_ERRORS,
        **options,
    )


class ListField(forms.CharField):
    """Several values typed in one text: separated by commas, or one a line for addresses."""

    def __init__(self, *, base_field: Any, separator: str, **options: Any) -> None:
        self.base_field = base_field
        self.separator = separator
        super().__init__(strip=True, **options)

    def prepare_value(self, value: Any) -> Any:
        return self.separator.join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        parts = split_list(text) if self.separator == ", " else text.split()
        if len(parts) > 100:
            raise ValidationError(_("Donnez 100 valeurs au plus."))
        for part in parts:
            self.base_field.clean(part, None)
        return parts


class TriStateField(forms.TypedChoiceField):
    """Oui, non, ou pas de réponse."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[("", _("Non renseigné")), ("yes", _("Oui")), ("no", _("Non"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def _label(text: Any) -> str:
    return str(text)[:1].upper() + str(text)[1:]


def field_for(column: str) -> forms.Field:
    """Build the form field of a column of a record."""
    column_field: Any = Dataset._meta.get_field(column)
    common: dict[str, Any] = {
        "label": _label(column_field.verbose_name),
        "help_text": column_field.help_text,
        "required": column in ("title", "producer_org"),
    }
    if isinstance(column_field, ArrayField):
        return _list_field(column, column_field, common)
    if isinstance(column_field, models.BooleanField):
        return TriStateField(**common)
    if isinstance(column_field, models.DateField):
        return day_field(**common)
    if isinstance(column_field, models.ForeignKey):
        return forms.ModelChoiceField(
            queryset=_choices_of(column_field.related_model),
            empty_label=_("Non renseigné"),
            error_messages={"invalid_choice": _("Choisissez dans la liste.")},
            **common,
        )
    if column_field.choices:
        choices = [("", _("Non renseigné")), *column_field.choices]
        return forms.ChoiceField(
            choices=choices,
            error_messages={"invalid_choice": _("Choisissez dans la liste.")},
            **common,
        )
    return _plain_field(column_field, common)


def _choices_of(model: Any) -> models.QuerySet[Any]:
    if model is Organisation:
        return Organisation.objects.filter(is_active=True)
    return model.objects.none()


def _plain_field(column_field: Any, common: dict[str, Any]) -> forms.Field:
    if isinstance(column_field, models.EmailField):
        return forms.EmailField(
            error_messages={"invalid": _("Indiquez une adresse complète, nom@organisme.fr.")},
            **common,
        )
    if isinstance(column_field, models.TextField):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, **common)
    if isinstance(column_field, models.IntegerField):
        return forms.IntegerField(
            validators=column_field.validators,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={"invalid": _("Indiquez un nombre entier.")},
            min_value=0,
            **common,
        )
    return forms.CharField(
        max_length=column_field.max_length,
        validators=column_field.validators,
        error_messages={"required": _("Indiquez un titre.")},
        **common,
    )


def _list_field(column: str, column_field: Any, common: dict[str, Any]) -> forms.Field:
    if column in FREE_LISTS:
        return ListField(
            base_field=column_field.base_field, separator=", ", max_length=4000, **common
        )
    if column in ADDRESS_LISTS:
        return ListField(
            base_field=column_field.base_field,
            separator="\n",
            max_length=8000,
            widget=forms.Textarea(attrs={"rows": 3}),
            **common,
        )
    return forms.MultipleChoiceField(
        choices=column_field.base_field.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choisissez dans la liste.")},
        **common,
    )


class SectionForm(DsfrBaseForm):
    """The fields of one theme of a record. Only the title and the producer must be filled: a record
    is completed little by little, and its completeness shows what is missing."""

    def __init__(self, *args: Any, section: Section, dataset: Dataset, **kwargs: Any) -> None:
        kwargs["initial"] = {
            name: getattr(dataset, name) for name in columns(section)
        } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for name in columns(section):
            self.fields[name] = field_for(name)
        for line in section.lines:
            if is_required(dataset, line):
                _mark_as_needed(self.fields[line.columns[0]])
        for name in PEOPLE & set(self.fields):
            self.fields[name].queryset = _people_of(dataset, name)  # type: ignore[attr-defined]
        if "part_of" in self.fields:
            self.fields["part_of"].queryset = _wholes_of(dataset)  # type: ignore[attr-defined]


def _mark_as_needed(field: Any) -> None:
    """Say at the field that a complete record needs it; saving without it stays allowed."""
    if not field.required:
        field.needed_for = _("Attendu dans une fiche complète")
        field.mark_optional = False


def _people_of(dataset: Dataset, name: str) -> models.QuerySet[User]:
    """The persons who have a role in the producer or the controller, and the one already named."""
    organisations = filter(None, (dataset.producer_org_id, dataset.data_controller_id))
    members = Membership.objects.filter(organisation_id__in=list(organisations)).current()
    named = models.Q(pk=getattr(dataset, f"{name}_id"))
    return User.objects.filter(named | models.Q(is_active=True, pk__in=members.values("user_id")))


def _wholes_of(dataset: Dataset) -> models.QuerySet[Dataset]:
    """The records of the same producer that are not themselves a part, and the current one."""
    same = models.Q(
        producer_org_id=dataset.producer_org_id, part_of__isnull=True, retired_on__isnull=True
    )
    rows = Dataset.objects.filter(same | models.Q(pk=dataset.part_of_id)).exclude(pk=dataset.pk)
    return rows.only("title").order_by("sort_title", "pk")


class DatasetCreateForm(DsfrBaseForm):
    """What a record needs to exist: a title and a producer among those one may write for."""

    title = forms.CharField(
        label=_("Titre"),
        max_length=300,
        help_text=_("Nom compréhensible hors service."),
        error_messages={"required": _("Indiquez un titre.")},
    )
    producer_org = forms.ModelChoiceField(
        label=_("Organisme producteur"),
        queryset=Organisation.objects.none(),
        empty_label=_("Sélectionnez un organisme"),
        help_text=_("Organisme qui produit ou rassemble les données."),
        error_messages={
            "required": _("Choisissez un organisme."),
            "invalid_choice": _("Choisissez un organisme dans la liste."),
        },
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Ce que mesure le jeu, unité d’observation, limites d’usage."),
    )

    def __init__(self, *args: Any, producers: models.QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["producer_org"].queryset = producers  # type: ignore[attr-defined]


class RetireForm(DsfrBaseForm):
    reason = forms.CharField(
        label=_("Motif du retrait"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Il est montré sur la fiche, qui reste lisible par son adresse."),
        error_messages={"required": _("Indiquez pourquoi la fiche est retirée.")},
    )


class RestoreForm(DsfrBaseForm):
    """Nothing to fill in: a confirmation."""


class DistributionForm(DsfrBaseForm):
    """One resource; a row left empty is no resource."""

    title = forms.CharField(label=_("Titre"), max_length=300, required=False)
    format = forms.CharField(label=_("Format"), max_length=120, required=False)
    access_url = forms.CharField(
        label=_("Adresse d’accès"),
        max_length=1000,
        required=False,
        validators=Distribution._meta.get_field("access_url").validators,
    )
    volume = forms.CharField(
        label=_("Volume"),
        max_length=60,
        required=False,
        help_text=_("Par exemple 12 Mo ou 3 millions de lignes."),
    )
    schema_url = forms.CharField(
        label=_("Adresse du schéma"),
        max_length=1000,
        required=False,
        validators=Distribution._meta.get_field("schema_url").validators,
    )
    is_api = forms.BooleanField(label=_("Accès par API"), required=False)
    remove = forms.BooleanField(label=_("Retirer cette ressource"), required=False)
    byte_size = forms.IntegerField(
        required=False, min_value=0, max_value=10**18, widget=forms.HiddenInput
    )

    def is_kept(self) -> bool:
        data = self.cleaned_data
        filled = any(data.get(name) for name in ("title", "format", "access_url"))
        return filled and not data["remove"]

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "remove"}


class BaseDistributionFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """A page always sends rows: none at all is a page cut short, not an emptied list."""
        if self.total_form_count() < 1:
            raise ValidationError(_("Le formulaire est arrivé incomplet : rechargez la page."))


DistributionFormSet = forms.formset_factory(
    DistributionForm,
    formset=BaseDistributionFormSet,
    extra=2,
    max_num=500,
    absolute_max=500,
    validate_max=True,
)


class VariableForm(DsfrBaseForm):
    label = forms.CharField(label=_("Libellé"), max_length=500, required=False)
    type = forms.ChoiceField(
        label=_("Type"),
        choices=[("", _("Non renseigné")), *enums.VariableType.choices],
        required=False,
    )
    definition = forms.CharField(
        label=_("Définition"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    nomenclature = forms.CharField(label=_("Nomenclature"), max_length=200, required=False)
    sensitivity = forms.ChoiceField(
        label=_("Sensibilité"),
        choices=[("", _("Non renseigné")), *enums.Sensitivity.choices],
        required=False,
    )
    identifier_kind = forms.ChoiceField(
        label=_("Identifiant"),
        choices=enums.IdentifierKind.choices,
        help_text=_("Par croisement : commune, date de naissance, date de soins…"),
        error_messages={"required": _("Choisissez dans la liste.")},
    )

    def __init__(self, *args: Any, variable: Variable, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(variable, name) for name in type(self).base_fields}
        super().__init__(*args, **kwargs)


class DictionaryForm(DsfrBaseForm):
    """A file of variables: CSV or Table Schema."""

    file = forms.FileField(
        label=_("Fichier du dictionnaire"),
        max_length=200,
        help_text=_(
            "CSV (nom, libellé, type, définition, nomenclature, sensibilité, identifiant) ou "
            "Table Schema JSON, 5 Mo au plus. Le dictionnaire actuel est remplacé ; les "
            "sensibilités déjà saisies sont gardées."
        ),
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Le fichier est vide."),
            "invalid": _("Choisissez un fichier."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(UPLOAD_EXTENSIONS):
            raise ValidationError(_("Choisissez un fichier CSV ou JSON."))
        if file.size > 5 * 1024 * 1024:
            raise ValidationError(_("Le fichier dépasse 5 Mo."))
        return file


def kept_rows(forms_: Iterable[DistributionForm]) -> list[dict[str, Any]]:
    return [form.row() for form in forms_ if form.is_kept()]
