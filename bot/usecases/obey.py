"""What each typed command does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bot.domain.commands import MOST_ISSUES, Acknowledge
from bot.domain.forms import FormId
from bot.domain.working_time import london_date
from bot.usecases import ask, fill, show
from bot.usecases.digest import units_overseen
from bot.usecases.handle import handle
from bot.usecases.interpret import Meant, read_raise
from bot.usecases.see import see
from bot.usecases.talk import Said, Talk, say
from cards.procedure import procedure_card
from cards.words import clean, said
from storage import desk
from storage.desk import Draft

_REFERENCE = re.compile(r"[\w/-]{1,40}")
"""A child's reference that can be shown inside a line to type."""


def obey(talk: Talk, meant: Meant) -> Said:
    """Carry out one command, or offer the nearest where it is none. Raises `Refused` where it can't be done."""
    return _WORDS[meant.word](talk, meant) if meant.word else _guess(meant)


def _guess(meant: Meant) -> Said:
    if meant.rest.casefold().strip(" .!") in (ask.STOP, ask.SKIP, ask.BACK, ask.KEEP):
        return say("No question is open just now. Type `tray` for what waits for you, or `help`.")
    if not meant.guesses:
        return say("I don't know that word. Type `help` for everything I understand, or `tray` for what waits for you.")
    likely = " or ".join(f"`{line}`" for line in _corrected(meant))
    return say(f"I don't know that word. Did you mean {likely}? Type `help` for everything I understand.")


def _corrected(meant: Meant) -> tuple[str, ...]:
    """The whole line with each likely word in place of its first; the words alone where it can't be shown as it is."""
    _, *rest = meant.rest.split(maxsplit=1)
    if not rest or "`" in rest[0] or "<" in rest[0] or clean(rest[0]) != rest[0] or "\n" in rest[0]:
        return meant.guesses
    return tuple(f"{word} {rest[0]}" for word in meant.guesses)


def _needs_reference(meant: Meant) -> Said:
    return say(f"Which challenge? Type `{meant.word}` and its reference, like `{meant.word} PC-2026-0001`.")


def _raise(talk: Talk, meant: Meant) -> Said:
    line = read_raise(meant.rest)
    entries = {"child": line.child} if line.child else {}
    for number, (issue, outcome) in enumerate(line.issues[:MOST_ISSUES], start=1):
        entries |= {f"issue-{number}": issue} | ({f"outcome-{number}": outcome} if outcome else {})
    asked = (
        ask.begin(talk, "raise", line.child, entries)
        if talk.plain
        else say(fill.open_form(talk, "raise", line.child, entries))
    )
    return say(*_not_taken(line.issues[MOST_ISSUES:], line.child), *asked.parts)


def _not_taken(issues: Sequence[tuple[str, str]], child: str) -> Iterator[str]:
    """Which issues of a line had no room, and the line that raises them."""
    if not issues:
        return
    lines = [f"- {said(issue)}{f' > {said(outcome)}' if outcome else ''}" for issue, outcome in issues]
    again = f"`raise {child}: …`" if _REFERENCE.fullmatch(child) else "`raise`"
    yield "\n".join(
        [
            f"A challenge holds at most {MOST_ISSUES} issues. Not taken:",
            "",
            *lines,
            "",
            f"When this one is raised, raise another for the rest with {again}.",
        ]
    )


def _form(form: FormId, first: str = "") -> Callable[[Talk, Meant], Said]:
    """A command that opens a form, with the rest of the line in its first text."""

    def open_it(talk: Talk, meant: Meant) -> Said:
        if not meant.reference:
            return _needs_reference(meant)
        entries = {first: meant.rest} if first and meant.rest else {}
        if talk.plain:
            return ask.begin(talk, form, meant.reference, entries)
        return say(fill.open_form(talk, form, meant.reference, entries))

    return open_it


def _decide(talk: Talk, meant: Meant) -> Said:
    if not meant.reference:
        return _needs_reference(meant)
    card = show.present(talk, meant.reference)
    if not talk.plain:
        return say(card)
    ways = f"Type `resolve {meant.reference}`, `escalate {meant.reference}` or `withdraw {meant.reference}`."
    return say(card, ways)


def _acknowledge(talk: Talk, meant: Meant) -> Said:
    if not meant.reference:
        return _needs_reference(meant)
    challenge = see(talk, meant.reference, "acknowledge").challenge
    command = Acknowledge(request=challenge.current.number)
    handle(talk.office, talk.sent(command, f"typed/{talk.turn.message}"), meant.reference)
    return say(show.present(talk, meant.reference))


