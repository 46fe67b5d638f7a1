import pytest
from bs4 import BeautifulSoup

from tests.journal.factories import empty_journal
from tests.steering import factories


@pytest.fixture(autouse=True)
def archive(tmp_path, settings):
    settings.ARCHIVE_ROOT = tmp_path / "archive"


@pytest.fixture
def text_of():
    """The visible words of a page."""
    return lambda response: " ".join(
        BeautifulSoup(response.content, "html.parser").get_text(" ").split()
    )


@pytest.fixture
def auditor(client):
    user = factories.auditor()
    client.force_login(user)
    return user


@pytest.fixture
def manager(client):
    user = factories.manager()
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _empty_journal(request):
    marker = request.node.get_closest_marker("django_db")
    if marker and not marker.kwargs.get("transaction"):
        empty_journal()
