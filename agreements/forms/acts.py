"""The forms of acts and of their clauses."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm

from accounts.enums import Role
from accounts.forms.fields import DayField
from accounts.models import User
from accounts.selectors import holders_of
from agreements.enums import (
    ActType,
    FieldType,
    ReserveStage,
    ReviewVerdict,
    SignatureLevel,
    SigningOrder,
)
from agreements.library import MergeField
from agreements.services.editing import MAX_BODY, MAX_REASON, MAX_TITLE
from agreements.services.negotiation import MAX_COMMENT
from cases.models import Party

_REQUIRED = _("Remplissez ce champ.")


def long_text(
    label: Any, *, limit: int = MAX_COMMENT, rows: int = 4, **more: Any
) -> forms.CharField:
    more.setdefault("error_messages", {"required": _REQUIRED})
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, widget=widget, **more)


Fields = dict[str, Any]


class PreparedForm(DsfrBaseForm):  # type: ignore[misc]
    """A form whose fields are completed before they are bound: labels are read at binding."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = deepcopy(type(self).base_fields)
        self.prepare(self.base_fields)
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        """Complete the fields for what the form is about."""


class ArticleForm(PreparedForm):
    """The text of an article, and why it leaves the library."""

    title = forms.CharField(label=_("Titre de l’article"), max_length=MAX_TITLE)
    body = long_text(
        _("Rédaction"),
        limit=MAX_BODY,
        rows=12,
        help_text=_(
            "Les champs s’écrivent entre crochets, comme [retention.months] ; un renvoi s’écrit "
            "[article C30]."
        ),
    )
    reason = long_text(
        _("Motif de l’écart à la bibliothèque"), limit=MAX_REASON, rows=3, required=False
    )

    def __init__(self, *args: Any, from_library: bool = True, **kwargs: Any) -> None:
        self.from_library = from_library
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        if not self.from_library:
            del fields["reason"]
        else:
            fields["reason"].mark_optional = False
            fields["reason"].needed_for = _("À remplir si le texte s’écarte de la bibliothèque")


class ProposalForm(DsfrBaseForm):  # type: ignore[misc]
    """The wording that a party would rather read, and why."""

    body = long_text(_("Rédaction proposée"), limit=MAX_BODY, rows=12)
    reason = long_text(_("Motif"), limit=MAX_REASON, rows=3)


class ReasonForm(PreparedForm):
    """A reason, under the label that the page gives it."""

    reason = long_text(
        _("Motif"), limit=MAX_REASON, error_messages={"required": _("Indiquez le motif.")}
    )

    def __init__(self, *args: Any, label: Any = None, required: bool = True, **kwargs: Any) -> None:
        self.label, self.required = label, required
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        fields["reason"].label = self.label or fields["reason"].label
        fields["reason"].required = self.required


class ValueForm(PreparedForm):
    """The value of one merge field; it is read and checked by the service."""

    value = forms.CharField(required=False)

    def __init__(self, *args: Any, definition: MergeField, label: str, **kwargs: Any) -> None:
        self.definition, self.label = definition, label
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        field, definition = fields["value"], self.definition
        field.label = self.label[:1].upper() + self.label[1:]
        field.mark_optional = False
        field.help_text = {
            FieldType.DATE: _("Par exemple 20/04/2026."),
            FieldType.INTEGER: _("Un nombre entier, en chiffres."),
            FieldType.DECIMAL: _("Un nombre, en chiffres."),
            FieldType.LIST: _("Un élément par ligne."),
            FieldType.EMAIL: _("Par exemple prenom.nom@exemple.gouv.fr."),
        }.get(definition.type, "")
        if definition.type in (FieldType.LONG, FieldType.LIST):
            field.widget = forms.Textarea(attrs={"rows": 5})
        elif definition.type in (FieldType.INTEGER, FieldType.DECIMAL):
            field.widget.attrs["inputmode"] = "numeric"


class ReviewForm(DsfrBaseForm):  # type: ignore[misc]
    """The answer of a party to a version; its articles are read beside (`positions`)."""

    verdict = forms.ChoiceField(
        label=_("Votre position sur la version"),
        choices=ReviewVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une position.")},
    )
    comment = long_text(_("Commentaire pour toutes les parties"), required=False)

    def positions(self, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return, by article, what was answered on it."""
        found = {}
        for key in keys:
            verdict = str(self.data.get(f"position-{key}", ""))
            text = str(self.data.get(f"comment-{key}", ""))
            if verdict or text.strip():
                found[key] = (verdict or ReviewVerdict.DISCUSS, text)
        return found


class SignatoryForm(PreparedForm):
    """Who signs for a party, among its signatories."""

    signatory = forms.ModelChoiceField(
        label=_("Signataire"),
        queryset=User.objects.none(),
        empty_label=_("Choisissez"),
        error_messages={
            "required": _("Choisissez une personne."),
            "invalid_choice": _("Choisissez une personne de la liste."),
        },
    )

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        self.party = party
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        fields["signatory"].queryset = holders_of(Role.SIGNATORY, self.party.organisation)


class TermsForm(DsfrBaseForm):  # type: ignore[misc]
    """Level and order of the signatures."""

    level = forms.ChoiceField(label=_("Niveau de signature"), choices=SignatureLevel.choices)
    order = forms.ChoiceField(label=_("Ordre des signatures"), choices=SigningOrder.choices)


class ReserveForm(DsfrBaseForm):  # type: ignore[misc]
    text = long_text(_("Réserve"))
    owner = forms.CharField(label=_("Porteur"), max_length=300)
    stage = forms.ChoiceField(label=_("Moment"), choices=ReserveStage.choices)
    proof = long_text(_("Preuve attendue"), rows=2, required=False)


class ProofForm(DsfrBaseForm):  # type: ignore[misc]
    proof = long_text(_("Preuve"), help_text=_("Décrivez la preuve, ou citez la pièce déposée."))


class InscribeForm(PreparedForm):
    key = forms.ChoiceField(label=_("Article qui porte la réserve"))

    def __init__(self, *args: Any, articles: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self.articles = articles
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        fields["key"].choices = [("", _("Choisissez")), *self.articles]


class CommentForm(PreparedForm):
    """A message about an article, in the room that the page says."""

    body = long_text(_("Répondre à toutes les parties"), rows=3)

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        self.label = label
        super().__init__(*args, **kwargs)

    def prepare(self, fields: Fields) -> None:
        fields["body"].label = self.label or fields["body"].label


class AgreementFilterForm(PreparedForm):
    type = forms.ChoiceField(
        label=_("Type d’acte"), required=False, choices=[("", _("Tous")), *ActType.choices]
    )
    q = forms.CharField(label=_("Texte"), required=False, max_length=200)

    def prepare(self, fields: Fields) -> None:
        for field in fields.values():
            field.mark_optional = False


class ValidateClauseForm(DsfrBaseForm):  # type: ignore[misc]
    """Who validated a clause, for the legal department and as DPO, and when."""

    legal_name = forms.CharField(
        label=_("Validée pour la DAJ par"),
        max_length=80,
        help_text=_("Prénom et nom."),
        error_messages={"required": _("Indiquez qui a validé pour la DAJ.")},
    )
    legal_on = DayField(label=_("Validée pour la DAJ le"))
    dpo_name = forms.CharField(
        label=_("Validée par le DPD"),
        max_length=80,
        help_text=_("Prénom et nom."),
        error_messages={"required": _("Indiquez quel DPD a validé.")},
    )
    dpo_on = DayField(label=_("Validée par le DPD le"))
