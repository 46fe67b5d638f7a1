"""The flows of Navette, found where they are written: `<app>/flows/*.py`."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from viewflow.workflow.base import Flow


def our_flows() -> list[type[Flow]]:
    """Return every flow class written in an app of this project, by name of module."""
    ours = [config.name for config in apps.get_app_configs() if is_ours(config)]
    for app in ours:
        _import_flows(app)
    found = [flow for flow in _subclasses(Flow) if flow.__module__.split(".")[0] in ours]
    return sorted(found, key=lambda flow: (flow.__module__, flow.__name__))


def is_ours(config: Any) -> bool:
    """Tell whether an app is one of this project's."""
    return bool(str(config.path) == str(settings.BASE_DIR / config.name))


def _import_flows(app: str) -> None:
    package = f"{app}.flows"
    if find_spec(package) is None:
        return
    module = import_module(package)
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        import_module(f"{package}.{found.name}")


def _subclasses(parent: type[Any]) -> list[type[Any]]:
    found = []
    for child in parent.__subclasses__():
        found += [child, *_subclasses(child)]
    return found
