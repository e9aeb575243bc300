"""What somebody can do here, and the procedure in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.domain.procedure import Happening, Procedure, Stage
from cards import words
from cards.kit import Drawn, Element, bullets, button, drawn, facts, group, heading, row, size, text
from cards.verbs import HELP, PROCEDURE, TRAY

PAGE = 12 * 1024
RAISING: Final[Mapping[str, str]] = {
    "raise": "a form for a new challenge; **raise CHILD** fills in the child",
    "raise CHILD: issue > outcome": "the same in one line; **;** between issues",
    "decide REF": "where it stands, the answer, and what you can do next",
    "resolve REF": "you are satisfied",
    "escalate REF": "go on to a later stage",
    "issue REF": "add an issue",
    "wait REF": "wait for a late answer until a date",
    "withdraw REF": "withdraw, or close without going further",
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
TOLD: Mapping[Happening, str] = {
    "opened": "when it opens",
    "acknowledged": "when it is acknowledged",
    "answered": "of the answer",
    "overdue": "when no answer comes in time",
    "resolved": "when it is resolved",
    "closed": "when it is closed",
    "exhausted": "when all stages have been used",
    "issue added": "when an issue is added",
    "total overdue": "when the time for all stages is over",
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


def help_card(*, raises: bool, oversees: bool) -> Drawn:
    """What is of use to this person to type; capital letters and punctuation don't matter."""
    seeing = {command: does for command, does in SEEING.items() if oversees or command != "digest"}
    body = [
        heading("What you can type", top=True),
        text("Everything that a card does can be typed too. REF is a reference such as PC-2026-0042.", subtle=True),
        *(_commands("To raise and decide", RAISING) if raises else ()),
        *_commands("To answer", ANSWERING),
        *_commands("To see", seeing),
        row(button("What waits for me", TRAY, main=True), button("The procedure", PROCEDURE)),
    ]
    return drawn(body, "What you can type")


def _commands(title: str, lines: Mapping[str, str]) -> tuple[Element, Element]:
    return heading(title, gap="Medium"), facts(*lines.items())


def procedure_card(procedure: Procedure, *, page: int = 1) -> Drawn:
    """The procedure in force, in plain words: who is asked, how long they have, who is told, what was assumed."""
    pages: list[list[Element]] = [[]]
    for element in _procedure(procedure):
        if pages[-1] and size({"body": [*pages[-1], element]}) > PAGE:
            pages.append([])
        pages[-1].append(element)
    here = min(max(page, 1), len(pages))
    more = [button("Next page", PROCEDURE, {"page": here + 1})] if here < len(pages) else []
    back = [button("Page before", PROCEDURE, {"page": here - 1})] if here > 1 else []
    body = [heading(words.said(procedure.title), top=True), *pages[here - 1]]
    if more or back:
        body.append(text(f"Page {here} of {len(pages)}", subtle=True, small=True))
        body.append(row(*more, *back))
    return drawn(body, "The procedure in plain words")


def _procedure(procedure: Procedure) -> Iterator[Element]:
    version = f"version {words.said(procedure.version)}, in force from {words.in_words(procedure.in_force)}"
    yield text(f"{words.said(procedure.authority)}, {version}", subtle=True, gap="None")
    raisers = words.listed((words.said(procedure.title_of(role)) for role in sorted(procedure.raising_roles)), "or")
    start = words.said(procedure.stage(procedure.start).title)
    total = words.count(procedure.overall.limit.count, "working day")
    decide = words.count(procedure.decide_within.count, "working day")
    yield text(
        f"A challenge is raised by the {raisers}. It usually starts at {start}; any other start needs a reason. Every "
        f"stage may be passed over. All formal stages together take at most {total}, and moving on never restarts "
        f"them. After an answer the person who raised it decides within {decide}."
    )
    yield from bullets(words.said(principle) for principle in procedure.principles)
    for stage in procedure.stages:
        yield _stage(stage, procedure)
    bodies = [f"{words.said(arena.title)}: {words.said(arena.outside_body) or 'nobody'}" for arena in procedure.arenas]
    yield group(
        heading("After the last stage"), text(f"Can be referred to: {'; '.join(bodies)}.", gap="Small"), line=True
    )
    if procedure.assumed:
        yield group(
            heading("What the text leaves open, and what was assumed"),
            *bullets(f"**{words.said(one.chosen)}**: {words.said(one.why)}" for one in procedure.assumed),
            line=True,
            gap="Medium",
        )
    yield text(f"Source: {words.said(procedure.source)}", subtle=True, small=True)


def _stage(stage: Stage, procedure: Procedure) -> Element:
    tier = procedure.names.formal if stage.formal else procedure.names.informal
    return group(
        heading(words.said(stage.title)),
        text(words.said(tier), subtle=True, small=True, gap="None"),
        *([text(words.said(stage.purpose), gap="Small")] if stage.purpose else []),
        facts(
            ("Answers", words.listed((words.said(procedure.title_of(role)) for role in stage.answered_by), "or")),
            ("Within", words.count(stage.limit.count, "working day")),
        ),
        *(text(line, small=True, gap="Small") for line in _told(stage, procedure)),
        line=True,
        gap="Medium",
    )


def _told(stage: Stage, procedure: Procedure) -> Iterator[str]:
    """Who is told of what, the same people once: `Told when it opens: …`."""
    occasions: dict[tuple[str, ...], list[str]] = {}
    for happening, occasion in TOLD.items():
        if roles := procedure.told(stage.id, happening):
            occasions.setdefault(roles, []).append(occasion)
    for roles, told in occasions.items():
        people = words.listed(words.said(procedure.title_of(role)) for role in roles)
        yield f"**Told {words.listed(told)}:** {people}"
