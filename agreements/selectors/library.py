"""The clauses that new acts are drawn from, and where each one is used."""

from __future__ import annotations

import dataclasses

from django.db.models import Count, Q
from django.http import Http404

from accounts.models import User
from agreements.library import TEMPLATES, Library, shipped, write_clause, write_templates
from agreements.markup import conditions
from agreements.models import ActTemplateVersion, Agreement, Clause, ClauseDraft, ClauseVersion
from catalogue.search import fold
from questionnaires import expressions


def current_clauses() -> dict[str, ClauseVersion]:
    """Return the newest version of each clause, by code. One query."""
    newest = (
        ClauseVersion.objects.order_by("clause_id", "-version")
        .distinct("clause_id")
        .select_related("clause")
    )
    return {row.clause.code: row for row in newest}


def current_templates(pinned: int | None = None) -> dict[str, ActTemplateVersion]:
    """Return the newest template of each type of act, or the one that an act was drawn from.

    One query; those that a release ships are in the database after its migrations.
    """
    found: dict[str, ActTemplateVersion] = {}
    for row in ActTemplateVersion.objects.order_by("act_type", "version"):
        kept = found.get(row.act_type)
        if kept is None or kept.pk != pinned:
            found[row.act_type] = row
    return found


def whole_library(
    clauses: dict[str, ClauseVersion] | None = None, *, pinned: int | None = None
) -> Library:
    """Return the library with the clauses and templates of the database, deactivated ones too."""
    rows = current_clauses() if clauses is None else clauses
    return dataclasses.replace(
        shipped(),
        clauses={code: row.as_text for code, row in rows.items()},
        templates={kind: row.as_template for kind, row in current_templates(pinned).items()},
    )


def current_library(
    clauses: dict[str, ClauseVersion] | None = None, *, pinned: int | None = None
) -> Library:
    """Return the library that acts are drawn up from: its templates without the clauses that are
    deactivated. `pinned` is the template that an act was drawn from."""
    return proposed(whole_library(clauses, pinned=pinned))


def proposed(library: Library) -> Library:
    """Return a library whose templates leave out the clauses that are deactivated."""
    templates = {
        act_type: template.model_copy(
            update={"clauses": [one for one in template.clauses if library.clauses[one].active]}
        )
        for act_type, template in library.templates.items()
    }
    return dataclasses.replace(library, templates=templates)


def library_files() -> dict[str, bytes]:
    """Return the whole library as its files: newest versions, and those before under
    `historique/`. What `services.import_library` reads back without loss."""
    files: dict[str, str] = {}
    clauses = current_clauses()
    for row in ClauseVersion.objects.select_related("clause"):
        code = row.clause.code
        is_newest = row.pk == clauses[code].pk
        path = f"clauses/{code}.md" if is_newest else f"historique/{code}-{row.version}.md"
        text = row.as_text if is_newest else row.as_text.model_copy(update={"active": True})
        files[path] = write_clause(text)
    templates = current_templates()
    for one in ActTemplateVersion.objects.all():
        if one.pk != templates[one.act_type].pk:
            path = f"historique/{one.act_type}-{one.version}.yaml"
            files[path] = write_templates({one.act_type: one.as_template})
    current = {act_type: row.as_template for act_type, row in templates.items()}
    files[TEMPLATES] = write_templates(current)
    return {path: text.encode() for path, text in sorted(files.items())}


@dataclasses.dataclass(frozen=True)
class ClauseRow:
    """A clause in its newest version, the number of acts in which it stands, and its draft."""

    version: ClauseVersion
    acts: int
    is_being_written: bool = False


def clause_rows() -> list[ClauseRow]:
    """Return every clause by code, with the number of acts that use it. Three queries."""
    kept = Q(versions__articles__removed_at=None)
    counted = Clause.objects.annotate(
        acts=Count("versions__articles__agreement", filter=kept, distinct=True)
    )
    acts = dict(counted.values_list("code", "acts"))
    drafts = set(ClauseDraft.objects.values_list("clause__code", flat=True))
    return [
        ClauseRow(row, acts[code], code in drafts)
        for code, row in sorted(current_clauses().items())
    ]


