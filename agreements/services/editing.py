"""The working draft changes: texts, data, annexes, signatories. Each change is one event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role
from agreements import policies
from agreements.assembly import annexes as annex_rules
from agreements.assembly.merging import canonical_path, field_label, field_of, read_value
from agreements.enums import EDITABLE_STAGES, SignatureLevel, SigningOrder
from agreements.models import Agreement, AnnexContent, Article, Signatory
from agreements.powers import problem_of
from agreements.routing import parties_of
from agreements.selectors.desk_building import build_desk
from cases import engine
from cases.errors import Conflict, Impossible
from cases.models import Party
from questionnaires.expressions import ExpressionError, merge_fields, merge_references

MAX_BODY = 20_000
MAX_TITLE = 200
MAX_REASON = 2_000


@contextmanager
def _editing(agreement: Agreement, by: User) -> Iterator[engine.Move]:
    """One change of the working draft, by somebody who may write it, before it is frozen."""
    with engine.move(agreement, by=by) as move:
        policies.check_can_draft(by, move.case)
        yield move


def clean(text: str, *, name: str, limit: int, required: bool = True) -> str:
    """Return a typed text ready to be kept. Raises Impossible, which names the field."""
    cleaned = text.replace("\r\n", "\n").strip()
    if "\x00" in cleaned:
        raise Impossible(_("« %s » : le texte contient un caractère interdit.") % name)
    if required and not cleaned:
        raise Impossible(_("Écrivez : %s.") % name)
    if len(cleaned) > limit:
        raise Impossible(
            _("« %(name)s » : texte trop long, %(max)s caractères au plus.")
            % {"name": name, "max": limit}
        )
    return cleaned


def locked_article(agreement: Agreement, key: str, *, removed: bool = False) -> Article:
    """Return an article, locked against another writer. Raises Conflict when it is gone."""
    article = (
        Article.objects.select_for_update(of=("self",))
        .select_related("clause_version__clause")
        .filter(agreement_id=agreement.pk, key=key, removed_at__isnull=not removed)
        .first()
    )
    if article is None:
        raise Conflict(_("Cet article n’est plus dans l’acte : il a changé entre-temps."))
    return article


def check_body(body: str, agreement: Agreement) -> None:
    """Refuse a text whose merge fields or references are not known. Raises Impossible."""
    desk = build_desk(agreement)
    try:
        fields, references = merge_fields(body), merge_references(body)
    except ExpressionError as error:
        raise Impossible(_("Un champ de fusion est illisible : écrivez [objet.champ].")) from error
    for path in fields:
        if field_of(canonical_path(path, desk.context.sides), desk.library) is None:
            raise Impossible(_("Champ de fusion inconnu : [%s].") % path)
    keys = {line.key for line in desk.articles}
    for key in references:
        if key not in keys:
            raise Impossible(_("Le renvoi [article %s] ne mène à aucun article de l’acte.") % key)
    if re.search(r"\[\[|\]\]", body):
        raise Impossible(_("Les balises [[…]] sont réservées à la bibliothèque de clauses."))


def edit_article(
    *, agreement: Agreement, key: str, title: str, body: str, reason: str, by: User
) -> Article:
    """Change the text of an article. A deviation from the library keeps its reason.

    The positions of the parties on what they read no longer hold. Raises NotAllowed (not a
    drafter, locked text, frozen act), Impossible (empty or too long text, unknown merge field,
    reason missing), Conflict (article removed meanwhile). Source: ux/spec.md §5.
    """
    title = clean(title, name=_("Titre"), limit=MAX_TITLE)
    body = clean(body, name=_("Rédaction"), limit=MAX_BODY)
    reason = clean(reason, name=_("Motif"), limit=MAX_REASON, required=False)
    with engine.move(agreement, by=by) as move:
        article = locked_article(move.case, key)
        policies.check_can_edit_article(by, move.case, article)
        check_body(body, move.case)
        before = {"title": article.title, "body": article.body}
        deviates = article.clause_version is not None and body != article.library_body
        if deviates and not reason:
            raise Impossible(_("Indiquez le motif de l’écart à la bibliothèque."))
        write(article, title=title, body=body, reason=reason if deviates else "", by=by)
        move.record(
            "article.edited",
            _("a modifié l’article « %s »") % title,
            reason=reason,
            data={"key": key, "before": before, "after": {"title": title, "body": body}},
        )
    return article


def restore_article(*, agreement: Agreement, key: str, by: User) -> Article:
    """Bring an article back to the text of the library.

    Raises as `edit_article`; Impossible for an article that does not come from the library.
    """
    with engine.move(agreement, by=by) as move:
        article = locked_article(move.case, key)
        policies.check_can_edit_article(by, move.case, article)
        if article.clause_version is None:
            raise Impossible(_("Cet article ne vient pas de la bibliothèque."))
        before = article.body
        write(
            article,
            title=article.clause_version.title,
            body=article.library_body,
            reason="",
            by=by,
        )
        move.record(
            "article.restored",
            _("a rétabli le texte de la bibliothèque : « %s »") % article.title,
            data={"key": key, "before": before, "after": article.body},
        )
    return article


def write(article: Article, *, title: str, body: str, reason: str, by: User) -> None:
    """Keep the new text of an article, in the caller's move."""
    article.title, article.body, article.deviation_reason = title, body, reason
    article.changed_at, article.changed_by = timezone.now(), by
    article.save()


