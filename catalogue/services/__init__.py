"""Every write of the catalogue."""

from catalogue.services.datasets import (
    create_dataset,
    replace_distributions,
    restore_dataset,
    retire_dataset,
    update_dataset,
)
from catalogue.services.demo import load_demo_catalogue
from catalogue.services.imports import ImportReport, RowReport, import_file
from catalogue.services.variables import replace_variables, update_variable

__all__ = [
    "ImportReport",
    "RowReport",
    "create_dataset",
    "import_file",
    "load_demo_catalogue",
    "replace_distributions",
    "replace_variables",
    "restore_dataset",
    "retire_dataset",
    "update_dataset",
    "update_variable",
]
