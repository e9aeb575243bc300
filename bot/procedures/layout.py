"""Where everything on the flow chart of a procedure stands: worked out first, so that nothing overlaps or is cut off.

From top to bottom: the raising, the stages in bands of one tier, the outside body. On the right the end; on the left
what lies beside the stages. A column that nothing needs is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from bot.procedures.chart import Box, Chart
from bot.procedures.svg import LEADING, Point, wrapped

MARGIN: Final = 24.0
PAD: Final = 14.0
"""Between a frame and what is in it."""
APART: Final = 4.0
"""Between two texts in a box."""
GAP: Final = 24.0
"""Between things that stand apart."""
HEADING, TITLE, TEXT, SMALL = 22.0, 16.0, 14.0, 13.0
"""Sizes of letters."""
STAGE: Final = 400.0
END: Final = 170.0
BESIDE: Final = 200.0
BRACKET: Final = 160.0
LANE: Final = 48.0
SATISFIED: Final = 150.0
"""How wide the columns are: stages, end, immediate risk, overall limit, ways past stages, arrows to the end."""


@dataclass(frozen=True)
class Frame:
    """A place on the picture, in pixels from its top left corner."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def below(self) -> float:
        return self.y + self.high

    @property
    def middle(self) -> float:
        return self.x + self.wide / 2

    def left(self, part: float = 0.5) -> Point:
        """The point at that part of the height of the left side."""
        return self.x, self.y + self.high * part

    def right(self, part: float = 0.5) -> Point:
        return self.x + self.wide, self.y + self.high * part


@dataclass(frozen=True, kw_only=True)
class Layout:
    heading: list[str]
    raised: Frame
    rows: tuple[Frame, ...]
    bands: tuple[tuple[bool, Frame], ...]
    """Stages of one tier that stand together: whether they are formal, and their band."""
    tiers: tuple[tuple[str, ...], ...]
    """The headings of an informal and of a formal band, in lines."""
    tier_x: float
    risk: Frame | None
    bracket: Frame | None
    lane: float
    """The x of the way past stages."""
    end: Frame
    outside: Frame
    key: float
    """The y below which the line styles are explained."""
    wide: float
    high: float


def box_lines(box: Box, wide: float) -> tuple[list[str], list[list[str]]]:
    """The title and each of the other texts of a box, wrapped."""
    room = wide - 2 * PAD
    return wrapped(box.title, room, TITLE, bold=True), [wrapped(text, room, TEXT) for text in box.lines]


def words_high(box: Box, wide: float) -> float:
    """How high the words of a box are, without its frame."""
    title, texts = box_lines(box, wide)
    return len(title) * TITLE * LEADING + sum(APART + len(lines) * TEXT * LEADING for lines in texts)


def label(text: str) -> list[str]:
    """What stands beside an arrow downwards, wrapped."""
    return wrapped(text, STAGE / 2 - PAD, SMALL)


def end_label(text: str) -> list[str]:
    """What stands on an arrow to the end, wrapped."""
    return wrapped(text, SATISFIED - 30, SMALL)


def lay_out(chart: Chart) -> Layout:
    beside = MARGIN + (BRACKET + GAP if chart.whole else 0) + PAD
    lane = beside + (BESIDE + GAP if chart.risk else 0)
    stage = lane + (LANE if chart.skips or chart.start else 0)
    end = stage + STAGE + PAD + SATISFIED
    wide = end + END + MARGIN
    heading = wrapped(chart.heading, wide - 2 * MARGIN, HEADING, bold=True)
    top = MARGIN + len(heading) * HEADING * LEADING + len(about_lines(chart, wide)) * TEXT * LEADING + GAP
    raised = Frame(stage, top, STAGE, _high(chart.raised, STAGE))
    tier_x, tier_room = (beside, BESIDE) if chart.risk else (stage, STAGE / 2 - PAD)
    tiers = tuple(tuple(wrapped(title, tier_room, TEXT, bold=True)) for title in chart.tiers)
    rows, bands = _rows(chart, raised, tiers, beside)
    outside = Frame(stage, bands[-1][1].below + _gap(chart, len(rows) - 1), STAGE, _high(chart.outside, STAGE))
    ending = Frame(end, rows[0].y, END, max(rows[-1].below - rows[0].y, _high(chart.resolved, END)))
    bracket = _bracket(chart, rows, raised)
    bottom = max(frame.below for frame in (outside, ending, bracket) if frame) + GAP
    return Layout(
        heading=heading,
        raised=raised,
        rows=rows,
        bands=bands,
        tiers=tiers,
        tier_x=tier_x,
        risk=_beside(chart, rows, beside),
        bracket=bracket,
        lane=stage - LANE / 2,
        end=ending,
        outside=outside,
        key=bottom,
        wide=wide,
        high=bottom + len(key_lines(chart, wide)) * SMALL * LEADING + MARGIN,
    )


def about_lines(chart: Chart, wide: float) -> list[str]:
    return wrapped(chart.about, wide - 2 * MARGIN, TEXT)


def key_lines(chart: Chart, wide: float) -> list[str]:
    return [line for note in chart.key for line in wrapped(note, wide - 2 * MARGIN, SMALL)]


def _rows(
    chart: Chart, raised: Frame, tiers: tuple[tuple[str, ...], ...], left: float
) -> tuple[tuple[Frame, ...], tuple[tuple[bool, Frame], ...]]:
    """The frames of the stages, and of the bands around them."""
    rows: list[Frame] = []
    bands: list[tuple[bool, Frame]] = []
    y = raised.below + GAP * 1.5
    for formal, together in groupby(chart.rows, key=lambda row: row.formal):
        top = y
        y += PAD / 2 + len(tiers[formal]) * TEXT * LEADING + PAD
        for _ in together:
            rows.append(Frame(raised.x, y, STAGE, _row_high(chart, len(rows))))
            y = rows[-1].below + _gap(chart, len(rows) - 1)
        bottom = rows[-1].below + PAD
        bands.append((formal, Frame(left - PAD, top, raised.x + STAGE - left + 2 * PAD, bottom - top)))
        y = bottom + _gap(chart, len(rows) - 1)
    return tuple(rows), tuple(bands)


def _gap(chart: Chart, number: int) -> float:
    """The room below a row for what stands beside the arrow."""
    return len(label(chart.rows[number].onward)) * SMALL * LEADING + GAP


def _row_high(chart: Chart, number: int) -> float:
    row = chart.rows[number]
    beside = _high(chart.risk, BESIDE) if chart.risk and chart.risk_at == number else 0
    over_arrow = 2 * (len(end_label(row.resolved)) * SMALL * LEADING + PAD)
    return max(_high(row.box, STAGE), beside, over_arrow)


def _high(box: Box, wide: float) -> float:
    return words_high(box, wide) + 2 * PAD


def _beside(chart: Chart, rows: tuple[Frame, ...], x: float) -> Frame | None:
    if chart.risk is None:
        return None
    row, high = rows[chart.risk_at], _high(chart.risk, BESIDE)
    return Frame(x, row.y + (row.high - high) / 2, BESIDE, high)


def _bracket(chart: Chart, rows: tuple[Frame, ...], raised: Frame) -> Frame | None:
    if chart.whole is None:
        return None
    first = rows[chart.whole.first] if chart.whole.first >= 0 else raised
    high = max(rows[-1].below - first.y, _high(chart.whole.box, BRACKET))
    return Frame(MARGIN, first.y, BRACKET, high)
