"""The arithmetic of the chain, as the database does it (sql/chain.sql)."""

from __future__ import annotations

from hashlib import sha256


def genesis(chain: str) -> str:
    """Return what stands before the first event of a chain."""
    return sha256(chain.encode()).hexdigest()


def link(previous_hash: str, sequence: int, entry: str) -> str:
    """Return the hash of an event at its place in its chain."""
    place = sequence.to_bytes(4, "big")
    return sha256(bytes.fromhex(previous_hash) + place + entry.encode()).hexdigest()
