"""The addresses of requests.

Each row tells, for an address at a place of the world, what it answers to each actor: groups
« status actors », the last one without actors for everybody else who is signed in. See `rows.py`.
"""

from __future__ import annotations

from tests.matrix.rows import Row, form, move, page, row

ROWS: dict[str, Row] = {
    # requests_flow
    "requests_flow:dashboard": page("", "200"),
    "requests_flow:deadlines": page("", "200"),
    "requests_flow:list": page("", "200"),
    "requests_flow:precheck": page("", "200 requester colleague elsewhere | 403"),
    "requests_flow:covered": row(
        "",
        get="405 requester colleague elsewhere | 403",
        post="may requester colleague elsewhere | 403",
    ),
    "requests_flow:start_draft": row(
        "",
        get="405 requester colleague elsewhere | 403",
        post="may requester colleague elsewhere | 403",
    ),
    "requests_flow:open_draft": page("draft", "302 requester | 404"),
    "requests_flow:review_draft": page("draft", "200 requester | 404"),
    "requests_flow:submit": move("draft", "may requester | 404"),
    "requests_flow:invite": form("draft", "200 requester | 404"),
    "requests_flow:delete_draft": form("draft", "200 requester | 404"),
    "requests_flow:print_draft": page("draft", "200 requester | 404"),
    "requests_flow:edit_draft": form("draft", "200 requester | 404"),
    "requests_flow:resolve_conflict": move("draft", "may requester | 404"),
    "requests_flow:filed": page("filed", "200 requester | 404"),
    "requests_flow:open_case": page("filed", "302 @cell @requesting @watching | 404"),
    "requests_flow:view_answers": page("filed", "200 @cell @requesting @watching | 404"),
    "requests_flow:withdraw": form(
        "filed",
        "200 requester colleague | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:follow": move("filed", "may @cell @requesting @watching | 404"),
    "requests_flow:view_files": page("filed", "200 @cell @requesting @watching | 404"),
    "requests_flow:add_file": form("filed", "200 @cell @requesting | 403 @watching | 404"),
    "requests_flow:view_thread": page("filed", "200 @cell @requesting @watching | 404"),
    "requests_flow:post_message": form("filed", "200 @cell @requesting | 403 @watching | 404"),
    "requests_flow:ask_requester": form("filed", "200 @cell @requesting | 403 @watching | 404"),
    "requests_flow:add_note": form("filed", "200 @cell | 403 @requesting @watching | 404"),
    "requests_flow:add_side_note": form("filed", "200 @requesting | 403 @cell @watching | 404"),
    "requests_flow:print": page("filed", "200 @cell @requesting @watching | 404"),
    "requests_flow:view_history": page("filed", "200 @cell @requesting @watching | 404"),
    "requests_flow:assign": form("filed", "200 @cell | 403 @requesting @watching | 404"),
    "requests_flow:choose_task": page(
        "filed", "200 @cell | 302 addac | 403 @requesting @watching | 404"
    ),
    "requests_flow:entrust": form(
        "filed/give_visa", "200 @cell addac | 403 @requesting @watching | 404"
    ),
    "requests_flow:compare_versions": page("filed", "200 @cell @requesting @watching | 404"),
    "requests_flow:view_instruction": page(
        "opinions",
        "200 @cell @holding @watching dpo_requester security_officer legal_officer | 404",
    ),
    "requests_flow:view_opinions": page(
        "opinions",
        "200 @cell @holding @watching dpo_requester security_officer legal_officer | 404",
    ),
    "requests_flow:read_opinion": page(
        "opinions",
        "200 @cell @holding @watching dpo_requester security_officer legal_officer | 404",
    ),
    "requests_flow:confirm_opinion": move(
        "opinions",
        "may security_officer | 403 @cell @holding @watching dpo_requester legal_officer | 404",
    ),
    "requests_flow:ask_opinion": form(
        "opinions",
        "200 @cell | 403 @act security_officer | 404",
    ),
    "requests_flow:ask_complement": form(
        "opinions",
        "200 @cell dpo dpo_requester legal_officer | 403 @act security_officer | 404",
    ),
    "requests_flow:download": page(
        "opinions", "200 @cell @requesting @holding @watching security_officer legal_officer | 404"
    ),
    "requests_flow:open_opinions": move(
        "studied", "may @cell | 403 @requesting @holding @watching | 404"
    ),
    "requests_flow:add_holder": form(
        "studied", "200 @cell | 403 @requesting @holding @watching | 404"
    ),
    "requests_flow:add_condition": form(
        "concluding",
        "200 @cell legal_officer | 403 @act security_officer | 404",
    ),
    "requests_flow:settle_condition": form(
        "concluding", "200 @parties | 403 @act security_officer | 404"
    ),
    "requests_flow:view_formalities": row(
        "formalities",
        get="200 @act | 404",
        post="may @cell requester colleague | 403 @act | 404",
    ),
    "requests_flow:view_agreement": page("concluded", "200 @act | 404"),
    "requests_flow:give_visa": form(
        "filed/give_visa",
        "200 addac | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:check_admissibility": form(
        "filed/check_admissibility",
        "200 amdac_officer second_officer | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:request_complement": form(
        "filed/check_admissibility",
        "200 amdac_officer second_officer | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:answer_complement": form(
        "complement/provide_complement",
        "200 requester colleague | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:orient": form(
        "admitted/orient",
        "200 amdac_officer | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:conclude_study": form(
        "studied/conclude_study",
        "200 amdac_officer | 403 @requesting @cell @holding @watching | 404",
    ),
    "requests_flow:assess_feasibility": form(
        "studied/assess_feasibility",
        "200 data_holder | 403 @requesting @cell @holding @watching | 404",
    ),
    "requests_flow:give_opinion": form(
        "opinions/give_opinion",
        "200 legal_officer | 403 @act security_officer | 404",
    ),
    "requests_flow:decide": form(
        "deciding/decide",
        "200 data_holder | 403 @act security_officer | 404",
    ),
    "requests_flow:arbitrate": form(
        "contested/arbitrate",
        "200 amdac | 403 @act | 404",
    ),
    "requests_flow:conclude": form(
        "concluding/conclude",
        "200 amdac | 403 @act security_officer | 404",
    ),
    "requests_flow:choose_act": form("concluded/choose_act", "200 legal_officer | 403 @act | 404"),
    "requests_flow:ask_reexamination": form(
        "rejected",
        "200 requester colleague | 403 @act | 404",
    ),
    "requests_flow:reexamine": form(
        "reexamined/reexamine",
        "200 second_officer | 403 @act | 404",
    ),
    "requests_flow:conclude_reexamination": form(
        "reported/conclude_reexamination",
        "200 amdac | 403 @act | 404",
    ),
    "requests_flow:nudge": move("filed/give_visa", "may @cell | 403 @requesting @watching | 404"),
    "requests_flow:take_charge": move(
        "filed/give_visa",
        "may addac | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:reopen": move(
        "lapsed",
        "may requester colleague | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:reuse": move(
        "withdrawn",
        "may requester colleague | 403 @requesting @cell @watching | 404",
    ),
    "requests_flow:receipt": page("filed", "200 @cell @requesting @watching | 404"),
    "requests_flow:redirection_letter": page("redirected", "200 @cell @requesting @watching | 404"),
    "requests_flow:decision_letter": page("letters", "200 @act | 404"),
    "requests_flow:conclusion_letter": page("letters", "200 @act | 404"),
    "requests_flow:import_variables": form("draft", "200 requester | 404"),
}
