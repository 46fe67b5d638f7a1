"""The files of a case, as its forms and its pages name them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cases.enums import Room
from cases.models import Attachment
from journal.sizes import size_text
from requests_flow.models import DataRequest


class CaseFiles:
    """The files of one room of a case (questionnaires.sources.AttachmentSource).

    A form names the files of its own room alone: it would otherwise tell the name of a file that
    its reader may not open.
    """

    def __init__(self, data_request: DataRequest, room: str) -> None:
        self.case_id = data_request.pk
        self.room = room

    def options(self) -> list[tuple[Any, str]]:
        return [(one.pk, self._label(one)) for one in self._files().order_by("name")]

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        wanted = [key for key in keys if isinstance(key, int) and not isinstance(key, bool)]
        return {one.pk: self._label(one) for one in self._files().filter(pk__in=wanted)}

    def _files(self) -> Any:
        return Attachment.objects.filter(case_id=self.case_id, room=self.room)

    @staticmethod
    def _label(one: Attachment) -> str:
        return f"{one.name} ({size_text(one.size)})"


def of_the_request(data_request: DataRequest) -> CaseFiles:
    """The files that the request itself names: every party reads them."""
    return CaseFiles(data_request, Room.PARTIES)


def of_the_reviews(data_request: DataRequest) -> CaseFiles:
    """The files joined to the study, the opinions and the arbitration."""
    return CaseFiles(data_request, Room.REVIEWERS)
