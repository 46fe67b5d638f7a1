"""The addresses of sharings. See `rows.py` for the notation."""

from __future__ import annotations

from tests.matrix.rows import Row, form, move, page

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
    "sharing:receive_delivery": form(
        "sent delivery", "200 requester colleague addac data_referent | 403 @act | 404"
    ),
    "sharing:check_delivery": form(
        "received delivery", "200 requester colleague addac data_referent | 403 @act | 404"
    ),
    "sharing:set_obligation_aside": form(
        "asked duty",
        "200 @cell requester colleague addac data_referent dpo_requester | 403 @act | 404",
    ),
}