def matching(
    rows: list[ClauseRow], *, act_type: str = "", state: str = "", text: str = ""
) -> list[ClauseRow]:
    """Keep the clauses that are asked for.

    `state` is "to_validate", "validated", "draft" (being written) or "inactive"; `text` is looked
    for in code, title, purpose and wording, whatever the case and the accents.
    """
    return [row for row in rows if _is_asked(row, act_type, state, plain_words(text))]


def plain_words(text: str) -> str:
    """Return a text as it is searched: no accents, no capitals, one kind of space."""
    return " ".join(fold(text).split())


def _is_asked(row: ClauseRow, act_type: str, state: str, words: str) -> bool:
    version = row.version
    if act_type and act_type not in version.types:
        return False
    states = {
        "": True,
        "to_validate": not version.is_validated,
        "validated": version.is_validated,
        "draft": row.is_being_written,
        "inactive": not version.clause.is_active,
    }
    texts = (version.clause.code, version.title, version.purpose, version.body)
    return states.get(state, True) and words in plain_words(" ".join(texts))


def drafts_of_new_clauses() -> list[ClauseDraft]:
    """Return the drafts of clauses that have no version yet."""
    drafts = ClauseDraft.objects.filter(clause__versions=None)
    return list(drafts.select_related("clause", "changed_by"))


def clause_of(code: str) -> Clause:
    """Return a clause, published or not; 404 when unknown."""
    found = Clause.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def draft_of(clause: Clause) -> ClauseDraft | None:
    """Return the version of a clause that is being written, if any."""
    return ClauseDraft.objects.filter(clause=clause).select_related("clause", "changed_by").first()


def clause_version(code: str, number: int | None = None) -> ClauseVersion:
    """Return a version of a clause, the newest one when no number is given; 404 when unknown."""
    versions = ClauseVersion.objects.filter(clause__code=code).select_related("clause")
    if number is not None:
        versions = versions.filter(version=number)
    found = versions.order_by("-version").first()
    if found is None:
        raise Http404
    return found


def versions_of(clause: Clause) -> list[ClauseVersion]:
    """Return the versions of a clause, the newest first."""
    rows = clause.versions.select_related("clause", "published_by")
    return list(rows.order_by("-version"))


def templates_with(code: str) -> list[ActTemplateVersion]:
    """Return the templates in which a clause stands, by type of act."""
    return [row for _type, row in sorted(current_templates().items()) if code in row.clauses]


def clauses_referring_to(code: str) -> list[ClauseVersion]:
    """Return the clauses whose text refers to another one, or depends on its presence."""
    found = []
    for other, row in sorted(current_clauses().items()):
        text = row.as_text
        named = {name for one in conditions(text.body) for name in expressions.names(one)}
        if other != code and (code in text.references or code in named):
            found.append(row)
    return found


def editor_fields(library: Library) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the merge fields as they are written in the editor, by object, with their names."""
    return [
        (
            merge_object.label,
            [
                (f"[{prefix}.{key}]", definition.label)
                for prefix in (name, *merge_object.also)
                for key, definition in merge_object.fields.items()
            ],
        )
        for name, merge_object in library.objects.items()
    ]


def template_versions(act_type: str) -> list[ActTemplateVersion]:
    """Return the versions of the template of a type of act, the newest first; 404 when none."""
    rows = ActTemplateVersion.objects.filter(act_type=act_type).select_related("published_by")
    found = list(rows.order_by("-version"))
    if not found:
        raise Http404
    return found


def acts_using(user: User, clause: Clause) -> list[Agreement]:
    """Return the acts that a person sees in which a clause stands, by reference."""
    rows = Agreement.objects.visible_to(user).filter(
        articles__clause_version__clause=clause, articles__removed_at=None
    )
    return list(rows.distinct().order_by("reference"))
