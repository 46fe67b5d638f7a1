"""The addresses of acts.

Each row tells, for an address at a place of the world, what it answers to each actor: groups
« status actors », the last one without actors for everybody else who is signed in. See `rows.py`.
"""

from __future__ import annotations

from tests.matrix.rows import Row, form, move, page, row

ROWS: dict[str, Row] = {
    # agreements
    "agreements:list_acts": page("", "200"),
    "agreements:open_act": page("drafting", "302 @act | 404"),
    "agreements:view_draft": row(
        "drafting",
        get="200 @act | 404",
        post="may @parties | 403 @act | 404",
        data={"body": "Une remarque."},
    ),
    "agreements:list_removed": page("drafting", "200 @act | 404"),
    "agreements:edit_article": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:insert_article": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:remove_article": form("drafting", "200 legal_officer | 403 @act | 404"),
    "agreements:restore_article": move("drafting", "may @cell legal_officer | 403 @act | 404"),
    "agreements:reinstate_article": move("drafting", "may @cell legal_officer | 403 @act | 404"),
    "agreements:add_note": form(
        "drafting", "200 @requesting @holding legal_officer | 403 @act | 404"
    ),
    "agreements:move_article_up": move("drafting", "may @cell legal_officer | 403 @act | 404"),
    "agreements:move_article_down": move("drafting", "may @cell legal_officer | 403 @act | 404"),
    "agreements:fill_field": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:list_annexes": page("drafting", "200 @act | 404"),
    "agreements:view_annex": page("drafting", "200 @act | 404"),
    "agreements:edit_annex": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:list_versions": page("drafting", "200 @act | 404"),
    "agreements:compare_versions": page("drafting", "200 @act | 404"),
    "agreements:print_redline": page("drafting", "200 @act | 404"),
    "agreements:list_deviations": page("drafting", "200 @act | 404"),
    "agreements:export_version": move("agreed", "may @act | 404"),
    "agreements:propose": form(
        "drafting",
        "200 requester colleague addac data_referent dpo_requester @holding | 403 @act | 404",
    ),
    "agreements:accept_proposal": move("proposal", "may @cell legal_officer | 403 @act | 404"),
    "agreements:reject_proposal": form("proposal", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:list_reserves": page("drafting", "200 @act | 404"),
    "agreements:add_reserve": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:prove_reserve": form("drafting", "200 @parties | 403 @act | 404"),
    "agreements:lift_reserve": form("proved reserve", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:inscribe_reserve": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:send_round": form("drafting", "200 legal_officer | 403 @act | 404"),
    "agreements:abandon": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:set_signature_terms": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:set_signatory": form("drafting", "200 @cell legal_officer | 403 @act | 404"),
    "agreements:view_history": page("drafting", "200 @act | 404"),
    "agreements:view_version": page("agreed", "200 @act | 404"),
    "agreements:freeze": form("agreed", "200 legal_officer | 403 @act | 404"),
    "agreements:end_round": form("negotiation", "200 legal_officer | 403 @act | 404"),
    "agreements:review_version": form(
        "negotiation/review_version",
        "200 data_holder | 403 @act | 404",
    ),
    "agreements:view_signature": row(
        "signing",
        get="200 @act | 404",
        post="may signatory | 403 @act | 404",
    ),
    "agreements:refuse_to_sign": form(
        "signing",
        "200 signatory | 403 @act | 404",
    ),
    "agreements:deposit_signed_file": form(
        "signing",
        "200 signatory | 403 @act | 404",
    ),
    "agreements:view_report": page("signed elsewhere", "200 @act | 404"),
    "agreements:read_document": page("signing", "200 @parties auditor | 403 @act | 404"),
    "agreements:return_to_drafting": form("signing", "200 legal_officer | 403 @act | 404"),
    "agreements:view_act": page("signed", "200 @act | 404"),
    "agreements:download_act": page("signed", "200 @act | 404"),
    "agreements:download_evidence": page("signed", "200 @parties auditor | 403 manager | 404"),
    "agreements:view_life": page("in force", "200 @act | 404"),
    "agreements:suspend": form(
        "in force",
        "200 requester colleague addac data_referent dpo_requester @holding | 403 @act | 404",
    ),
    "agreements:ask_lifting": form(
        "lifting",
        "200 requester colleague addac data_referent dpo_requester @holding | 403 @act | 404",
    ),
    "agreements:terminate": form("in force", "200 signatory | 403 @act | 404"),
    "agreements:agree_to_move": form("lifting", "200 signatory | 403 @act | 404"),
    "agreements:withdraw_move": form("lifting", "200 @holding | 403 @act | 404"),
    "agreements:download_twin": page("signed", "200 @act | 404"),
    # anybody verifies
    "verification:verify": form("", "200", public=True),
    # the archive
    "archives:list_kept": page("", "200 archivist elsewhere | 403"),
    "archives:view_kept": form("signed", "200 archivist | 404"),
    "archives:download_certificate": page("signed", "404"),
    "retention:list_retention": page("", "200 manager | 403"),
    "retention:update_retention": form("act type", "200 manager | 403"),
    "archives:list_incidents": page("", "200 @watching archivist elsewhere | 403"),
    "archives:view_incident": row(
        "incident",
        get="200 @watching archivist elsewhere | 403",
        post="may manager | 403",
        data={"reason": "Copie de secours remise."},
    ),
    # the clause library
    "clauses:list_clauses": page("", "200 manager legal_officer elsewhere | 403"),
    "clauses:view_clause": page("clause", "200 manager legal_officer elsewhere | 403"),
    "clauses:validate_clause": form("clause", "200 manager legal_officer elsewhere | 403"),
    "clauses:create_clause": form("", "200 manager legal_officer elsewhere | 403"),
    "clauses:compare_clause": page("clause", "200 manager legal_officer elsewhere | 403"),
    "clauses:write_clause": form("clause", "200 manager legal_officer elsewhere | 403"),
    "clauses:publish_clause": form("drafted clause", "200 manager legal_officer elsewhere | 403"),
    "clauses:discard_clause_draft": form(
        "drafted clause", "200 manager legal_officer elsewhere | 403"
    ),
    "clauses:change_clause_state": form("clause", "200 manager legal_officer elsewhere | 403"),
    "clauses:export_library": page("", "200 manager legal_officer elsewhere | 403"),
    "clauses:import_library": form("", "200 manager legal_officer elsewhere | 403"),
    "clauses:list_templates": page("", "200 manager legal_officer elsewhere | 403"),
    "clauses:view_template": page("template", "200 manager legal_officer elsewhere | 403"),
    "clauses:edit_template": form("template", "200 manager legal_officer elsewhere | 403"),
}
