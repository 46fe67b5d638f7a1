"""Reads about acts."""

from agreements.selectors.desk import ArticleLine, Desk, PositionLine, build_desk
from agreements.selectors.library import current_clauses, current_library
from agreements.selectors.lists import AgreementRow, get_for, list_for, list_of_request, views_for

__all__ = [
    "AgreementRow",
    "ArticleLine",
    "Desk",
    "PositionLine",
    "build_desk",
    "current_clauses",
    "current_library",
    "get_for",
    "list_for",
    "list_of_request",
    "views_for",
]
