"""Data on offer: datasets, their variables and the ways to reach them."""

from catalogue.models.dataset import Dataset, DatasetQuerySet
from catalogue.models.parts import Distribution, Variable

__all__ = ["Dataset", "DatasetQuerySet", "Distribution", "Variable"]
