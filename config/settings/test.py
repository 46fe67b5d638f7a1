"""Settings of the test suite."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, TEMPLATES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["OPTIONS"].pop("pool", None)
DEMO_MODE = True
ALLOWED_HOSTS = ["*"]


class UnknownVariable(str):
    """Make a template that reads an unknown variable fail its test."""

    __slots__ = ()

    def __mod__(self, name):  # type: ignore[no-untyped-def]
        raise AssertionError(f"unknown template variable: {name}")

    def __contains__(self, item):  # type: ignore[no-untyped-def]
        return item == "%s"


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable("%s")
