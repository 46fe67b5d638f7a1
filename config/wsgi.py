"""WSGI entry point of the web processes."""

import os

from django.core.wsgi import get_wsgi_application

from config.checks import refuse_an_incomplete_configuration

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
application = get_wsgi_application()
# manage.py runs the checks before each command; a WSGI server does not.
refuse_an_incomplete_configuration()
