"""The flow chart of a procedure: nothing cut off, nothing over something else, and all of it in words as well."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import pytest

from bot.domain.procedure import Procedure
from bot.domain.stages import Stage
from bot.domain.terms import Limit
from bot.procedures.draw import draw, text_alternative
from bot.procedures.load import bundled, load
from bot.procedures.svg import ASCENT, LEADING, SVG, width, wrapped
from tests.builders import lincolnshire
from tests.client.browser import chromium
from tests.procedures.made_up import STAGES, everything, shaped

LONG = "The Assistant Director for Safeguarding, Quality Assurance and Corporate Parenting (Supercalifragilistic)"


def a_stage(number: int, *, formal: bool = True, title: str = "", silence: bool = False) -> Stage:
    return Stage(
        id=f"s-{number}",
        title=title or f"Level {number}",
        formal=formal,
        answered_by=("r-team", "r-head"),
        limit=Limit(count=5),
        on_silence="next stage" if silence else "offered",
    )


def _shapes() -> Iterator[tuple[str, Procedure]]:
    for name in bundled():
        yield name, load(name).procedure
    yield "everything", everything()
    yield "everything at its longest", _longest(everything())
    for count in range(1, 9):
        stages = tuple(a_stage(number, silence=number % 2 == 0) for number in range(count))
        yield f"{count} formal stages", shaped(*stages, overall=20)
        long = tuple(replace(stage, title=f"{LONG} {stage.id}") for stage in stages)
        yield f"{count} stages with long titles", shaped(*long, overall=20, risk=f"s-{count - 1}")
    two = (a_stage(0, formal=False), a_stage(1, formal=False), a_stage(2), a_stage(3))
    yield "two informal tiers", shaped(*two, overall=20, risk="s-0")
    yield "only informal", shaped(*two[:2], body="")
    yield "a usual start in the middle", replace(shaped(*two, risk="s-2"), start="s-2")
    yield "tiers that take turns", shaped(two[0], two[2], two[1], two[3])
    nothing_past = tuple(replace(stage, passed_over=False, entered_directly=False) for stage in two)
    yield "nothing passed over", shaped(*nothing_past, body="")
    yield "every kind of stage", shaped(*STAGES)


def _longest(procedure: Procedure) -> Procedure:
    roles = tuple(replace(role, title=f"{LONG} {role.id}") for role in procedure.roles)
    arenas = tuple(replace(arena, title=f"{LONG} {arena.id}", outside_body=LONG) for arena in procedure.arenas)
    names = replace(procedure.names, informal=LONG, formal=LONG, challenge=LONG)
    return replace(procedure, roles=roles, arenas=arenas, names=names, title=LONG * 2, authority="W" * 300)


SHAPES = dict(_shapes())
ROUNDED = 0.2
"""Pixels by which two lines of text may seem to meet."""
EVERY = pytest.mark.parametrize("name", SHAPES)


@dataclass(frozen=True)
class Area:
    left: float
    top: float
    right: float
    bottom: float
    what: str = ""

    def holds(self, other: Area) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def meets(self, other: Area) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top + ROUNDED < other.bottom and other.top + ROUNDED < self.bottom


def picture(name: str) -> ET.Element:
    return ET.fromstring(draw(SHAPES[name]))


def tag(name: str) -> str:
    return f"{{{SVG}}}{name}"


def text_area(text: ET.Element) -> Area:
    size, said = float(text.get("font-size", "")), text.text or ""
    wide = width(said, size, bold=text.get("font-weight") == "bold")
    left = float(text.get("x", "")) - (wide / 2 if text.get("text-anchor") == "middle" else 0)
    top = float(text.get("y", "")) - size * ASCENT
    return Area(left, top, left + wide, top + size * LEADING, said)


def rect_area(rect: ET.Element) -> Area:
    x, y, wide, high = (float(rect.get(key, "")) for key in ("x", "y", "width", "height"))
    return Area(x, y, x + wide, y + high)


def boxes(svg: ET.Element) -> list[tuple[Area, list[Area]]]:
    """Each box with the texts in it."""
    groups = svg.findall(tag("g"))
    return [(rect_area(group[0]), [text_area(text) for text in group.findall(tag("text"))]) for group in groups]


def strokes(svg: ET.Element) -> Iterator[Area]:
    """Each straight piece of a line, a hair wide."""
    for path in svg.findall(tag("path")):
        if path.get("fill") == "none":
            points = [(float(x), float(y)) for x, y in re.findall(r"([\d.]+),([\d.]+)", path.get("d", ""))]
            for (x0, y0), (x1, y1) in pairwise(points):
                yield Area(min(x0, x1) - 0.5, min(y0, y1) - 0.5, max(x0, x1) + 0.5, max(y0, y1) + 0.5)


@pytest.mark.requirement("OXF-20")
@EVERY
def test_every_text_stands_in_its_box_and_everything_on_the_picture(name: str) -> None:
    svg = picture(name)
    page = Area(0, 0, float(svg.get("width", "")), float(svg.get("height", "")))
    for box, texts in boxes(svg):
        assert page.holds(box)
        assert texts
        assert [text for text in texts if not box.holds(text)] == []
    assert [text for text in map(text_area, svg.iter(tag("text"))) if not page.holds(text)] == []
    assert [stroke for stroke in strokes(svg) if not page.holds(stroke)] == []


@EVERY
def test_nothing_lies_over_something_else(name: str) -> None:
    svg = picture(name)
    framed = [box for box, _ in boxes(svg)]
    free = [text_area(text) for text in svg.findall(tag("text"))]
    texts = [text_area(text) for text in svg.iter(tag("text"))]
    assert [pair for pair in combinations(framed, 2) if pair[0].meets(pair[1])] == []
    assert [pair for pair in combinations(texts, 2) if pair[0].meets(pair[1])] == []
    assert [(text, box) for text in free for box in framed if text.meets(box)] == []
    assert [(text, stroke) for text in texts for stroke in strokes(svg) if text.meets(stroke)] == []


@pytest.mark.requirement("OXF-20")
@EVERY
def test_the_picture_says_what_it_is_to_whoever_cannot_see_it(name: str) -> None:
    svg, procedure = picture(name), SHAPES[name]
    assert svg.get("role") == "img"
    ids = svg.get("aria-labelledby", "").split()
    title, description = svg[0], svg[1]
    assert [title.get("id"), description.get("id")] == ids
    assert (title.tag, description.tag) == (tag("title"), tag("desc"))
    assert procedure.title in (title.text or "")
    assert description.text == text_alternative(procedure)


@EVERY
def test_every_box_is_in_the_text_alternative(name: str) -> None:
    said = text_alternative(SHAPES[name])
    for group in picture(name).findall(tag("g")):
        words = "".join(text.text or "" for text in group.iter(tag("text")))
        assert letters(words) in letters(said)
    assert [line.partition(".")[0] for line in said.split("\n")] == [str(n + 1) for n in range(said.count("\n") + 1)]


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


def test_tiers_are_told_apart_by_words_and_by_the_line_around_a_stage() -> None:
    procedure = shaped(a_stage(0, formal=False), a_stage(1))
    svg = ET.fromstring(draw(procedure))
    frames = {group[1].text: group[0] for group in svg.findall(tag("g"))}
    assert float(frames["Level 1"].get("stroke-width", "")) > float(frames["Level 0"].get("stroke-width", ""))
    assert frames["Level 0"].get("rx")
    assert not frames["Level 1"].get("rx")
    words = [text.text for text in svg.findall(tag("text"))]
    assert "Informal challenge" in words
    assert "Formal escalation" in words


def test_the_usual_way_is_told_in_words() -> None:
    lines = text_alternative(lincolnshire()).split("\n")
    assert lines[0] == (
        "1. A Positive Challenge is raised. By the Independent Chair/IRO. It usually starts at Informal Positive "
        "Challenge. With a reason, it may start at Stage 1, Stage 2 or Stage 3."
    )
    assert lines[4] == (
        "5. Stage 3. The Assistant Director of Children's Services answers in writing. Within 5 working days of "
        "receipt. If satisfied: resolved. If not satisfied, or no answer in time: on to Outside the authority."
    )
    assert lines[5] == (
        "6. Outside the authority. Child in care: Cafcass, until the age of 18. Child protection conference: "
        "no outside body."
    )


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        (a_stage(0, silence=True), "or by itself where no answer comes in time"),
        (replace(a_stage(0), on_silence="accepted"), "If satisfied, or no answer in time: resolved."),
        (replace(a_stage(0), on_no_decision="resolved"), "If satisfied, or no decision in time: resolved."),
        (replace(a_stage(0), kind="report"), "If still not resolved: on to Level 1."),
        (replace(a_stage(0), limit=None), "No time limit of its own."),
        (replace(a_stage(0), passed_over=False), "May not be passed over."),
    ],
)
def test_what_is_special_about_a_stage_is_on_the_chart(stage: Stage, line: str) -> None:
    assert line in text_alternative(shaped(stage, a_stage(1)))


def test_words_are_kept_whole_and_what_no_xml_may_hold_is_left_out() -> None:
    assert wrapped("one two  three", 46, 10) == ["one two", "three"]
    assert wrapped("", 40, 10) == [""]
    assert "".join(wrapped("W" * 50, 100, 10)) == "W" * 50
    procedure = replace(lincolnshire(), title="A <b>&\x07procedure")
    assert "A <b>& procedure" in (ET.fromstring(draw(procedure))[0].text or "")


@pytest.mark.client
@EVERY
def test_no_text_is_wider_in_a_browser_than_it_was_measured(name: str) -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(draw(SHAPES[name]))
        measured = page.evaluate("[...document.querySelectorAll('text')].map(text => text.getComputedTextLength())")
    areas = [text_area(text) for text in picture(name).iter(tag("text"))]
    assert len(measured) == len(areas)
    assert [(a.what, real) for a, real in zip(areas, measured, strict=True) if real > a.right - a.left] == []