def _cards(talk: Talk, meant: Meant) -> Said:
    wanted = meant.rest.casefold()
    if wanted not in ("on", "off"):
        return say("Type `cards off` to get text in place of cards, `cards on` to get cards again.")
    with talk.office.database.writing() as connection:
        desk.keep_habit(connection, talk.me.id, plain=wanted == "off")
    if wanted == "off":
        return say("From now on you get text, and forms are asked as questions.")
    return say(f"Cards it is. {ask.pause(talk)}".strip())


def _digest(talk: Talk, _: Meant) -> Said:
    today = london_date(talk.turn.at)
    with talk.office.database.reading() as connection:
        if not units_overseen(talk.office, talk.office.directory(connection), talk.me.id, today):
            return say("You have no daily digest; type `tray` for what waits for you.")
        return say(show.digest(talk.office, connection, talk.me.id, talk.turn.at))


def _coded(act: Callable[[Talk, str], Said], in_text: Callable[[Talk, str], Said]) -> Callable[[Talk, Meant], Said]:
    """A command about something typed before, which is named by its code."""

    def do_it(talk: Talk, meant: Meant) -> Said:
        if not meant.rest:
            return _which(talk, meant.word)
        return in_text(talk, meant.rest) if talk.plain else act(talk, meant.rest)

    return do_it


def _which(talk: Talk, word: str) -> Said:
    with talk.office.database.reading() as connection:
        drafts = desk.drafts_of(connection, talk.me.id)[:5]
    if not drafts:
        return say(f"Nothing waits for your `{word}`. Type `tray` for what waits for you, or `help`.")
    if len(drafts) == 1:
        return say(f"Which one? Type `{word} {drafts[0].code}` for {_what(drafts[0])}.")
    lines = [f"- `{word} {draft.code}` for {_what(draft)}" for draft in drafts]
    return say("\n".join([f"Which one? Type `{word}` and the code under the preview:", "", *lines]))


def _what(draft: Draft) -> str:
    word = {"answer": "respond", "close": "withdraw"}.get(draft.form, draft.form)
    return f"what you began with `{word}`{f' about {said(draft.subject)}' if draft.subject else ''}"


def _page(meant: Meant) -> int:
    digits = meant.rest.casefold().removeprefix("page").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 1


def _show(talk: Talk, meant: Meant) -> Said:
    return show.show(talk, meant.reference, page=_page(meant)) if meant.reference else _needs_reference(meant)


def _procedure(talk: Talk, meant: Meant) -> Said:
    return say(procedure_card(talk.office.procedure, page=_page(meant), url=talk.office.public_url))


def _with_reference(view: Callable[[Talk, str], Said]) -> Callable[[Talk, Meant], Said]:
    return lambda talk, meant: view(talk, meant.reference) if meant.reference else _needs_reference(meant)


_WORDS: dict[str, Callable[[Talk, Meant], Said]] = {
    "raise": _raise,
    "tray": lambda talk, _: show.tray(talk),
    "show": _show,
    "why": _with_reference(show.why),
    "find": lambda talk, meant: show.find(talk, meant.rest),
    "ack": _acknowledge,
    "respond": _form("answer"),
    "decide": _decide,
    "resolve": _form("resolve", "how"),
    "escalate": _form("escalate", "reason"),
    "exhaust": _form("exhaust", "reason"),
    "wait": _form("wait", "until"),
    "withdraw": _form("close", "reason"),
    "note": _form("note", "words"),
    "issue": _form("issue"),
    "plan": _form("plan", "until"),
    "agree": _form("agree", "agreed"),
    "meeting": _form("meeting", "day"),
    "timescale": _form("limit", "until"),
    "pause": _form("pause"),
    "resume": _form("resume", "reason"),
    "reopen": _form("reopen"),
    "take": _form("take", "reason"),
    "yes": _coded(fill.confirm, ask.confirm),
    "edit": _coded(fill.reopen, ask.resume),
    "no": _coded(fill.discard, fill.discard),
    "procedure": _procedure,
    "digest": _digest,
    "cards": _cards,
    "help": lambda talk, _: say(show.help_me(talk)),
    "clock": lambda talk, _: say("Only the demo can move its clock."),
}