def insert_article(*, agreement: Agreement, after: str, title: str, body: str, by: User) -> Article:
    """Add an article of the parties' own after another one (empty `after`: at the beginning)."""
    title = clean(title, name=_("Titre"), limit=MAX_TITLE)
    body = clean(body, name=_("Rédaction"), limit=MAX_BODY)
    with _editing(agreement, by) as move:
        check_body(body, move.case)
        previous = locked_article(move.case, after) if after else None
        article = Article.objects.create(
            agreement=move.case,
            key=_free_key(move.case),
            position=0,
            title=title,
            body=body,
            changed_by=by,
        )
        keys = [row.key for row in _kept(move.case) if row.pk != article.pk]
        place = keys.index(previous.key) + 1 if previous else 0
        keys.insert(place, article.key)
        _renumber(move.case, keys)
        move.record(
            "article.inserted",
            _("a ajouté l’article « %s »") % title,
            data={"key": article.key, "after": after, "body": body},
        )
    return article


def _free_key(agreement: Agreement) -> str:
    """Return X1, X2…: keys of removed articles are not used again."""
    used = set(agreement.articles.values_list("key", flat=True))
    number = 1
    while f"X{number}" in used:
        number += 1
    return f"X{number}"


def _kept(agreement: Agreement) -> list[Article]:
    rows = Article.objects.filter(agreement_id=agreement.pk, removed_at=None)
    return list(rows.order_by("position", "id"))


def _renumber(agreement: Agreement, keys: list[str]) -> None:
    rows = {row.key: row for row in _kept(agreement)}
    for position, key in enumerate(keys, start=1):
        rows[key].position = position * 10
    Article.objects.bulk_update(rows.values(), ["position"])


def move_article(*, agreement: Agreement, key: str, up: bool, by: User) -> None:
    """Move an article one place up or down; references follow. Raises Impossible at the ends."""
    with _editing(agreement, by) as move:
        article = locked_article(move.case, key)
        keys = [row.key for row in _kept(move.case)]
        place = keys.index(key)
        target = place - 1 if up else place + 1
        if not 0 <= target < len(keys):
            raise Impossible(_("Cet article est déjà à cette extrémité de l’acte."))
        keys[place], keys[target] = keys[target], keys[place]
        _renumber(move.case, keys)
        direction = _("a monté l’article « %s »") if up else _("a descendu l’article « %s »")
        move.record("article.moved", direction % article.title, data={"key": key, "up": up})


def remove_article(*, agreement: Agreement, key: str, reason: str, by: User) -> None:
    """Take an article out of the act; its row keeps the reason.

    A mandatory clause is removed by the legal officer only, with a reason (clauses.md, §6 rule 4);
    an article of the library always needs one. Raises NotAllowed, Impossible, Conflict.
    """
    reason = clean(reason, name=_("Motif"), limit=MAX_REASON, required=False)
    with engine.move(agreement, by=by) as move:
        article = locked_article(move.case, key)
        desk = build_desk(move.case)
        policies.check_can_remove_article(
            by, move.case, article, is_mandatory=key in desk.mandatory
        )
        if article.clause_version is not None and not reason:
            raise Impossible(_("Indiquez le motif du retrait."))
        if len(desk.articles) == 1:
            raise Impossible(_("Un acte garde au moins un article."))
        article.removed_at, article.removed_reason = timezone.now(), reason
        article.changed_by = by
        article.save()
        move.record(
            "article.removed",
            _("a retiré l’article « %s »") % article.title,
            reason=reason,
            data={"key": key, "body": article.body},
        )


