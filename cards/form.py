"""Any form of the domain as a card of its own, or as the part of a card that a button opens.

An input says what it asks twice over: in `label`, which newer clients show and read out, and in `placeholder`, which is
all that a 1.2 client shows. So choices lie open only where their titles speak for themselves ("I accept it"); "Yes" and
"No" stay in a compact list, which has a placeholder. A second visible question above each input would be read twice.

Input ids are `form.field`, so that several forms in one card don't clash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from bot.domain.forms import Field, Form, Section
from cards import words
from cards.kit import (
    LENGTHS,
    LIMIT,
    Action,
    Drawn,
    Element,
    button,
    drawn,
    group,
    heading,
    panel,
    quote,
    row,
    size,
    text,
)
from cards.parts import EARLIER
from cards.verbs import MORE, SUBMIT

Texts = Mapping[str, str]
"""By field id."""
NOTHING: Final[Texts] = MappingProxyType({})

OPEN_CHOICES = 4
"""At most so many choices lie open; more are a list that unfolds, and a long one can be searched."""
LONG_LIST = 12


def form_card(
    form: Form,
    *,
    values: Texts = NOTHING,
    faults: Texts = NOTHING,
    data: Mapping[str, Any],
    more: str = "",
    extra: Sequence[Action] = (),
    notice: str = "",
    about: Sequence[Element] = (),
) -> Drawn:
    """A form with what has been typed so far and, beside each field, what is wrong with it.

    `data` is what its button carries: ref, n, nonce. `more` titles a button that adds a row to the form; then the
    client must not insist on complete answers, and only the server checks. Where what was typed would make the card
    too large, the longest texts that need no change are left out, and `kept` in the data names their fields.
    """
    for most, kept in _attempts(_longest(form, values, faults)):
        body = [
            heading(words.said(form.title), top=True),
            *([text(words.said(form.lead), subtle=True, gap="Small")] if form.lead else []),
            *([panel(text(words.said(notice)))] if notice else []),
            *about,
            *_wrong(faults),
            *form_body(form, values=values, faults=faults, kept=kept, strict=not more, most=most),
            row(*_buttons(form, data, kept, more), *extra, gap="Large"),
        ]
        card = drawn(body, _summary(form, data, faults))
        if size(card.card) < LIMIT:
            break
    return card


def _attempts(longest: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """What to try until the card is small enough: what others wrote shorter, then texts of one's own left out."""
    yield from ((most, ()) for most in LENGTHS[:3])
    yield from ((LENGTHS[2], tuple(longest[: count + 1])) for count in range(len(longest)))


def form_part(form: Form, data: Mapping[str, Any], *, most: int = LENGTHS[0]) -> list[Element]:
    """The form as the part of another card that a button opens."""
    lead = [text(words.said(form.lead), subtle=True)] if form.lead else []
    return [*lead, *form_body(form, most=most), row(*_buttons(form, data, (), ""))]


def form_body(
    form: Form,
    *,
    values: Texts = NOTHING,
    faults: Texts = NOTHING,
    kept: tuple[str, ...] = (),
    strict: bool = True,
    most: int = LENGTHS[0],
) -> list[Element]:
    """The sections and their fields. `most`: characters of what others wrote above the fields."""
    body: list[Element] = []
    for number, section in enumerate(form.sections):
        body.extend(_head(section, first=number == 0, most=most))
        for field in section.fields:
            value = values.get(field.id, field.value)
            if field.id in kept:
                body.append(_kept(field, value))
            else:
                body.extend(_field(form, field, value, faults.get(field.id, ""), strict))
    return body


def _head(section: Section, *, first: bool, most: int) -> Iterator[Element]:
    items: list[Element] = []
    if section.title:
        items.append(heading(words.said(section.title)))
    for quoted in section.about:
        length = min(most, EARLIER) if quoted.brief else most
        items.append(quote(quoted.words, label=quoted.label, most=length, gap="Small"))
    if items:
        yield group(*items, line=not first, gap="Medium")


