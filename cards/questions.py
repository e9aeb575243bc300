"""A form gone through in text: one question at a time, then all the answers with their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.domain.forms import Field, Form, Section
from cards import words
from cards.parts import EARLIER

NOTHING = "(nothing)"


def question(form: Form, fields: Sequence[Field], field: Field, values: Mapping[str, str]) -> str:
    """One question with where it stands, what it is about, what can be chosen, and how to go on.

    `fields`: those that are asked of this person. `values`: the good answers that were given before.
    """
    value = values.get(field.id, "")
    head = f"**{words.said(form.title)}** ({fields.index(field) + 1} of {len(fields)})"
    hint = [f"({words.said(field.hint)})"] if field.hint else []
    choices = [f"{place}. {words.said(choice.title)}" for place, choice in enumerate(field.choices, start=1)]
    usual = [f"Usually: {shown(field, field.value)}"] if field.value and not value else []
    before = [f"Your answer so far: {shown(field, value)}"] if value else []
    ways = {"keep": bool(value), "skip": not field.required, "back": field != fields[0], "stop": True}
    return "\n\n".join(
        [
            head,
            *([words.said(form.lead)] if form.lead and field == fields[0] else []),
            *_about(_section(form, field)),
            *_matter(_section(form, field), field, values),
            f"**{words.said(field.label)}**",
            *hint,
            *(["\n".join(choices)] if choices else []),
            *usual,
            *before,
            " · ".join(f"`{way}`" for way, possible in ways.items() if possible),
        ]
    )


def answers(form: Form, fields: Sequence[Field], values: Mapping[str, str], *, most: int) -> str:
    """Every answer under its number, section by section. `most`: characters of one answer."""
    blocks = []
    for section in form.sections:
        lines = [
            f"- **{fields.index(field) + 1}** {words.said(field.label)} {_line(field, values.get(field.id, ''), most)}"
            for field in section.fields
            if field in fields
        ]
        if lines:
            blocks += [*_about(section, brief=True), "\n".join(lines)]
    return "\n\n".join(blocks)


def shown(field: Field, value: str) -> str:
    """A checked value as people say it: a choice by its title, a date in words."""
    if field.kind == "choice":
        return words.said(next((choice.title for choice in field.choices if choice.value == value), value))
    if field.kind == "date":
        try:
            return words.weekday(date.fromisoformat(value))
        except ValueError:
            pass
    return words.said(value)


def _line(field: Field, value: str, most: int) -> str:
    if not value:
        return NOTHING
    line = " ".join(value.split())
    return shown(field, words.short(line, most) if field.kind in ("line", "text") else line)


def _section(form: Form, field: Field) -> Section:
    return next(section for section in form.sections if field in section.fields)


def _matter(section: Section, field: Field, values: Mapping[str, str]) -> Iterator[str]:
    """Which of several matters a question is about: the answer to the first one of its section."""
    first = section.fields[0]
    if first != field and first.id.rpartition("-")[2].isdigit() and not section.about and values.get(first.id):
        yield words.said(words.short(" ".join(values[first.id].split()), EARLIER))


def _about(section: Section, *, brief: bool = False) -> Iterator[str]:
    if section.title:
        yield f"**{words.said(section.title)}**"
    for quoted in section.about:
        if not (brief and quoted.brief):
            text = words.short(quoted.words, EARLIER) if brief or quoted.brief else quoted.words
            yield f"{words.said(quoted.label)} {words.said(text)}".strip()
