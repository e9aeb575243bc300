"""What somebody can do here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.domain.procedure import Procedure
from cards import words
from cards.kit import Drawn, Element, button, drawn, facts, heading, row, text
from cards.verbs import HELP, PROCEDURE, TRAY

RAISING: Final[Mapping[str, str]] = {
    "raise": "a form for a new challenge; **raise CHILD** fills in the child",
    "raise CHILD: issue > outcome": "the same in one line; **;** between issues",
    "decide REF": "where it stands, the answer, and what you can do next",
    "resolve REF": "you are satisfied",
    "escalate REF": "go on to a later stage",
    "plan REF": "agree to the answer as the plan, and look at it again on a day",
    "issue REF": "add an issue",
    "wait REF": "wait for a late answer until a date",
    "withdraw REF": "withdraw, or close without going further",
    "take REF": "take over a colleague's, or hand one on",
}
ANSWERING: Final[Mapping[str, str]] = {"ack REF": "you have seen it", "respond REF": "answer each issue"}
SEEING: Final[Mapping[str, str]] = {
    "tray": "what waits for you, the soonest first",
    "show REF": "the whole record",
    "why REF": "how each date was counted",
    "note REF …": "add a note or a letter to the record",
    "find …": "look for a challenge",
    "digest": "today's digest of your area",
    "procedure": "the procedure in plain words",
    "cards off": "text in place of cards; **cards on** brings them back",
    "help": "this list",
}


def greeting(procedure: Procedure, *, name: str, raises: bool, oversees: bool) -> Drawn:
    """The first thing that the bot says to somebody. `raises`, `oversees`: what their post does."""
    first = [("raise", "start a new one")] if raises else []
    area = [("digest", "how your area stands")] if oversees else []
    what = words.said(procedure.names.challenge)
    body = [
        heading(f"Hello {words.said(name)}", top=True),
        text(
            f"I am here for {what}: matters that Independent Reviewing Officers raise about the care of children. You "
            "get a card when something is asked of you, and you answer in the card."
        ),
        text("I speak of children in this chat only, and never by name.", subtle=True),
        facts(
            *first, ("tray", "what waits for you, the soonest first"), *area, ("help", "everything that you can type")
        ),
        row(button("What waits for me", TRAY, main=True), button("Help", HELP), button("The procedure", PROCEDURE)),
    ]
    return drawn(body, "Hello: this is where challenges reach you")


def _of_this_procedure(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """Commands that only some procedures give something to do."""
    limits = [stage.limit for stage in procedure.stages if stage.limit is not None]
    if any(stage.gate is not None for stage in procedure.stages):
        yield "agree REF", "agree before a stage opens, or say why not"
    if any(stage.kind == "meeting" or stage.meeting is not None for stage in procedure.stages):
        yield "meeting REF", "fix the meeting, or move it"
    if any(limit.set_by for limit in limits):
        yield "timescale REF", "set another day for the answer"
    if any(pause.stops for pause in procedure.pauses):
        yield "pause REF", "let the clock stand still; **resume REF** lets it go on"
    if procedure.reopening is not None:
        yield "reopen REF", "take an ended one up again"


def help_card(procedure: Procedure, *, raises: bool, oversees: bool) -> Drawn:
    """What is of use to this person to type; capital letters and punctuation don't matter."""
    special = dict(_of_this_procedure(procedure))
    seeing = {command: does for command, does in SEEING.items() if oversees or command != "digest"}
    body = [
        heading("What you can type", top=True),
        text("Everything that a card does can be typed too. REF is a reference such as PC-2026-0042.", subtle=True),
        *(_commands("To raise and decide", RAISING) if raises else ()),
        *_commands("To answer", ANSWERING),
        *(_commands("If the procedure gives you this to do", special) if special else ()),
        *_commands("To see", seeing),
        row(button("What waits for me", TRAY, main=True), button("The procedure", PROCEDURE)),
    ]
    return drawn(body, "What you can type")


def _commands(title: str, lines: Mapping[str, str]) -> tuple[Element, Element]:
    return heading(title, gap="Medium"), facts(*lines.items())
