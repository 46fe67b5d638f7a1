from __future__ import annotations

from tests.agreements.conftest import fast_documents, world

__all__ = ["fast_documents", "world"]
