"""Settings of Navette, read from the environment (table in docs/exploitation.md)."""

from config.settings.base import *  # noqa: F403
