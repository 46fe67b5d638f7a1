"""The pictures of docs/diagrammes, drawn from the code so that they cannot lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db.models import Choices, Field, Model
from django.template import Library
from django.template.backends.django import DjangoTemplates
from django.template.defaultfilters import capfirst
from viewflow.fsm import State
from viewflow.workflow import chart
from viewflow.workflow.base import Flow

from config.flows import is_ours, our_flows

GENERATED = "<!-- Dessiné par `make diagrams` à partir du code : ne pas modifier à la main. -->\n"
# Where states that are not the engine's are declared.
LIFE_CYCLES = ("agreements.life_cycle",)

# The engine's picture puts a capital at each word, which French does not.
register = Library()
register.filter("title", capfirst)


def all_diagrams() -> dict[str, str]:
    """Return the content of each file of docs/diagrammes by its name."""
    files: dict[str, str] = {}
    for flow in our_flows():
        files |= _of_flow(flow)
    for name in LIFE_CYCLES:
        files |= _of_life_cycle(name)
    files["modele-de-donnees.md"] = _data_model()
    return files


def _of_flow(flow: type[Flow]) -> dict[str, str]:
    """The circuit as a picture, as BPMN for other tools, and as a table for who cannot see it."""
    name = flow.__module__.removesuffix(".flow").rsplit(".", 1)[-1].replace("_", "-")
    grid = chart.calc_layout_data(flow)
    rows = [
        f"| `{node.name}` | {_kind(node)} | {_title(node)} | {_next(node)} |"
        for node in sorted(flow.instance.nodes(), key=lambda node: str(node.name))
    ]
    page = (
        f"{GENERATED}# {flow.process_title or flow.__name__}\n\n"
        f"![Schéma de la procédure, décrit par le tableau ci-dessous]({name}.svg)\n\n"
        f"BPMN 2.0 : [{name}.bpmn]({name}.bpmn)\n\n"
        "| nœud | nature | libellé | suite |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )
    return {
        f"{name}.svg": _drawn(chart.grid_to_svg, grid),
        f"{name}.bpmn": _drawn(chart.grid_to_bpmn, grid),
        f"{name}.md": page,
    }


def _drawn(draw: Callable[[Any], str], grid: Any) -> str:
    """Draw with the engine's own templates, which are no templates of our pages."""
    usual = chart.get_template
    chart.get_template = _engine().get_template
    try:
        return _clean(draw(grid))
    finally:
        chart.get_template = usual


@cache
def _engine() -> DjangoTemplates:
    directory = Path(chart.__file__).parents[1] / "templates"
    options = {"builtins": [__name__], "autoescape": True}
    return DjangoTemplates(
        {"NAME": "diagrams", "DIRS": [directory], "APP_DIRS": False, "OPTIONS": options}
    )


def _kind(node: Any) -> str:
    return type(node).__name__


def _title(node: Any) -> str:
    title = str(getattr(node, "task_title", "") or "")
    # A gateway has no words of its own: the engine makes some of its name.
    made_up = title.lower().replace(" ", "_") == node.name
    return "" if made_up else title.replace("|", "/")


def _next(node: Any) -> str:
    following = []
    for edge in node._outgoing():  # noqa: SLF001 - the engine offers no other list of edges
        label = f" ({edge.label})" if getattr(edge, "label", "") else ""
        following.append(f"`{edge.dst.name}`{label}")
    return ", ".join(sorted(following)) or "—"


def _of_life_cycle(name: str) -> dict[str, str]:
    if find_spec(name) is None:
        return {}
    files = {}
    for owner, attribute, state in _states(import_module(name)):
        lines = sorted(
            f"    {_code(transition.source)} --> {_code(target)}: {_label(transition, method)}"
            for method, transitions in state.get_transitions().items()
            for transition in transitions
            for target in transition.declared_targets()
        )
        names = sorted(
            f"    {_code(value)}: {value.label}"
            for value in _values(state)
            if isinstance(value, Choices)
        )
        page = (
            f"{GENERATED}# Cycle de vie : {owner}.{attribute}\n\n"
            "```mermaid\nstateDiagram-v2\n" + "\n".join([*names, *lines]) + "\n```\n"
        )
        files[f"cycle-de-vie-{name.split('.', maxsplit=1)[0]}.md"] = page
    return files


def _states(module: ModuleType) -> Iterator[tuple[str, str, Any]]:
    for owner in vars(module).values():
        if not isinstance(owner, type) or owner.__module__ != module.__name__:
            continue
        for attribute, value in list(vars(owner).items()):
            if isinstance(value, State):
                yield owner.__name__, attribute, getattr(owner, attribute)


def _values(state: Any) -> set[Any]:
    found = set()
    for transitions in state.get_transitions().values():
        for transition in transitions:
            found |= {transition.source, *transition.declared_targets()}
    return found


def _code(value: Any) -> str:
    return str(getattr(value, "value", value)) if value is not State.ANY else "[*]"


def _label(transition: Any, method: Any) -> str:
    label = str(getattr(transition, "label", "") or getattr(method, "__name__", method))
    return capfirst(label.replace("_", " ").lower())


def _data_model() -> str:
    """Every table of ours and its foreign keys, app by app."""
    lines = []
    for config in apps.get_app_configs():
        if not is_ours(config):
            continue
        for model in sorted(config.get_models(), key=lambda model: model.__name__):
            lines += _entity(model)
    return (
        f"{GENERATED}# Modèle de données\n\n```mermaid\nerDiagram\n" + "\n".join(lines) + "\n```\n"
    )


def _entity(model: type[Model]) -> list[str]:
    fields = [field for field in model._meta.get_fields() if _is_column(field)]
    name = _entity_name(model)
    lines = [f"    {name} {{"]
    for field in fields:
        if field.remote_field is None:
            lines.append(f"        {field.get_internal_type()} {field.name}")
    lines.append("    }")
    for field in fields:
        target = field.related_model
        if isinstance(target, type) and is_ours(apps.get_app_config(target._meta.app_label)):
            arrow = "|o--o{" if field.null else "||--o{"
            lines.append(f'    {_entity_name(target)} {arrow} {name} : "{field.name}"')
    return lines


def _is_column(field: Any) -> bool:
    return isinstance(field, Field) and field.concrete and not field.many_to_many


def _entity_name(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model.__name__}"


def _clean(text: str) -> str:
    """No trailing spaces nor empty lines, which editors would fight over."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"
