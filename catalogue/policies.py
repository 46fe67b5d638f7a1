"""Who may do what in the catalogue. Every agent who signed in reads it; few write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import has_role, is_transversal
from catalogue.enums import AccessRights
from catalogue.models import Dataset

# Those who describe the data of their organisation.
KEEPER_ROLES = (Role.HOLDER, Role.DATA_REFERENT)


def check_can_view(user: User, dataset: Dataset | None = None) -> None:
    """Any agent with an open account reads the catalogue, retired records included (spec §2)."""
    if not user.is_authenticated or not user.is_active:
        raise PermissionDenied(_("Connectez-vous pour consulter le catalogue."))


def check_can_create(user: User, producer: Organisation | None = None) -> None:
    """A manager creates any record; a holder or data referent, those of his organisation."""
    if has_role(user, Role.MANAGER):
        return
    if producer is None and has_role(user, *KEEPER_ROLES):
        return
    if producer is not None and has_role(user, *KEEPER_ROLES, organisation_id=producer.pk):
        return
    raise PermissionDenied(
        _(
            "Seuls les gestionnaires, et les détenteurs et référents données pour leur organisme, "
            "créent une fiche."
        )
    )


def check_can_edit(user: User, dataset: Dataset) -> None:
    """A manager, or a holder or data referent of the producer or controller, edits a record."""
    if has_role(user, Role.MANAGER):
        return
    for organisation_id in (dataset.producer_org_id, dataset.data_controller_id):
        if organisation_id and has_role(user, *KEEPER_ROLES, organisation_id=organisation_id):
            return
    raise PermissionDenied(
        _(
            "Cette fiche est tenue par %(producer)s : seuls ses détenteurs, ses référents données "
            "et les gestionnaires la modifient."
        )
        % {"producer": dataset.producer_org}
    )


def check_can_retire(user: User, dataset: Dataset) -> None:
    """Whoever keeps a record may retire it or put it back; nobody deletes one."""
    check_can_edit(user, dataset)


def check_can_import(user: User) -> None:
    """Only a manager runs an import of records."""
    if not has_role(user, Role.MANAGER):
        raise PermissionDenied(_("L’import de fiches est réservé aux gestionnaires."))


def _allowed(check: Callable[..., None], *args: Any) -> bool:
    try:
        check(*args)
    except PermissionDenied:
        return False
    return True


def can_view(user: User, dataset: Dataset | None = None) -> bool:
    return _allowed(check_can_view, user, dataset)


def can_create(user: User, producer: Organisation | None = None) -> bool:
    return _allowed(check_can_create, user, producer)


def can_edit(user: User, dataset: Dataset) -> bool:
    return _allowed(check_can_edit, user, dataset)


def can_retire(user: User, dataset: Dataset) -> bool:
    return _allowed(check_can_retire, user, dataset)


def can_view_reserved(user: User, dataset: Dataset) -> bool:
    """Location, security text and personal contacts of a record that is not public stay inside:
    those who keep the record and the cell read them (forms.md, §7)."""
    if dataset.access_rights in (AccessRights.PUBLIC, AccessRights.RESTRICTED):
        return True
    return can_edit(user, dataset) or is_transversal(user)


def abilities(user: User, dataset: Dataset) -> dict[str, bool]:
    """Return what `user` may do with a record, for templates."""
    return {
        "edit": can_edit(user, dataset),
        "retire": can_retire(user, dataset) and not dataset.is_retired,
        "restore": can_retire(user, dataset) and dataset.is_retired,
        "see_reserved": can_view_reserved(user, dataset),
        "request": has_role(user, Role.REQUESTER) and not dataset.is_retired,
    }
