"""The addresses of sharings. See `rows.py` for the notation."""

from __future__ import annotations

from tests.matrix.rows import Row, form, move, page

# Who acts for the recipient.
_RECEIVING = "requester colleague addac data_referent"
ROWS: dict[str, Row] = {
    "sharing:list_sharings": page("", "200"),
    "sharing:view_sharing": page("signed", "200 @act | 404"),
    "sharing:list_obligations": page("signed", "200 @act | 404"),
    # The test of the channel: the holder proves it, the other side or the cell accepts it.
    "sharing:prove_obligation": form("asked duty", "200 @cell data_holder dpo | 403 @act | 404"),
    "sharing:accept_obligation": form(
        "proved duty",
        "200 @cell requester colleague addac data_referent dpo_requester | 403 @act | 404",
    ),
    "sharing:return_obligation": form(
        "proved duty",
        "200 @cell requester colleague addac data_referent dpo_requester | 403 @act | 404",
    ),
    "sharing:list_deliveries": page("planned delivery", "200 @act | 404"),
    "sharing:view_delivery": page("received delivery", "200 @act | 404"),
    "sharing:plan_delivery": form("planned delivery", "200 @cell data_holder | 403 @act | 404"),
    "sharing:declare_api_month": form("planned delivery", "200 data_holder | 403 @act | 404"),
    "sharing:announce_delivery": move("planned delivery", "may data_holder | 403 @act | 404"),
    "sharing:send_delivery": form("planned delivery", "200 data_holder | 403 @act | 404"),
    "sharing:cancel_delivery": form("planned delivery", "200 @cell data_holder | 403 @act | 404"),
    "sharing:receive_delivery": form("sent delivery", f"200 {_RECEIVING} | 403 @act | 404"),
    "sharing:check_delivery": form("received delivery", f"200 {_RECEIVING} | 403 @act | 404"),
    # Who is named is read as annex 3 is: by the parties, the drafter, auditors.
    "sharing:list_persons": page("named person", "403 @cell manager | 200 @act | 404"),
    "sharing:view_person": page("named person", "403 @cell manager | 200 @act | 404"),
    "sharing:name_person": form("named person", f"200 {_RECEIVING} | 403 @act | 404"),
    "sharing:review_persons": form("named person", f"200 {_RECEIVING} | 403 @act | 404"),
    "sharing:attach_account": form("unknown person", f"200 {_RECEIVING} | 403 @act | 404"),
    "sharing:record_training": form("named person", f"200 {_RECEIVING} | 403 @act | 404"),
    "sharing:sign_undertaking": form("named person", "200 authorised_person | 403 @act | 404"),
    "sharing:open_access": move("ready person", "may data_holder | 403 @act | 404"),
    "sharing:remove_person": form(
        "named person", f"200 {_RECEIVING} authorised_person data_holder | 403 @act | 404"
    ),
    "sharing:set_obligation_aside": form(
        "asked duty",
        "200 @cell requester colleague addac data_referent dpo_requester | 403 @act | 404",
    ),
}
