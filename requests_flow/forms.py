"""The plain forms of the circuit; those of its steps are questionnaires (step_form.py)."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import holders_of
from agreements.enums import ActType
from cases.enums import Room
from questionnaires import definitions
from requests_flow.enums import (
    ConditionStage,
    ConsultationKind,
    FormalityAnswer,
    RequestStage,
)

MAX = 4000


class PlainForm(DsfrBaseForm):  # type: ignore[misc]
    """A plain form of the house: no NUL byte, no control character, clear messages."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str) and "\x00" in value:
                self.add_error(name, _("Retirez les caractères invisibles de ce texte."))
        return cleaned


def text_area(
    label: Any, *, required: bool = True, help_text: Any = "", rows: int = 5
) -> django_forms.CharField:
    return django_forms.CharField(
        label=label,
        required=required,
        max_length=MAX,
        help_text=help_text,
        widget=django_forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": _("Écrivez un texte."),
            "max_length": _(
                "Réduisez ce texte : %(show_value)s caractères, %(limit_value)s au plus."
            ),
        },
    )


class ReasonForm(PlainForm):
    """One text: why, or what."""

    reason = text_area(_("Motif"))

    def __init__(
        self,
        *args: Any,
        label: Any = None,
        required: bool = True,
        help_text: Any = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        self.fields["reason"].help_text = help_text
        if label:
            self.fields["reason"].label = label
        # The base class has bound the field already, with its first words.
        self._bound_fields_cache.clear()


class MessageForm(PlainForm):
    body = text_area(_("Message"))


class NoteForm(PlainForm):
    body = text_area(
        _("Note interne"),
        help_text=_("Jamais visible du demandeur ni des détenteurs."),
    )


class AttachmentForm(PlainForm):
    upload = django_forms.FileField(
        label=_("Fichier"),
        help_text=_("PDF, ODT ou ODS, 10 Mo au plus. Pas de donnée réelle."),
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Ce fichier est vide."),
            "invalid": _("Choisissez un fichier."),
        },
    )
    nature = django_forms.CharField(label=_("Nature de la pièce"), max_length=80, required=False)
    room = django_forms.ChoiceField(label=_("Visible de"), choices=[])

    def __init__(self, *args: Any, rooms: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = [(code, Room(code).label) for code in rooms]


class OfficerForm(PlainForm):
    officer = django_forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Nouvel instructeur"),
        error_messages={
            "required": _("Choisissez un agent de la cellule."),
            "invalid_choice": _("Choisissez un agent de la cellule."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = holders_of(Role.OFFICER)


class EntrustForm(PlainForm):
    """To whom a step is given, and why; `people` could all do it."""

    to = django_forms.ChoiceField(
        label=_("Confier à"),
        error_messages={
            "required": _("Choisissez une personne."),
            "invalid_choice": _("Choisissez une personne de la liste."),
        },
    )
    reason = text_area(
        _("Motif"), rows=3, help_text=_("Lu par la cellule, et conservé dans l’historique.")
    )

    def __init__(self, *args: Any, people: list[User], is_taken: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        everybody = [("tous", _("Toutes les personnes de ce rôle"))] if is_taken else []
        self.fields["to"].choices = [
            ("", _("Choisir une personne")),
            *((key, str(person)) for key, person in self.people.items()),
            *everybody,
        ]
        if not people:
            self.fields["to"].help_text = _("Personne d’autre ne peut faire cette étape.")
            self._bound_fields_cache.clear()

    def clean(self) -> dict[str, Any]:
        """The person; None for all who hold the role."""
        cleaned = super().clean()
        return {**cleaned, "person": self.people.get(cleaned.get("to", ""))}


class HolderForm(PlainForm):
    holder = django_forms.ModelChoiceField(
        queryset=Organisation.objects.filter(is_active=True),
        label=_("Détenteur à ajouter"),
        error_messages={
            "required": _("Choisissez un organisme."),
            "invalid_choice": _("Choisissez un organisme de la liste."),
        },
    )


class OpinionRequestForm(PlainForm):
    kind = django_forms.ChoiceField(
        label=_("Nature de l’avis"),
        choices=[
            (k.value, k.label)
            for k in (ConsultationKind.EXPERT, ConsultationKind.SECURITY, ConsultationKind.LEGAL)
        ],
        widget=django_forms.RadioSelect,
        error_messages={"required": _("Choisissez la nature de l’avis.")},
    )


class ConditionForm(PlainForm):
    """A reserve added by the cell."""

    text = text_area(_("Réserve"), rows=3)
    owner = django_forms.CharField(
        label=_("Qui doit la lever ?"),
        max_length=200,
        error_messages={"required": _("Indiquez qui doit lever la réserve.")},
    )
    due_stage = django_forms.ChoiceField(
        label=_("À quel moment ?"),
        choices=ConditionStage.choices,
        widget=django_forms.RadioSelect,
        error_messages={"required": _("Choisissez un moment.")},
    )
    proof = django_forms.CharField(label=_("Preuve attendue"), max_length=500, required=False)


class SettleForm(PlainForm):
    """What is done of a reserve: the proof, its lifting, its inscription, its withdrawal."""

    action = django_forms.ChoiceField(
        label=_("Que faites-vous de cette réserve ?"),
        widget=django_forms.RadioSelect,
        choices=[],
        error_messages={"required": _("Choisissez une action.")},
    )
    text = text_area(_("Preuve ou motif"), required=False, rows=3)
    clause_code = django_forms.CharField(
        label=_("Clause qui porte la réserve"),
        max_length=8,
        required=False,
        help_text=_("Par exemple C29."),
    )

    ACTIONS = {
        "prove": _("Apporter la preuve"),
        "lift": _("Lever la réserve : la preuve est reçue"),
        "inscribe": _("L’inscrire dans la convention"),
        "withdraw": _("La retirer, avec un motif"),
    }

    def __init__(self, *args: Any, allowed: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [(code, self.ACTIONS[code]) for code in allowed]


class ActForm(PlainForm):
    act_type = django_forms.ChoiceField(
        label=_("Acte à conclure"),
        choices=[(k.value, k.label) for k in ActType if k.value != "e"],
        widget=django_forms.RadioSelect,
        error_messages={"required": _("Choisissez l’acte.")},
    )


class ReexaminationConclusionForm(PlainForm):
    reopens = django_forms.ChoiceField(
        label=_("Suite du réexamen"),
        widget=django_forms.RadioSelect,
        choices=[
            ("yes", _("Les détenteurs décident à nouveau")),
            ("no", _("La conclusion défavorable est maintenue")),
        ],
        error_messages={"required": _("Choisissez une suite.")},
    )
    motivation = text_area(_("Motivation"))


class FormalityForm(PlainForm):
    """A line of the register of external formalities (process.md, S8)."""

    authority = django_forms.CharField(
        label=_("Autorité"),
        max_length=120,
        error_messages={"required": _("Indiquez l’autorité saisie.")},
    )
    reference = django_forms.CharField(label=_("Référence"), max_length=120, required=False)
    filed_on = django_forms.DateField(label=_("Déposée le"), required=False)
    due_on = django_forms.DateField(label=_("Réponse attendue le"), required=False)
    answer = django_forms.ChoiceField(label=_("Réponse"), choices=FormalityAnswer.choices)
    answered_on = django_forms.DateField(label=_("Répondue le"), required=False)
    expires_on = django_forms.DateField(label=_("Échéance"), required=False)
    document = django_forms.FileField(
        label=_("Pièce"),
        required=False,
        help_text=_("L’autorisation ou l’avis reçu : PDF, ODT ou ODS, 10 Mo au plus."),
        error_messages={"empty": _("Ce fichier est vide."), "invalid": _("Choisissez un fichier.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("filed_on", "due_on", "answered_on", "expires_on"):
            self.fields[name].widget = django_forms.DateInput(
                attrs={"type": "date", "class": "fr-input"}, format="%Y-%m-%d"
            )
            self.fields[name].error_messages["invalid"] = _(
                "Indiquez une date, par exemple 2026-03-31."
            )


class InviteForm(PlainForm):
    """A colleague of the same organisation, to write a draft with."""

    guest = django_forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Collègue"),
        error_messages={
            "required": _("Choisissez un collègue."),
            "invalid_choice": _("Choisissez un collègue de la liste."),
        },
    )

    def __init__(self, *args: Any, inviter: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = {held.organisation_id for held in inviter.held_roles}
        self.fields["guest"].queryset = (
            User.objects.filter(is_active=True, memberships__organisation_id__in=organisations)
            .exclude(pk=inviter.pk)
            .distinct()
        )


class VariableListForm(PlainForm):
    """Names of variables, pasted or in a CSV file whose first column holds them."""

    MAX_BYTES = 1_000_000

    upload = django_forms.FileField(
        label=_("Fichier CSV"),
        required=False,
        help_text=_("La première colonne porte les noms ; 1 Mo au plus, 500 noms."),
        error_messages={"empty": _("Ce fichier est vide."), "invalid": _("Choisissez un fichier.")},
    )
    names = django_forms.CharField(
        label=_("Ou collez les noms, un par ligne"),
        required=False,
        max_length=60_000,
        widget=django_forms.Textarea(attrs={"rows": 8}),
        error_messages={"max_length": _("Réduisez cette liste : 500 noms au plus.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        upload = cleaned.get("upload")
        cleaned["text"] = cleaned.get("names") or ""
        if upload is not None and upload.size > self.MAX_BYTES:
            self.add_error("upload", _("Fichier trop lourd : 1 Mo au plus."))
        elif upload is not None:
            cleaned["text"] = upload.read().decode("utf-8-sig", errors="replace")
        elif not cleaned["text"].strip() and not self.errors:
            self.add_error("names", _("Choisissez un fichier ou collez une liste de noms."))
        return cleaned


class PrecheckForm(PlainForm):
    """Three questions before a request: which data, for whom, for what."""

    dataset = django_forms.CharField(
        label=_("Quelles données cherchez-vous ?"),
        max_length=300,
        required=False,
        help_text=_("Un mot du titre ou du contenu, par exemple « APA » ou « urgences »."),
    )
    organisation = django_forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Pour quel organisme ?"),
        error_messages={
            "required": _("Choisissez votre organisme."),
            "invalid_choice": _("Choisissez votre organisme."),
        },
    )
    need = django_forms.CharField(
        label=_("Que voulez-vous en faire ?"),
        max_length=1000,
        required=False,
        widget=django_forms.Textarea(attrs={"rows": 3}),
        help_text=_("Une phrase suffit ; elle servira à rechercher une solution existante."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [held.organisation_id for held in user.held_roles if held.role == Role.REQUESTER]
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=mine)
        if len(set(mine)) == 1:
            self.fields["organisation"].initial = mine[0]


class RequestFilterForm(PlainForm):
    """The filters of the list of requests."""

    q = django_forms.CharField(label=_("Texte"), max_length=100, required=False)
    etat = django_forms.ChoiceField(label=_("État"), required=False, choices=[("", _("Tous"))])
    organisme = django_forms.ModelChoiceField(
        queryset=Organisation.objects.filter(is_active=True),
        label=_("Demandeur"),
        required=False,
        empty_label=_("Tous"),
    )
    detenteur = django_forms.ModelChoiceField(
        queryset=Organisation.objects.filter(is_active=True),
        label=_("Détenteur"),
        required=False,
        empty_label=_("Tous"),
    )
    voie = django_forms.ChoiceField(label=_("Voie"), required=False, choices=[("", _("Toutes"))])
    retard = django_forms.BooleanField(label=_("En retard seulement"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["etat"].choices = [
            ("", _("Tous")),
            *[c for c in RequestStage.choices if c[0] != "draft"],
        ]
        pathways = definitions.get("orientation").fields["legal_pathway"].labels
        self.fields["voie"].choices = [("", _("Toutes")), *pathways.items()]
        # Both lists show the same bodies: they are read once.
        bodies = Organisation.objects.filter(is_active=True)
        shown = [("", _("Tous")), *((body.pk, str(body)) for body in bodies)]
        self.fields["organisme"].choices = self.fields["detenteur"].choices = shown
        for field in self.fields.values():
            field.mark_optional = False
