"""One turn: who is it, what do they mean, what do they get."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from bot.domain.errors import Refused
from bot.telemetry.logs import Log
from bot.usecases import ask, fill, show
from bot.usecases.interpret import Meant, interpret, interruption
from bot.usecases.obey import obey
from bot.usecases.office import Office
from bot.usecases.ports import Address, Installed, Pressed, Removed, Reply, Shown, Turn, Typed
from bot.usecases.press import press
from bot.usecases.talk import Said, Talk, refusal, say
from storage import desk
from storage.database import Connection
from storage.desk import Draft

IN_PRIVATE = "I speak of challenges in personal chats only. Open a chat with me and ask me there."
ONE_INSTALLATION = timedelta(seconds=10)
"""Teams reports one installation twice, as two kinds of activity; only the first is greeted."""
RENEWED_AFTER = timedelta(minutes=10)
"""A person's address is written anew when it has changed or is as old as this."""
log = Log("bot.converse")


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
        log.info("stranger_wrote", person=turn.person)
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
        return say(refusal(refused))


def _typed(talk: Talk, text: str) -> Said:
    draft = _in_questions(talk) if talk.plain else None
    if draft is None:
        return obey(talk, interpret(text))
    if draft.asking == ask.REVIEW:
        return ask.at_review(talk, draft, text) or _after_review(talk, draft, interpret(text))
    meant = interruption(text)
    if meant is None or not _has_code(talk, meant):
        return ask.reply(talk, draft, text)
    try:
        done = obey(talk, meant)
    except Refused as refused:
        done = say(refusal(refused))
    return _with_question(talk, done)


def _after_review(talk: Talk, draft: Draft, meant: Meant) -> Said:
    done = obey(talk, meant)
    return done if meant.word else say(*done.parts, ask.ways_on(draft))


def _in_questions(talk: Talk) -> Draft | None:
    with talk.office.database.reading() as connection:
        return desk.draft_in_questions(connection, talk.me.id)


def _has_code(talk: Talk, meant: Meant) -> bool:
    """Whether what stands after `yes`, `no` or `edit` is a code: with a digit it is, "no beds" may be an answer."""
    if meant.word not in ("yes", "no", "edit") or any(letter.isdigit() for letter in meant.rest):
        return True
    with talk.office.database.reading() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, meant.rest)
        return draft is not None or fill.was_confirmed(talk, connection, meant.rest) is not None


def _with_question(talk: Talk, done: Said) -> Said:
    """What a command amid questions has led to, and once more the question that is open, unless it stands there."""
    question = ask.open_question(talk)
    if not question or any(isinstance(part, str) and question in part for part in done.parts):
        return done
    escape = f"(If that line was your answer, type it again after `{ask.ANYWAY}`)"
    return say(*done.parts, f"Your question is still open. {escape}\n\n{question}")
