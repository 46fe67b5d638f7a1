import pytest

from tests.journal.factories import empty_journal


@pytest.fixture(autouse=True)
def archive(tmp_path, settings):
    settings.ARCHIVE_ROOT = tmp_path / "archive"
    return settings.ARCHIVE_ROOT / "journal"


@pytest.fixture(autouse=True)
def _empty_journal(request):
    marker = request.node.get_closest_marker("django_db")
    if marker and not marker.kwargs.get("transaction"):
        empty_journal()
