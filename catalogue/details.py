"""The sub-tables of a record that nothing searches or decides on, kept as checked JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CodeValue(BaseModel):
    """A code that characterises the dataset (`code_values`)."""

    model_config = ConfigDict(extra="forbid", str_max_length=200)

    code: str
    coding_system: str = ""
    label: str = ""


class Sample(BaseModel):
    """A synthetic sample, never real data (`sample`)."""

    model_config = ConfigDict(extra="forbid", str_max_length=1000)

    title: str
    url: str = ""


class Details(BaseModel):
    """What a record keeps beside its columns."""

    model_config = ConfigDict(extra="forbid")

    code_values: list[CodeValue] = Field(default_factory=list, max_length=200)
    sample: list[Sample] = Field(default_factory=list, max_length=20)
    # Words of the imported source that no list of ours holds (« Tous les 4 ans », « France »).
    frequency_text: str = Field(default="", max_length=300)
    alternative_producer_id: str = Field(default="", max_length=40)
