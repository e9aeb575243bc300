"""What will happen, before it does: the preview of a new challenge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.challenge import Challenge
from bot.domain.events import ChallengeRaised, StageOpened
from bot.domain.procedure import Procedure
from cards import parts, words
from cards.kit import Drawn, Element, bullets, button, drawn, facts, fitting, heading, panel, quote, row, text
from cards.verbs import CHANGE, CONFIRM, DISCARD, SHOW

MOST_OTHERS = 5


def preview_card(
    raised: ChallengeRaised,
    opened: StageOpened,
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
    opened: StageOpened,
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
        *([_vacant(opened, procedure)] if not opened.asked else []),
        facts(*_facts(raised, opened, procedure)),
        *([quote(opened.reason, label="Why this stage:", most=most)] if opened.reason else []),
        *parts.issues(raised.issues, procedure, most=most),
        parts.why_it_matters(raised.impact, raised.details, most=most),
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
    due = f", due {words.in_words(parts.due_now(other).due_on)}" if other.state != "stages exhausted" else ""
    return f"{other.reference}{about}: {parts.stage_title(procedure, other.current.stage)}, {other.state}{due}"


def _vacant(opened: StageOpened, procedure: Procedure) -> Element:
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


def _facts(raised: ChallengeRaised, opened: StageOpened, procedure: Procedure) -> Iterator[tuple[str, str]]:
    yield "Asked", words.people(opened.asked, procedure, "or") or "Nobody at present"
    yield "Due", f"{words.moment(opened.due.due_at)} ({words.count(opened.due.limit, 'working day')})"
    yield "Told", words.people(opened.told, procedure) or "Nobody else"
    yield "Stage", parts.stage_title(procedure, opened.stage)
    yield "Arena", parts.arena_title(procedure, raised.arena)
    limit = words.count(procedure.overall.limit.count, "working day")
    if opened.total is not None:
        yield "All stages", f"End by {words.moment(opened.total.due_at)} ({limit})"
    else:
        yield "All stages", f"The {limit} start only if it goes formal"


def _choices(code: str) -> Iterator[Element]:
    data = {"code": code}
    raise_it = button("Raise it", CONFIRM, data, main=True)
    yield row(raise_it, button("Change", CHANGE, data), button("Discard", DISCARD, data), gap="Large")
    yield text(f"Or type **yes {words.said(code)}**", subtle=True, small=True)


def discarded_card() -> Drawn:
    """What takes the place of a preview that was discarded."""
    return drawn([text("Discarded. Nothing was sent.")], "Discarded")
