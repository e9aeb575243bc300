"""One turn: who is it, what do they mean, what do they get."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

from bot.domain.commands import Acknowledge
from bot.domain.errors import Refused
from bot.domain.forms import FormId
from bot.usecases import ask, fill, show
from bot.usecases.handle import handle
from bot.usecases.interpret import Meant, interpret, read_raise
from bot.usecases.office import Office
from bot.usecases.ports import Address, Installed, Pressed, Removed, Reply, Shown, Turn, Typed
from bot.usecases.press import press
from bot.usecases.talk import CODE_LENGTH, Said, Talk, say
from cards.help import procedure_card
from storage import desk
from storage.database import Connection

IN_PRIVATE = "I speak of challenges in personal chats only. Open a chat with me and ask me there."
ONE_INSTALLATION = timedelta(seconds=10)
"""Teams reports one installation twice, as two kinds of activity; only the first is greeted."""
RENEWED_AFTER = timedelta(minutes=10)
"""A person's address is written anew when it has changed or is as old as this."""
log = logging.getLogger("bot.converse")


def converse(office: Office, turn: Turn) -> Reply:
    """The whole of one turn. What a person can act on is in the reply; only a fault of ours is raised."""
    if not turn.personal:
        return Reply() if isinstance(turn.ask, Installed | Removed) else Reply(shown=(Shown(text=IN_PRIVATE),))
    if isinstance(turn.ask, Installed | Removed) and not _note(office, turn):
        return Reply()
    with office.database.reading() as connection:
        me = office.directory(connection).people.get(turn.person)
        known = turn.address is None or _is_known(connection, turn.address, turn)
        plain = desk.prefers_plain(connection, turn.person)
    if me is None:
        log.info("somebody whom the directory doesn't know wrote")
        return Reply(shown=(Shown(text=_stranger(office)),))
    if turn.address is not None and not known:
        with office.database.writing() as connection:
            desk.keep_address(connection, asdict(turn.address), turn.at)
    talk = Talk(office=office, turn=turn, me=me, plain=plain)
    return _answer(talk).as_reply(plain)


def _note(office: Office, turn: Turn) -> bool:
    """Note that the bot was removed; of an installation, whether it is news."""
    if isinstance(turn.ask, Removed):
        with office.database.writing() as connection:
            desk.drop_address(connection, turn.person)
        return False
    with office.database.reading() as connection:
        return not desk.seen_since(connection, turn.person, turn.at - ONE_INSTALLATION)


def _is_known(connection: Connection, address: Address, turn: Turn) -> bool:
    """Whether the address needn't be written. An installation always is, so that the next report of it is known."""
    recently = turn.at - RENEWED_AFTER
    return not isinstance(turn.ask, Installed) and desk.reached_since(connection, asdict(address), recently)


def _stranger(office: Office) -> str:
    return (
        "I don't know you, so I can't show or do anything. If your work concerns challenges about children in "
        f"care, ask {office.operator_email} to add your post to the directory."
    )


def _answer(talk: Talk) -> Said:
    try:
        match talk.turn.ask:
            case Typed(text=text):
                return _typed(talk, text)
            case Pressed() as pressed:
                return press(talk, pressed)
            case _:
                return say(show.greet(talk))
    except Refused as refused:
        return say(refused.sentence)


def _typed(talk: Talk, text: str) -> Said:
    meant = interpret(text)
    if talk.plain and not _leaves_questions(meant):
        with talk.office.database.reading() as connection:
            draft = desk.draft_in_questions(connection, talk.me.id)
        if draft is not None:
            return ask.reply(talk, draft, text)
    return _WORDS[meant.word](talk, meant) if meant.word else _guess(meant)


def _leaves_questions(meant: Meant) -> bool:
    """Whether a line that comes amid questions is a command all the same: hardly any answer reads like one."""
    if meant.word in ("yes", "no", "edit"):
        return len(meant.rest) == CODE_LENGTH and meant.rest.isalnum()
    return bool(meant.reference) or (meant.word in ("tray", "help", "cards") and len(meant.rest) <= len("off"))


def _guess(meant: Meant) -> Said:
    if meant.guesses:
        likely = " or ".join(f"`{word}`" for word in meant.guesses)
        return say(f"I don't know that word. Did you mean {likely}? Type `help` for everything I understand.")
    return say("I don't know that word. Type `help` for everything I understand, or `tray` for what waits for you.")


def _needs_reference(meant: Meant) -> Said:
    return say(f"Which challenge? Type `{meant.word}` and its reference, like `{meant.word} PC-2026-0001`.")


def _raise(talk: Talk, meant: Meant) -> Said:
    line = read_raise(meant.rest)
    entries = {"child": line.child} if line.child else {}
    for number, (issue, outcome) in enumerate(line.issues, start=1):
        entries |= {f"issue-{number}": issue} | ({f"outcome-{number}": outcome} if outcome else {})
    if talk.plain:
        return ask.begin(talk, "raise", line.child, entries)
    return say(fill.open_form(talk, "raise", line.child, entries))


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
    with talk.office.database.reading() as connection:
        challenge, _, _, _ = show.visible(talk.office, connection, meant.reference, talk.me.id, talk.turn.at)
    command = Acknowledge(request=challenge.current.number)
    handle(talk.office, talk.sent(command, f"typed/{talk.turn.message}"), meant.reference)
    return say(show.present(talk, meant.reference))


def _cards(talk: Talk, meant: Meant) -> Said:
    wanted = meant.rest.casefold()
    if wanted not in ("on", "off"):
        return say("Type `cards off` to get text in place of cards, `cards on` to get cards again.")
    with talk.office.database.writing() as connection:
        desk.keep_habit(connection, talk.me.id, plain=wanted == "off")
    return say("From now on you get text, and forms are asked as questions." if wanted == "off" else "Cards it is.")


def _digest(talk: Talk, _: Meant) -> Said:
    with talk.office.database.reading() as connection:
        return say(show.digest(talk.office, connection, talk.me.id, talk.turn.at))


def _page(meant: Meant) -> int:
    digits = meant.rest.casefold().removeprefix("page").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 1


def _show(talk: Talk, meant: Meant) -> Said:
    return show.show(talk, meant.reference, page=_page(meant)) if meant.reference else _needs_reference(meant)


def _procedure(talk: Talk, meant: Meant) -> Said:
    return say(procedure_card(talk.office.procedure, page=_page(meant)))


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
    "yes": lambda talk, meant: fill.confirm(talk, meant.rest),
    "edit": lambda talk, meant: fill.reopen(talk, meant.rest),
    "no": lambda talk, meant: fill.discard(talk, meant.rest),
    "procedure": _procedure,
    "digest": _digest,
    "cards": _cards,
    "help": lambda talk, _: say(show.help_me(talk)),
    "clock": lambda talk, _: say("Only the demo can move its clock."),
}
