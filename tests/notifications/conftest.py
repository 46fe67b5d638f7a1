import pytest
from django.core.mail import get_connection

from notifications import services
from tests.journal.factories import empty_journal
from tests.notifications.factories import Postman, start


@pytest.fixture
def postman():
    postman = Postman()
    controller = start(postman)
    postman.port = controller.port
    yield postman
    controller.stop()


@pytest.fixture
def send(postman):
    """Empty the outbox into the real mail server."""

    def connect():
        return get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host="127.0.0.1",
            port=postman.port,
            timeout=1,
        )

    return lambda **options: services.send_outbox(connect=connect, **options)


@pytest.fixture(autouse=True)
def _empty_journal(request):
    marker = request.node.get_closest_marker("django_db")
    if marker and not marker.kwargs.get("transaction"):
        empty_journal()
