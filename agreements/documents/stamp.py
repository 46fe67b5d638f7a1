"""What a signature looks like in its frame: who, in what quality, when — in the family of the act.

The library's own stamp writes in Courier, which is not embedded: one such stamp and the act is no
longer PDF/A.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.stamp import BaseStamp, BaseStampStyle

from agreements.documents import fonts

TEXT_SIZE, NAME_SIZE, LEADING = 7.2, 10.0, 1.28
SMALLEST = 4.0
_INK, _BLUE = b"0.16 0.16 0.16 rg", b"0 0 0.569 rg"


@dataclass(frozen=True, slots=True)
class StampLine:
    """One line of a stamp, before it is broken to the width of the frame."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class LinesStyle(BaseStampStyle):
    """Lines set from the top left of the frame, made smaller until they all fit."""

    border_width: int = 0
    lines: tuple[StampLine, ...] = ()

    def create_stamp(
        self, writer: Any, box: BoxConstraints, text_params: dict[str, Any]
    ) -> LinesStamp:
        return LinesStamp(writer, self, box)


class LinesStamp(BaseStamp):  # type: ignore[misc]
    """The drawing of a `LinesStyle` in one frame."""

    style: LinesStyle

    def __init__(self, writer: Any, style: LinesStyle, box: BoxConstraints) -> None:
        super().__init__(writer, style, box=box)
        # A face without a sign in it cannot be written.
        self.engines = {
            strong: _engine(writer, "Bold" if strong else "Regular")
            for strong in {line.strong for line in style.lines}
        }

    def _render_inner_content(self) -> list[bytes]:
        width, height = float(self.box.width), float(self.box.height)
        scale, lines = self._fit(width, height)
        commands, baseline = [], height
        for line in lines:
            size = scale * (NAME_SIZE if line.strong else TEXT_SIZE)
            baseline -= size * LEADING
            commands.append(self._draw(line, size, baseline + size * (LEADING - 1)))
        for strong, engine in self.engines.items():
            self.set_resource(
                category=ResourceType.FONT,
                name=pdf_name("/" + _resource(strong)),
                value=engine.as_resource(),
            )
        return commands

    def _fit(self, width: float, height: float) -> tuple[float, list[StampLine]]:
        scale = 1.0
        while True:
            lines = [part for line in self.style.lines for part in self._wrap(line, width, scale)]
            used = sum(scale * (NAME_SIZE if li.strong else TEXT_SIZE) * LEADING for li in lines)
            if used <= height or scale * TEXT_SIZE <= SMALLEST:
                return scale, lines
            scale *= 0.94

    def _wrap(self, line: StampLine, width: float, scale: float) -> list[StampLine]:
        size = scale * (NAME_SIZE if line.strong else TEXT_SIZE)
        parts: list[str] = [""]
        for word in line.text.split(" "):
            longer = f"{parts[-1]} {word}".strip()
            if parts[-1] and self._width(longer, line.strong) * size > width:
                parts.append(word)
            else:
                parts[-1] = longer
        return [StampLine(part, line.strong) for part in parts]

    def _width(self, text: str, strong: bool) -> float:
        return float(abs(self.engines[strong].shape(text).x_advance))

    def _draw(self, line: StampLine, size: float, baseline: float) -> bytes:
        engine = self.engines[line.strong]
        engine.font_size = size  # type: ignore[assignment]
        operators = engine.shape(line.text).graphics_ops
        return b"BT %s /%s %g Tf 1 0 0 1 0 %g Tm %s ET" % (
            _BLUE if line.strong else _INK,
            _resource(line.strong).encode(),
            size,
            baseline,
            operators,
        )


def _resource(strong: bool) -> str:
    return "Fort" if strong else "Texte"


def _engine(writer: Any, face: str) -> GlyphAccumulator:
    return GlyphAccumulator(
        writer,
        BytesIO(fonts.family().faces[face].read_bytes()),
        font_size=TEXT_SIZE,
        ot_script_tag="latn",
        writing_direction="ltr",
        bcp47_lang_code="fr-FR",
    )


def style(lines: Sequence[StampLine]) -> LinesStyle:
    """The stamp of these lines, reduced to what the family can draw."""
    printed = (StampLine(fonts.printable(line.text), line.strong) for line in lines if line.text)
    return LinesStyle(lines=tuple(printed))
