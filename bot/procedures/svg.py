"""A pen for plain SVG: text that wraps, boxes and arrows. Positions and sizes are in CSS pixels."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from typing import Final

SVG: Final = "http://www.w3.org/2000/svg"
FONT: Final = "'Segoe UI', 'Open Sans', Arial, sans-serif"
INK, QUIET, PAPER = "#1a1a1a", "#4d4d4d", "#ffffff"
LEADING: Final = 1.35
"""Height of a line over the size of its letters."""
ASCENT: Final = 1.05
"""Where the baseline of a line lies below its top, over the size of its letters."""
BOLD: Final = 1.12
WIDTHS: Final = {
    **dict.fromkeys(" ijl.,:;'|!I‘’", 0.37),
    **dict.fromkeys('frt()[]/-“”"', 0.52),
    **dict.fromkeys("mw", 0.98),
    **dict.fromkeys("MW@%—…", 1.08),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&", 0.8),
    **dict.fromkeys("abcdeghknopqsuvxyz0123456789", 0.66),
}
"""The width of a character over its size, as wide as in the widest usual font; any other counts as a whole one."""
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")

Point = tuple[float, float]
Look = dict[str, str | float]

ET.register_namespace("", SVG)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """No less than what any usual font takes."""
    return sum(WIDTHS.get(letter, 1.1) for letter in text) * size * (BOLD if bold else 1)


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit; a word that is wider than a line is cut."""
    lines: list[str] = [""]
    for word in UNSEEN.sub(" ", text).split():
        for piece in _pieces(word, room, size, bold):
            longer = f"{lines[-1]} {piece}".strip()
            if width(longer, size, bold=bold) <= room:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines if lines[0] or len(lines) == 1 else lines[1:]


def _pieces(word: str, room: float, size: float, bold: bool) -> Iterator[str]:
    piece = ""
    for letter in word:
        if piece and width(piece + letter, size, bold=bold) > room:
            yield piece
            piece = ""
        piece += letter
    yield piece


class Pen:
    """Draws onto one picture, from its top left corner."""

    def __init__(self) -> None:
        self.root = ET.Element(f"{{{SVG}}}svg", {"font-family": FONT, "fill": INK})

    def mark(self, name: str, look: Look, *, within: ET.Element | None = None, text: str = "") -> ET.Element:
        """Any element, inside another one or straight on the picture."""
        said = {key: value if isinstance(value, str) else f"{value:g}" for key, value in look.items()}
        element = ET.SubElement(self.root if within is None else within, f"{{{SVG}}}{name}", said)
        element.text = text or None
        return element

    def words(
        self,
        lines: Iterable[str],
        x: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        middle: bool = False,
        within: ET.Element | None = None,
    ) -> float:
        """Lines of text below `y`; the y below them. `middle`: centred on x."""
        look: Look = {"x": x, "font-size": size}
        look |= {"font-weight": "bold"} if bold else {}
        look |= {"text-anchor": "middle"} if middle else {}
        for line in lines:
            self.mark("text", {**look, "y": round(y + size * ASCENT, 1)}, within=within, text=line)
            y += size * LEADING
        return y

    def box(self, x: float, y: float, wide: float, high: float, *, thick: bool) -> ET.Element:
        """The frame of a box, a thick square or a thin rounded one, as the group that its words belong to."""
        group = self.mark("g", {"class": "box"})
        place: Look = {"x": x, "y": y, "width": wide, "height": high, "fill": PAPER, "stroke": INK}
        frame: Look = {"stroke-width": 3} if thick else {"stroke-width": 1.25, "rx": 12}
        self.mark("rect", place | frame, within=group)
        return group

    def line(self, *points: Point, dashed: bool = False, arrow: bool = False, thick: float = 1.75) -> None:
        """A line through the points, perhaps with a head at its end."""
        ink = QUIET if dashed else INK
        look: Look = {"d": _path(points), "fill": "none", "stroke": ink, "stroke-width": thick}
        self.mark("path", look | ({"stroke-dasharray": "7 5"} if dashed else {}))
        if arrow:
            (x0, y0), (x, y) = points[-2:]
            right, down = (x > x0) - (x < x0), (y > y0) - (y < y0)
            wings = [(x - 10 * right + 5 * side * down, y - 10 * down + 5 * side * right) for side in (1, -1)]
            self.mark("path", {"d": f"{_path([(x, y), *wings])} Z", "fill": ink})

    def svg(self, wide: float, high: float, title: str, description: str) -> str:
        """The whole picture, which speaks for itself to whoever can't see it."""
        self.root.attrib |= {
            "width": f"{wide:g}",
            "height": f"{high:g}",
            "viewBox": f"0 0 {wide:g} {high:g}",
            "role": "img",
            "aria-labelledby": "chart-title chart-description",
            "lang": "en-GB",
        }
        paper = ET.Element(f"{{{SVG}}}rect", {"width": "100%", "height": "100%", "fill": PAPER})
        self.root.insert(0, paper)
        for name, id, text in (("desc", "chart-description", description), ("title", "chart-title", title)):
            element = ET.Element(f"{{{SVG}}}{name}", {"id": id})
            element.text = "\n".join(UNSEEN.sub(" ", line) for line in text.split("\n"))
            self.root.insert(0, element)
        ET.indent(self.root)
        return ET.tostring(self.root, encoding="unicode") + "\n"


def _path(points: Iterable[Point]) -> str:
    return "M" + " L".join(f"{x:g},{y:g}" for x, y in points)
