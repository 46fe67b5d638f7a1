"""Make the TrueType faces of `static/fonts` from the faces of the State's design system.

Run once, when the design system ships new faces:  python scripts/convert_fonts.py
TrueType, because a layout with woff2 spends its time unpacking it, and because an act embeds
TrueType outlines in the form that every reader and validator of PDF/A agrees on.
"""

from __future__ import annotations

from pathlib import Path

import dsfr
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

SOURCE = Path(dsfr.__file__).parent / "static" / "dsfr" / "dist" / "fonts"
TARGET = Path(__file__).resolve().parent.parent / "static" / "fonts"
FACES = {
    "Marianne-Regular": "Marianne-Regular",
    "Marianne-Regular_Italic": "Marianne-Italic",
    "Marianne-Bold": "Marianne-Bold",
    "Marianne-Bold_Italic": "Marianne-BoldItalic",
}
# Half a thousandth of the body: far below what a printer or an eye can tell.
TOLERANCE = 0.5


def to_truetype(font: TTFont) -> None:
    """Replace cubic outlines by quadratic ones, in place."""
    order = font.getGlyphOrder()
    drawn = font.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(drawn)
        drawn[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder = order
    table.glyphs = outlines
    font["maxp"].tableVersion = 0x00010000
    for field in (
        "maxZones maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs "
        "maxStackElements maxSizeOfInstructions maxComponentElements"
    ).split():
        setattr(font["maxp"], field, 1 if field == "maxZones" else 0)
    font["post"].formatType = 2.0
    font["post"].extraNames = []
    font["post"].mapping = {}
    font["post"].glyphOrder = order
    for table_name in ("CFF ", "VORG"):
        if table_name in font:
            del font[table_name]
    font.sfntVersion = "\000\001\000\000"


def main() -> None:
    for source, target in FACES.items():
        font = TTFont(SOURCE / f"{source}.woff2", recalcTimestamp=False)
        font.flavor = None
        if "CFF " in font:
            to_truetype(font)
        font.save(TARGET / f"{target}.ttf")
        print(target, len(font.getGlyphOrder()), "glyphs")


if __name__ == "__main__":
    main()