def reinstate_article(*, agreement: Agreement, key: str, by: User) -> None:
    """Put a removed article back at its place."""
    with _editing(agreement, by) as move:
        article = locked_article(move.case, key, removed=True)
        article.removed_at, article.removed_reason = None, ""
        article.changed_at, article.changed_by = timezone.now(), by
        article.save()
        move.record(
            "article.reinstated", _("a remis l’article « %s »") % article.title, data={"key": key}
        )


def fill_field(*, agreement: Agreement, path: str, value: Any, by: User) -> None:
    """Write a piece of data once, for all the articles that merge it.

    An empty value takes it away. Raises ValidationError with a French message at the field,
    Impossible for a field that the act writes by itself.
    """
    with _editing(agreement, by) as move:
        desk = build_desk(move.case)
        canonical = canonical_path(path, desk.context.sides)
        definition = field_of(canonical, desk.library)
        if definition is None:
            raise ValidationError(_("Champ inconnu : %s.") % path)
        if definition.computed and canonical != "agreement.reference":
            raise Impossible(_("Ce champ est écrit par l’application : %s.") % definition.label)
        read = read_value(canonical, value, desk.library)
        name, _dot, key = canonical.partition(".")
        values = {**move.case.values}
        before = (values.get(name) or {}).get(key)
        values[name] = {**(values.get(name) or {}), key: read}
        move.case.values = values
        move.case.save(update_fields=["values"])
        move.record(
            "field.filled",
            _("a rempli : %s") % field_label(canonical, desk.context),
            data={"path": canonical, "before": before, "after": read},
        )


def save_annex(
    *, agreement: Agreement, number: int, content: Mapping[str, Any], by: User
) -> AnnexContent:
    """Write an annex. Raises NotAllowed, ValidationError naming the cell, Impossible."""
    with engine.move(agreement, by=by) as move:
        policies.check_can_edit_annex(by, move.case, number)
        if move.case.stage not in EDITABLE_STAGES:
            raise Impossible(_("La version est arrêtée."))
        desk = build_desk(move.case)
        line = next((one for one in desk.annexes if one.template.number == number), None)
        if line is None:
            raise Impossible(_("Cet acte n’a pas d’annexe %s.") % number)
        cleaned = annex_rules.clean_content(line.template, content, desk.party_names)
        row, _created = AnnexContent.objects.update_or_create(
            agreement=move.case,
            number=number,
            defaults={"content": cleaned, "changed_at": timezone.now(), "changed_by": by},
        )
        move.record(
            "annex.saved",
            _("a enregistré l’annexe %(number)s, « %(title)s »")
            % {"number": number, "title": line.template.title},
            data={"number": number},
        )
    return row


def set_signatory(*, agreement: Agreement, party: Party, signatory: User, by: User) -> Signatory:
    """Designate who signs for a party: a signatory of it, with a power valid today.

    Raises Impossible with what is wrong with the power.
    """
    with _editing(agreement, by) as move:
        if party.pk not in {row.pk for row in parties_of(move.case)}:
            raise Impossible(_("Cet organisme n’est pas partie à l’acte."))
        if not has_role(signatory, Role.SIGNATORY, organisation_id=party.organisation_id):
            raise Impossible(
                _("%(who)s n’est pas signataire de %(party)s.")
                % {"who": signatory, "party": party.organisation}
            )
        problem = problem_of(signatory, party.organisation, move.case.act_type)
        if problem:
            raise Impossible(_("Cette personne ne peut pas signer : %s.") % problem)
        row, _created = Signatory.objects.update_or_create(
            party=party,
            defaults={"agreement": move.case, "user": signatory, "position": party.position},
        )
        move.record(
            "signatory.designated",
            _("a désigné %(who)s comme signataire de « %(party)s »")
            % {"who": signatory, "party": party.organisation},
            data={"party": party.pk, "user": signatory.pk},
        )
    return row


def set_signature_terms(*, agreement: Agreement, level: str, order: str, by: User) -> None:
    """Choose the level and the order of the signatures. Raises Impossible for an unknown choice."""
    if level not in SignatureLevel.values or order not in SigningOrder.values:
        raise Impossible(_("Choisissez un niveau et un ordre de signature de la liste."))
    with _editing(agreement, by) as move:
        before = {"level": move.case.signature_level, "order": move.case.signing_order}
        move.case.signature_level, move.case.signing_order = level, order
        move.case.save(update_fields=["signature_level", "signing_order"])
        move.record(
            "signature.terms",
            _("a fixé le niveau et l’ordre des signatures"),
            data={"before": before, "after": {"level": level, "order": order}},
        )
