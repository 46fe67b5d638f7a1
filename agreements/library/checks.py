"""What is wrong in a text of the library, said by field, for the form, the import and the files.

One set of rules: what a lawyer types, what a folder brings and what a release ships all obey it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from agreements.enums import ActType
from agreements.library.definitions import ActTemplate, AnnexTemplate, ClauseText, Library
from agreements.markup import MarkupError, conditions, plain_text
from questionnaires import expressions

Problems = dict[str, list[str]]


def clause_problems(clause: ClauseText, library: Library) -> Problems:
    """Return what is wrong in a clause, by field; an empty mapping when nothing is.

    A condition of the clause reads facts only; those inside its body may name other clauses too.
    """
    facts = set(library.facts)
    found: Problems = {
        "title": [] if clause.title.strip() else [_("Indiquez le titre.")],
        "types": [] if clause.types else [_("Choisissez au moins un type d’acte.")],
        "condition": condition_problems(clause.condition, facts),
        "mandatory_when": condition_problems(clause.mandatory_when, facts),
        "body": text_problems(clause.body, library)
        if clause.body.strip()
        else [_("Écrivez la rédaction.")],
    }
    for act_type, template in library.templates.items():
        if clause.code in template.clauses and act_type not in clause.types:
            found["types"].append(
                _("Le modèle « %s » contient cette clause : retirez-la d’abord du modèle.")
                % template.label
            )
    return {name: messages for name, messages in found.items() if messages}


def field_problems(clause: ClauseText) -> list[str]:
    """Tell when the head of a file does not name the fields that its body merges."""
    used = set(merged_fields(clause.body))
    if used == set(clause.fields):
        return []
    different = ", ".join(sorted(used ^ set(clause.fields)))
    return [_("L’en-tête et la rédaction ne nomment pas les mêmes champs : %s.") % different]


def merged_fields(body: str) -> tuple[str, ...]:
    """Return the merge fields of a text, in their order; none when it cannot be read."""
    try:
        return expressions.merge_fields(plain_text(body))
    except (MarkupError, expressions.ExpressionError):
        return ()


def condition_problems(condition: str, known: Collection[str]) -> list[str]:
    """Tell why a condition cannot be read, and which names nobody defines."""
    try:
        if condition.strip():
            expressions.check(condition, known)
    except expressions.ExpressionError as error:
        return [str(error)]
    return []


def text_problems(body: str, library: Library) -> list[str]:
    """Tell what is wrong in the markup, the conditions, the fields and the references of a text."""
    known = set(library.facts) | set(library.clauses)
    try:
        found = [
            problem
            for condition in conditions(body)
            for problem in condition_problems(condition, known)
        ]
        text = plain_text(body)
        fields, references = expressions.merge_fields(text), expressions.merge_references(text)
    except (MarkupError, expressions.ExpressionError) as error:
        return [str(error)]
    unknown = [path for path in fields if path not in library.fields]
    dangling = [code for code in references if code not in library.clauses]
    found += [_("Champ de fusion inconnu : %s.") % path for path in unknown]
    return found + [_("Renvoi à une clause inconnue : %s.") % code for code in dangling]


def annex_problems(annex: AnnexTemplate, library: Library) -> list[str]:
    known = set(library.facts) | set(library.clauses)
    found = condition_problems(annex.condition, known)
    for section in annex.sections:
        found += text_problems(section.body, library)
        for item in (*section.columns, *section.fields):
            found += text_problems(item.merge, library)
            found += condition_problems(item.required_when, known)
    return found


def template_problems(act_type: str, template: ActTemplate, library: Library) -> list[str]:
    """Tell what is wrong in the template of a type of act."""
    if act_type not in ActType.values:
        return [_("Type d’acte inconnu : %s.") % act_type]
    found = [] if template.clauses else [_("Le modèle ne contient aucune clause.")]
    found += [_("Clause citée deux fois : %s.") % code for code in _twice(template.clauses)]
    for code in dict.fromkeys(template.clauses):
        clause = library.clauses.get(code)
        if clause is None:
            found.append(_("Clause inconnue : %s.") % code)
        elif act_type not in clause.types:
            found.append(_("La clause %s n’est pas prévue pour ce type d’acte.") % code)
    outside = {*template.mandatory, *template.locked} - set(template.clauses)
    found += [_("La clause %s n’est pas dans le modèle.") % code for code in sorted(outside)]
    return found


def _twice(codes: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [code for code in codes if code in seen or seen.add(code)]  # type: ignore[func-returns-value]
