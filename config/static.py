"""What is collected of the static files."""

from __future__ import annotations

from django.contrib.staticfiles.apps import StaticFilesConfig as AllStaticFilesConfig


class StaticFilesConfig(AllStaticFilesConfig):
    """Serve what the pages use of the design system, not its building blocks one by one.

    Naming and compressing all of them would take most of the time of a first start.
    """

    ignore_patterns = [
        *AllStaticFilesConfig.ignore_patterns,
        "*.md",
        "django-dsfr/icon-picker/*",
        "dsfr/dist/analytics/*",
        "dsfr/dist/component/*",
        "dsfr/dist/core/*",
        "dsfr/dist/dsfr.*",
        "dsfr/dist/dsfr/dsfr.legacy.*",
        "dsfr/dist/dsfr/dsfr.main.*",
        "dsfr/dist/layout/*",
        "dsfr/dist/legacy/*",
        "dsfr/dist/scheme/*",
        "dsfr/dist/utility/*/*",
        "dsfr/dist/utility/utility.legacy.*",
        "dsfr/dist/utility/utility.main.*",
        "dsfr/dist/utility/utility.print.*",
    ]
