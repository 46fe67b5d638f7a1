"""The reference of a case in an address: any text without a slash nor a NUL byte."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter


class ReferenceConverter(StringConverter):
    """What no database could hold matches no address: 404, as for any unknown reference."""

    regex = r"[^/\x00]+"


register_converter(ReferenceConverter, "reference")

# The segment of an address: /demandes/DEM-2026-0001/.
REFERENCE = "<reference:reference>"
