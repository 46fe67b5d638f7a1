"""The addresses of sharings. See `rows.py` for the notation."""

from __future__ import annotations

from tests.matrix.rows import Row, form, page

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
    "sharing:set_obligation_aside": form(
        "asked duty",
        "200 @cell requester colleague addac data_referent dpo_requester | 403 @act | 404",
    ),
}
