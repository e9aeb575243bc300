"""The forms: what is asked of whom, and whether what came back will do.

One description of a form serves the card that shows it, the check on the server, and the questions that go through
the same form in text for somebody whose phone can't show cards. Values are what people typed: text by field id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.domain.errors import FormIncomplete

FormId = Literal[
    "raise",
    "issue",
    "answer",
    "resolve",
    "plan",
    "escalate",
    "exhaust",
    "wait",
    "close",
    "note",
    "agree",
    "meeting",
    "limit",
    "pause",
    "resume",
    "reopen",
    "take",
]
Values = Mapping[str, str]

LINE, TEXT = 120, 600
"""The most characters of a one-line and of a longer answer, so that a card of five issues fits into a message."""


@dataclass(frozen=True)
class Choice:
    value: str
    title: str
    also: str = ""
    """A word that people type for it, where the title doesn't have it."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form."""

    id: str
    label: str
    kind: Literal["line", "text", "choice", "date"]
    required: bool = False
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    value: str = ""
    """What stands in it at first."""

    @property
    def most(self) -> int:
        """Characters."""
        return LINE if self.kind == "line" else TEXT


@dataclass(frozen=True)
class Quoted:
    """Somebody's own words that a section is about, after a label of ours."""

    words: str
    label: str = ""
    brief: bool = False
    """Whether its beginning is enough, as it stands whole elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Fields that belong together, under words that say what they are about."""

    title: str = ""
    about: tuple[Quoted, ...] = ()
    fields: tuple[Field, ...]

    @property
    def lead(self) -> str:
        """What it is about, as one text."""
        return "\n\n".join(f"{quoted.label} {quoted.words}".strip() for quoted in self.about)


@dataclass(frozen=True, kw_only=True)
class Form:
    """Everything that is asked at once for one act."""

    id: FormId
    title: str
    lead: str
    sections: tuple[Section, ...]
    button: str

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.sections for field in section.fields)

    @property
    def quotes(self) -> bool:
        """Whether it shows what stands in the record: what it is about, or words to be put anew."""
        about = any(section.about for section in self.sections)
        return about or any(field.kind == "text" and field.value for field in self.fields)


def check(form: Form, values: Values, today: date) -> dict[str, str]:
    """The values with dates as ISO text and choices by value; empty ones left out.

    Raises `FormIncomplete` with a sentence for each field that won't do.
    """
    good: dict[str, str] = {}
    bad: dict[str, str] = {}
    for field in form.fields:
        given = values.get(field.id, "").strip()
        if not given:
            if field.required:
                bad[field.id] = f"{field.label.rstrip('?:.')}: please answer this."
            continue
        try:
            good[field.id] = _checked(field, given, today)
        except ValueError as wrong:
            bad[field.id] = f"{field.label.rstrip('?:.')}: {wrong}"
    if bad:
        raise FormIncomplete(bad)
    return good


def _checked(field: Field, given: str, today: date) -> str:
    if field.kind == "date":
        return read_date(given, today).isoformat()
    if field.kind == "choice":
        return _chosen(field, given)
    if len(given) > field.most:
        raise ValueError(f"{len(given)} characters; at most {field.most} fit. Shorten it or add a note.")
    return given


def _chosen(field: Field, given: str) -> str:
    """By value, by number as listed in text, by the start of its title, or by words that only its title has."""
    typed = given.strip(" .,;:!?)").casefold()
    for number, choice in enumerate(field.choices, start=1):
        if typed in (choice.value.casefold(), choice.title.casefold(), str(number)):
            return choice.value
    for fits in (_begins, _has_words):
        found = [choice for choice in field.choices if typed and fits(choice, typed)]
        if len(found) == 1:
            return found[0].value
    titles = ", ".join(choice.title for choice in field.choices)
    raise ValueError(f"“{given}” isn't one of: {titles}.")


def _begins(choice: Choice, typed: str) -> bool:
    return choice.title.casefold().startswith(typed)


def _has_words(choice: Choice, typed: str) -> bool:
    """Whether each typed word is one of the title's, or begins one with three letters or more."""
    words = _words(f"{choice.title} {choice.also}")
    return bool(_words(typed)) and all(
        any(word == part or (len(part) > 2 and word.startswith(part)) for word in words) for part in _words(typed)
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"[-'’]", "", text.casefold()))


def read_date(given: str, today: date) -> date:
    """A day as people write it: 12 June, Fri 12 June 2026, 12/6/2026, 2026-06-12, tomorrow, Friday, next Friday.

    A day without a year is the next such day, and a weekday alone the next one after today; with "next" it is that
    of the week after this. Raises `ValueError` with a sentence.
    """
    text = " ".join(given.casefold().replace(",", " ").split()).rstrip(" .")
    text = re.sub(r"\b([0-9]{1,2})(st|nd|rd|th)\b", r"\1", re.sub(r"^(on|by|this) ", "", text))
    if text in ("today", "tomorrow"):
        return today + timedelta(days=int(text == "tomorrow"))
    if (coming := _coming(text, today)) is not None:
        return coming
    first, _, rest = text.partition(" ")
    weekday = _weekday(first)
    text = text if weekday is None else rest
    for candidate, yearless in ((text, False), (f"{text} {today.year}", True), (f"{text} {today.year + 1}", True)):
        found = _date_in(candidate)
        if found and not (yearless and found < today) and weekday in (None, found.weekday()):
            return found
    raise ValueError(f"“{given}” isn't a date this can read. Write it like 12 June 2026.")


def _coming(text: str, today: date) -> date | None:
    """`friday`, `next friday`."""
    weekday = _weekday(text.removeprefix("next "))
    if weekday is None:
        return None
    if text.startswith("next "):
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _weekday(word: str) -> int | None:
    return next((number for number, name in enumerate(_WEEKDAYS) if len(word) > 2 and name.startswith(word)), None)


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _date_in(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None
