"""A procedure as a flow chart for people who decide about it: SVG that can be printed, read out, and read in grey."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from bot.domain.procedure import Procedure
from bot.procedures.chart import RAISING, Box, Chart, chart_of, text_alternative
from bot.procedures.layout import (
    APART,
    HEADING,
    MARGIN,
    PAD,
    SMALL,
    TEXT,
    TITLE,
    Frame,
    Layout,
    about_lines,
    box_lines,
    end_label,
    key_lines,
    label,
    lay_out,
    words_high,
)
from bot.procedures.svg import LEADING, Pen

__all__ = ["draw", "text_alternative"]

BANDS: Final = {False: "#f6f6f6", True: "#e8e8e8"}
INTO, OUT = 0.3, 0.75
"""At which part of a box's height the way past stages leads into it, and out of it."""


def draw(procedure: Procedure) -> str:
    """The flow chart as SVG, with its text alternative in it."""
    chart = chart_of(procedure)
    place, pen = lay_out(chart), Pen()
    y = pen.words(place.heading, MARGIN, MARGIN, HEADING, bold=True)
    pen.words(about_lines(chart, place.wide), MARGIN, y, TEXT)
    _bands(pen, place)
    _ways_past(pen, chart, place)
    _downwards(pen, chart, place)
    _to_the_end(pen, chart, place)
    _boxes(pen, chart, place)
    _bracket(pen, chart, place)
    pen.words(key_lines(chart, place.wide), MARGIN, place.key, SMALL)
    return pen.svg(place.wide, place.high, f"{chart.heading}: flow chart", text_alternative(procedure))


def _bands(pen: Pen, place: Layout) -> None:
    for formal, band in place.bands:
        pen.mark("rect", {"x": band.x, "y": band.y, "width": band.wide, "height": band.high, "fill": BANDS[formal]})
        pen.words(place.tiers[formal], place.tier_x, band.y + PAD / 2, TEXT, bold=True)


def _box(pen: Pen, box: Box, at: Frame, *, thick: bool = False, centred: bool = False) -> None:
    group = pen.box(at.x, at.y, at.wide, at.high, thick=thick)
    if centred:
        y = at.y + (at.high - words_high(box, at.wide)) / 2
        _words(pen, box, at.middle, y, at.wide, middle=True, within=group)
    else:
        _words(pen, box, at.x + PAD, at.y + PAD, at.wide, within=group)


def _words(
    pen: Pen, box: Box, x: float, y: float, wide: float, *, middle: bool = False, within: Element | None = None
) -> None:
    title, texts = box_lines(box, wide)
    y = pen.words(title, x, y, TITLE, bold=True, middle=middle, within=within)
    for lines in texts:
        y = pen.words(lines, x, y + APART, TEXT, middle=middle, within=within)


def _boxes(pen: Pen, chart: Chart, place: Layout) -> None:
    _box(pen, chart.raised, place.raised)
    for row, frame in zip(chart.rows, place.rows, strict=True):
        _box(pen, row.box, frame, thick=row.formal)
    _box(pen, chart.resolved, place.end, centred=True)
    _box(pen, chart.outside, place.outside)
    if chart.risk and place.risk:
        pen.line(place.risk.right(), place.rows[chart.risk_at].left(), arrow=True)
        _box(pen, chart.risk, place.risk)


def _downwards(pen: Pen, chart: Chart, place: Layout) -> None:
    """From the raising to where it usually starts, and from each stage to what comes next."""
    x = place.raised.middle
    if chart.start == 0:
        pen.line((x, place.raised.below), (x, place.rows[0].y), arrow=True)
    else:
        lane, start = place.lane - 14, place.rows[chart.start].left(0.5)
        y = place.raised.left(0.35)[1]
        pen.line((place.raised.x, y), (lane, y), (lane, start[1]), start, arrow=True)
    for row, frame, after in zip(chart.rows, place.rows, (*place.rows[1:], place.outside), strict=True):
        pen.line((x, frame.below), (x, after.y), arrow=True)
        leaving = PAD if any(band.y < frame.y and frame.below + PAD == band.below for _, band in place.bands) else 0
        pen.words(label(row.onward), x + PAD, frame.below + leaving + 8, SMALL)


def _to_the_end(pen: Pen, chart: Chart, place: Layout) -> None:
    for row, frame in zip(chart.rows, place.rows, strict=True):
        if row.resolved:
            start = frame.right()
            pen.line(start, (place.end.x, start[1]), arrow=True)
            lines = end_label(row.resolved)
            y = start[1] - len(lines) * SMALL * LEADING - 4
            pen.words(lines, start[0] + PAD + 10, y, SMALL)


def _ways_past(pen: Pen, chart: Chart, place: Layout) -> None:
    """The dashed lane beside the stages: out of one box, past others, into a later one."""
    frames = {RAISING: place.raised, **dict(enumerate(place.rows))}
    for since in dict.fromkeys(since for since, _ in chart.skips):
        pen.line(frames[since].left(OUT), (place.lane, frames[since].left(OUT)[1]), dashed=True)
    for to in dict.fromkeys(to for _, to in chart.skips):
        pen.line((place.lane, frames[to].left(INTO)[1]), frames[to].left(INTO), dashed=True, arrow=True)
    spans = sorted((frames[since].left(OUT)[1], frames[to].left(INTO)[1]) for since, to in chart.skips)
    joined: list[tuple[float, float]] = []
    for top, bottom in spans:
        if joined and top <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(bottom, joined[-1][1]))
        else:
            joined.append((top, bottom))
    for top, bottom in joined:
        pen.line((place.lane, top), (place.lane, bottom), dashed=True)


def _bracket(pen: Pen, chart: Chart, place: Layout) -> None:
    """The overall time limit, beside everything that it holds for."""
    if chart.whole is None or place.bracket is None:
        return
    at = place.bracket
    edge = at.x + at.wide
    tip = edge + 12
    pen.line((tip, at.y), (edge, at.y), (edge, at.below), (tip, at.below), thick=2.5)
    _words(pen, chart.whole.box, at.x, at.y + (at.high - words_high(chart.whole.box, at.wide)) / 2, at.wide)
