"""Every write about acts."""

from agreements.services.act_templates import publish_template
from agreements.services.clause_writing import (
    WordingValue,
    create_clause,
    discard_clause_draft,
    draft_text,
    publish_clause,
    save_clause_draft,
    set_clause_active,
)
from agreements.services.drafting import OpinionValue, PartyValue, ReserveValue, draft
from agreements.services.editing import (
    edit_article,
    fill_field,
    insert_article,
    move_article,
    reinstate_article,
    remove_article,
    restore_article,
    save_annex,
    set_signatory,
    set_signature_terms,
)
from agreements.services.elimination import approve_elimination, set_retention
from agreements.services.freezing import (
    freeze,
    render_frozen_version,
    return_to_drafting,
)
from agreements.services.integrity import close_incident
from agreements.services.library import load_clauses, validate_clause
from agreements.services.library_import import LibraryReport, import_library
from agreements.services.life import (
    abandon,
    archive_act,
    enter_into_force,
    expire,
    record_export,
    record_read,
    supersede,
    wind_up,
)
from agreements.services.life_moves import (
    agree_to_move,
    ask_lifting,
    suspend,
    terminate,
    withdraw_move,
)
from agreements.services.negotiation import end_round, review, send_round
from agreements.services.obligations import (
    accept_obligation,
    prove_obligation,
    return_obligation,
    set_obligation_aside,
)
from agreements.services.outside import deposit_signed_file
from agreements.services.proposals import accept_proposal, propose, reject_proposal
from agreements.services.reserves import (
    add_reserve,
    inscribe_reserve,
    lift_reserve,
    prove_reserve,
)
from agreements.services.signing import refuse_to_sign, register, sign

__all__ = [
    "LibraryReport",
    "OpinionValue",
    "PartyValue",
    "ReserveValue",
    "WordingValue",
    "abandon",
    "accept_obligation",
    "accept_proposal",
    "add_reserve",
    "agree_to_move",
    "approve_elimination",
    "archive_act",
    "ask_lifting",
    "close_incident",
    "create_clause",
    "deposit_signed_file",
    "discard_clause_draft",
    "draft",
    "draft_text",
    "edit_article",
    "end_round",
    "enter_into_force",
    "expire",
    "fill_field",
    "freeze",
    "import_library",
    "inscribe_reserve",
    "insert_article",
    "lift_reserve",
    "load_clauses",
    "move_article",
    "propose",
    "prove_obligation",
    "prove_reserve",
    "publish_clause",
    "publish_template",
    "record_export",
    "record_read",
    "refuse_to_sign",
    "register",
    "reinstate_article",
    "reject_proposal",
    "remove_article",
    "render_frozen_version",
    "restore_article",
    "return_obligation",
    "return_to_drafting",
    "review",
    "save_annex",
    "save_clause_draft",
    "send_round",
    "set_clause_active",
    "set_obligation_aside",
    "set_retention",
    "set_signatory",
    "set_signature_terms",
    "sign",
    "supersede",
    "suspend",
    "terminate",
    "validate_clause",
    "wind_up",
    "withdraw_move",
]