def _field(form: Form, field: Field, value: str, fault: str, strict: bool) -> Iterator[Element]:
    if fault:
        yield text(f"⚠ {words.said(fault)}", look="attention", bold=True, gap="Large")
    label = _label(field)
    element: Element = {"id": f"{form.id}.{field.id}", "label": label, "placeholder": _placeholder(field)}
    match field.kind:
        case "line" | "text":
            element |= {"type": "Input.Text", "maxLength": field.most, "isMultiline": field.kind == "text"}
            element |= {"value": words.inert(value)} if value else {}
            element["errorMessage"] = "Please answer this." if field.required else f"At most {field.most} characters."
        case "date":
            element |= {"type": "Input.Date", "errorMessage": "Please choose a day."}
            element |= {"value": value} if _is_day(value) else {}
        case "choice":
            element |= _choices(field, value)
    if field.required and strict:
        element["isRequired"] = True
    if fault:
        element["spacing"] = "Small"
    yield element


def _choices(field: Field, value: str) -> Element:
    choices = [{"title": words.clean(choice.title), "value": choice.value} for choice in field.choices]
    style = "expanded" if _lies_open(field) else "compact"
    element: Element = {
        "type": "Input.ChoiceSet",
        "choices": choices,
        "style": "filtered" if len(choices) > LONG_LIST else style,
        "errorMessage": "Please choose one.",
        "wrap": True,
    }
    return element | ({"value": value} if value in {choice.value for choice in field.choices} else {})


def _lies_open(field: Field) -> bool:
    """Some clients read open choices as markdown, so their titles must have no sign that means something there."""
    titles = [choice.title for choice in field.choices]
    speaking = all(" " in title and words.said(title) == title for title in titles)
    return field.kind == "choice" and speaking and len(field.choices) <= OPEN_CHOICES


def _shows_placeholder(field: Field) -> bool:
    """Whether clients show the placeholder of such an input; where they don't, the hint stands in the label."""
    return field.kind != "date" and not _lies_open(field)


def _label(field: Field) -> str:
    label = words.clean(field.label)
    asides = [] if field.required or label.endswith(")") else ["optional"]
    if field.hint and not _shows_placeholder(field):
        asides.append(field.hint[:1].lower() + field.hint[1:])
    return f"{label} ({words.clean('; '.join(asides))})" if asides else label


def _placeholder(field: Field) -> str:
    if not _shows_placeholder(field):
        return _label(field)
    return words.clean(f"{field.hint.rstrip('.')}. {field.label}" if field.hint else field.label)


def _is_day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _kept(field: Field, value: str) -> Element:
    return group(
        text(words.said(field.label), bold=True),
        quote(value, most=80, gap="Small"),
        text("Kept whole as you wrote it; too long to show here again.", subtle=True, small=True, gap="Small"),
    )


def _longest(form: Form, values: Texts, faults: Texts) -> list[str]:
    """Fields with text that needs no change, the longest first."""
    texts = [field.id for field in form.fields if field.kind == "text" and field.id not in faults]
    return sorted((id for id in texts if len(values.get(id, "")) > 80), key=lambda id: -len(values[id].encode()))


def _wrong(faults: Texts) -> Iterator[Element]:
    if faults:
        needs = "1 answer needs" if len(faults) == 1 else f"{len(faults)} answers need"
        yield panel(text(f"⚠ {needs} another look. Nothing you typed is lost.", bold=True), look="attention")


def _buttons(form: Form, data: Mapping[str, Any], kept: tuple[str, ...], more: str) -> Iterator[Action]:
    carried = {"form": form.id, **data} | ({"kept": " ".join(kept)} if kept else {})
    if "nonce" in data:
        carried["nonce"] = f"{data['nonce']}.{form.id}"
    yield button(form.button, SUBMIT, carried, main=True)
    if more:
        yield button(more, MORE, carried)


def _summary(form: Form, data: Mapping[str, Any], faults: Texts) -> str:
    about = str(data.get("ref", "")) or "A new challenge"
    return f"{about}: some answers need another look" if faults else f"{about}: a form to fill in"
