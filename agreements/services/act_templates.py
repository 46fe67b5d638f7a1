"""The template of a type of act: its clauses, their order, what is mandatory, what is locked."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import actor
from agreements import policies
from agreements.enums import ActType
from agreements.library import ActTemplate, template_problems
from agreements.library.definitions import MAX_NOTE
from agreements.models import ActTemplateVersion
from agreements.selectors.library import current_templates, whole_library
from agreements.services.library import CHAIN, add_template
from cases.errors import Conflict, Impossible
from journal.services import Subject, record


@transaction.atomic
def publish_template(
    *,
    act_type: str,
    clauses: Sequence[str],
    mandatory: Sequence[str],
    locked: Sequence[str],
    note: str,
    based_on: int,
    by: User,
) -> ActTemplateVersion:
    """Publish a new version of the template of a type of act, for the acts to come.

    `based_on` is the number of the version that the person changed. Acts already drawn up keep
    the template that they were drawn from. Raises NotAllowed, ValidationError (at `note`: empty;
    at `clauses`: what is wrong), Conflict (another version was published), Impossible (nothing
    changed).
    """
    policies.check_can_manage_library(by)
    note = note.strip()
    if not note:
        raise ValidationError({"note": _("Dites ce qui change et pourquoi.")})
    # One publication at a time: the second one reads what the first one wrote.
    list(ActTemplateVersion.objects.select_for_update().filter(act_type=act_type))
    last = current_templates().get(act_type)
    if last is None or last.version != based_on:
        raise Conflict(_("Une autre version de ce modèle vient d’être publiée."))
    rank = {code: number for number, code in enumerate(clauses)}
    template = ActTemplate(
        label=last.label,
        version=last.version + 1,
        clauses=list(clauses),
        mandatory=sorted(set(mandatory), key=lambda code: rank.get(code, len(rank))),
        locked=sorted(set(locked), key=lambda code: rank.get(code, len(rank))),
        note=note[:MAX_NOTE],
    )
    problems = template_problems(act_type, template, whole_library())
    if problems:
        raise ValidationError({"clauses": problems})
    if _content(template) == _content(last.as_template):
        raise Impossible(_("Rien ne change : ce modèle est celui de la version publiée."))
    row = add_template(act_type, template, is_local=True, by=by)
    record(
        chain=CHAIN,
        kind="act_template.published",
        by=actor(by),
        subject=Subject("act_template", act_type, row.label),
        summary=_("a publié la version %(n)s du modèle « %(label)s »")
        % {"n": row.version, "label": ActType(act_type).label},
        reason=row.note,
        data={"before": _content(last.as_template), "after": _content(template)},
    )
    return row


def _content(template: ActTemplate) -> dict[str, list[str]]:
    return {
        "clauses": template.clauses,
        "mandatory": template.mandatory,
        "locked": template.locked,
    }
