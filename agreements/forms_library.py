"""The forms of the clause library: the shape of what is typed; rules are in services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from agreements.enums import ActType
from agreements.forms import PreparedForm
from agreements.library.definitions import (
    MAX_BODY,
    MAX_CONDITION,
    MAX_NOTE,
    MAX_PURPOSE,
    MAX_TITLE,
)
from agreements.markup import from_editor
from agreements.models import Agreement
from agreements.services import WordingValue

MAX_ORDER = 1_000_000
MAX_ARCHIVE = 5 * 1024 * 1024


class ClauseFilterForm(PreparedForm):
    type = forms.ChoiceField(
        label=_("Type d’acte"), required=False, choices=[("", _("Tous")), *ActType.choices]
    )
    etat = forms.ChoiceField(
        label=_("État"),
        required=False,
        choices=[
            ("", _("Tous")),
            ("to_validate", _("À valider")),
            ("validated", _("Validée")),
            ("draft", _("En cours de rédaction")),
            ("inactive", _("Désactivée")),
        ],
    )
    q = forms.CharField(label=_("Texte"), required=False, max_length=200)

    def prepare(self, fields: Any) -> None:
        for field in fields.values():
            field.mark_optional = False


class ClauseForm(PreparedForm):
    """A version of a clause being written; whatever is typed can be kept as a draft."""

    code = forms.CharField(
        label=_("Code"),
        max_length=3,
        help_text=_("Une lettre et deux chiffres, comme C48. Il ne changera plus."),
        error_messages={"required": _("Indiquez le code.")},
    )
    title = forms.CharField(
        label=_("Titre"),
        max_length=MAX_TITLE,
        error_messages={"required": _("Indiquez le titre.")},
    )
    purpose = forms.CharField(label=_("But"), max_length=MAX_PURPOSE, required=False)
    types = forms.MultipleChoiceField(
        label=_("Types d’acte qui peuvent la contenir"),
        choices=ActType.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    condition = forms.CharField(
        label=_("Condition"),
        max_length=MAX_CONDITION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "La clause entre dans un acte quand la condition est vraie, par exemple "
            "« PD and not SECRET ». Sans condition, elle y entre toujours."
        ),
    )
    mandatory_when = forms.CharField(
        label=_("Obligatoire si"),
        max_length=MAX_CONDITION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Quand cette condition est vraie, seul le juriste peut retirer l’article."),
    )
    body = forms.CharField(
        label=_("Rédaction"),
        max_length=MAX_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Les champs s’écrivent entre crochets, comme [retention.months] ; un renvoi s’écrit "
            "[article C30] ; une phrase sous condition, [[si NIR]]…[[sinon]]…[[fin]] ; un passage "
            "répété pour chaque partie, [[par partie]]…[[fin]]."
        ),
    )
    locked = forms.BooleanField(
        label=_("Texte verrouillé"),
        required=False,
        help_text=_("Dans un acte, seul le service juridique le modifie."),
    )
    order = forms.IntegerField(
        label=_("Place proposée"),
        min_value=0,
        max_value=MAX_ORDER,
        help_text=_("Un nombre : il place la clause quand on l’ajoute à un modèle d’acte."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Indiquez un nombre entier."),
            "invalid": _("Indiquez un nombre entier, en chiffres."),
        },
    )
    note = forms.CharField(
        label=_("Ce qui change"),
        max_length=MAX_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Pour ceux qui liront l’historique : ce qui change et pourquoi."),
    )
    sample = forms.ChoiceField(label=_("Dossier de l’aperçu"), required=False)
    revision = forms.IntegerField(
        min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput, required=False
    )

    def __init__(
        self, *args: Any, files: Sequence[Agreement] = (), is_new: bool = False, **kwargs: Any
    ) -> None:
        self.files, self.is_new = files, is_new
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Any) -> None:
        if not self.is_new:
            del fields["code"]
        for name in ("types", "body", "sample"):
            fields[name].mark_optional = False
        if self.files:
            fields["sample"].choices = [
                (one.reference, f"{one.reference} — {one.title}") for one in self.files
            ]
        else:
            del fields["sample"]

    def wording(self) -> WordingValue:
        """What was typed, as the services take it."""
        data = self.cleaned_data
        names = ("title", "purpose", "types", "condition", "order", "locked", "mandatory_when")
        return WordingValue(
            **{name: data[name] for name in names},
            body=from_editor(data["body"]),
            note=data["note"],
        )


class RevisionForm(DsfrBaseForm):  # type: ignore[misc]
    """The draft that was read, so that no other one is published."""

    revision = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)


class EmptyForm(DsfrBaseForm):  # type: ignore[misc]
    """A button that asks nothing."""


class TemplateNoteForm(PreparedForm):
    """Why a template changes; its lines are read beside."""

    note = forms.CharField(
        label=_("Ce qui change"),
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Dites ce qui change et pourquoi.")},
    )
    based_on = forms.IntegerField(min_value=1, max_value=32_767, widget=forms.HiddenInput)


class LibraryFileForm(DsfrBaseForm):  # type: ignore[misc]
    """The library as a ZIP file."""

    archive = forms.FileField(
        label=_("Fichier ZIP de la bibliothèque"),
        help_text=_(
            "Dossiers « clauses » et « historique », fichier « templates.yaml ». 5 Mo au plus."
        ),
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Ce fichier est vide."),
        },
    )

    def clean_archive(self) -> Any:
        archive = self.cleaned_data["archive"]
        if archive.size > MAX_ARCHIVE:
            raise forms.ValidationError(_("Ce fichier dépasse 5 Mo."))
        return archive
