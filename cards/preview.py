"""What will happen, before it does: the preview of a new challenge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.challenge import Challenge
from bot.domain.events import ChallengeRaised, StageOpened, StageProposed
from bot.domain.procedure import Procedure
from cards import parts, words
from cards.kit import Drawn, Element, bullets, button, drawn, facts, fitting, heading, panel, row, text
from cards.verbs import CHANGE, CONFIRM, DISCARD, SHOW

MOST_OTHERS = 5


def preview_card(
    raised: ChallengeRaised,
    opened: StageOpened | StageProposed,
    procedure: Procedure,
    *,
    others: tuple[Challenge, ...],
    code: str,
    age: int | None,
    note: str = "",
) -> Drawn:
    """Who will be asked, by when, who will be told, and what they will read. Nothing is sent before it is confirmed.

    `others`: the challenges about the same child, or a brother or sister, that are open now. `note`: what to think of
    before confirming, such as that somebody else is this child's reviewing officer.
    """
    over = [
        *_others(others, raised.child, procedure),
        *([panel(text(f"⚠ {words.said(note)}"), look="warning")] if note else []),
    ]
    return fitting(lambda most: _drawn(raised, opened, procedure, over, code, age, most))


def _drawn(
    raised: ChallengeRaised,
    opened: StageOpened | StageProposed,
    procedure: Procedure,
    over: Sequence[Element],
    code: str,
    age: int | None,
    most: int,
) -> Drawn:
    texts = [raised.impact, *(detail.words for detail in raised.details)]
    texts += [one for issue in raised.issues for one in (issue.text, issue.outcome)]
    child = words.child(raised.child, raised.initials, age)
    body = [
        *over,
        text(f"Preview: {words.said(procedure.names.challenge)} about {child}", subtle=True, small=True),
        heading("Nothing is sent yet. Is this right?", top=True, gap="Small"),
        *([_vacant(opened, procedure)] if not opened.asked and getattr(opened, "decide_by", None) is None else []),
        facts(*_facts(raised, opened, procedure)),
        *parts.why_opened(opened, most=most),
        *parts.issues(raised.issues, procedure, most=most),
        parts.why_it_matters(raised, procedure, most=most),
        *parts.shortened(texts, most),
        *_choices(code),
    ]
    return drawn(body, "A new challenge waits for you to confirm it")


def _others(others: tuple[Challenge, ...], child: str, procedure: Procedure) -> Iterator[Element]:
    if not others:
        return
    thing, is_open = ("challenge", "is") if len(others) == 1 else ("challenges", "are")
    lines = [_other(other, child, procedure) for other in others[:MOST_OTHERS]]
    if len(others) > MOST_OTHERS:
        lines.append(f"and {len(others) - MOST_OTHERS} more")
    yield panel(
        text(f"{len(others)} other {thing} about this child or a brother or sister {is_open} open", bold=True),
        *bullets(lines),
        text("Nothing is merged: this one will stand on its own.", gap="Small"),
        row(*(button(f"Show {other.reference}", SHOW, {"ref": other.reference}) for other in others[:MOST_OTHERS])),
    )


def _other(other: Challenge, child: str, procedure: Procedure) -> str:
    about = f" about {words.said(other.child)}" if other.child != child else ""
    deadline = parts.due_now(other) if other.state != "stages exhausted" else None
    due = f", due {words.in_words(deadline.due_on)}" if deadline is not None else ""
    return f"{other.reference}{about}: {parts.stage_title(procedure, other.current.stage)}, {other.state}{due}"


def _vacant(opened: StageOpened | StageProposed, procedure: Procedure) -> Element:
    stage = parts.stage_of(procedure, opened.stage)
    titles = words.listed((procedure.title_of(role) for role in stage.answered_by), "or") if stage else ""
    return panel(
        text(f"⚠ Nobody holds the post of {words.said(titles)} at present", bold=True),
        text(
            "You can raise it all the same. The dates run, you and the people who run this bot are told at once, "
            "and whoever takes up the post is asked.",
            gap="Small",
        ),
        look="warning",
    )


def _facts(
    raised: ChallengeRaised, opened: StageOpened | StageProposed, procedure: Procedure
) -> Iterator[tuple[str, str]]:
    if raised.also:
        yield "Also about", words.listed(words.said(child) for child in raised.also)
    if isinstance(opened, StageProposed):
        yield "Agreement", words.people(opened.asked, procedure, "or")
        yield "Due", parts.date_of(opened.due)
        yield "Then", f"{parts.stage_title(procedure, opened.stage)} opens, or you open it all the same"
        yield "Told", words.people(opened.told, procedure) or "Nobody else"
        yield "Arena", parts.arena_title(procedure, raised.arena)
        return
    if opened.decide_by is not None:
        yield "Reported to", words.people(opened.told, procedure) or "Nobody at present"
    else:
        yield "Asked", words.people(opened.asked, procedure, "or") or "Nobody at present"
    if opened.due is not None:
        yield "Due", f"{parts.date_of(opened.due)} ({words.span(opened.due)})"
    if opened.decide_by is None:
        yield "Told", words.people(opened.told, procedure) or "Nobody else"
    yield "Stage", parts.stage_title(procedure, opened.stage)
    yield "Arena", parts.arena_title(procedure, raised.arena)
    if opened.total is not None:
        yield "All stages", f"End by {words.moment(opened.total.due_at)} ({words.span(opened.total)})"
    elif procedure.overall is not None:
        yield "All stages", f"The {words.limit(procedure.overall.limit)} start only if it goes formal"


def _choices(code: str) -> Iterator[Element]:
    data = {"code": code}
    raise_it = button("Raise it", CONFIRM, data, main=True)
    yield row(raise_it, button("Change", CHANGE, data), button("Discard", DISCARD, data), gap="Large")
    yield text(f"Or type **yes {words.said(code)}**", subtle=True, small=True)


def counted_card(said: str) -> Drawn:
    """What takes the place of a form whose issues are all followed as a theme."""
    return drawn([heading("Counted, not escalated", top=True), text(words.said(said))], "Counted for its theme")


def discarded_card() -> Drawn:
    """What takes the place of a preview that was discarded."""
    return drawn([text("Discarded. Nothing was sent.")], "Discarded")
