"""Pages of the catalogue."""

from catalogue.views.editing import (
    DatasetCreateView,
    DictionaryView,
    DistributionsView,
    RestoreView,
    RetireView,
    SectionView,
    VariableView,
)
from catalogue.views.reading import DatasetListView, ExportListView, ExportView, RecordView

__all__ = [
    "DatasetCreateView",
    "DatasetListView",
    "DictionaryView",
    "DistributionsView",
    "ExportListView",
    "ExportView",
    "RecordView",
    "RestoreView",
    "RetireView",
    "SectionView",
    "VariableView",
]
