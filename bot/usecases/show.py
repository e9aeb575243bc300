"""What a person can see: the present card of a challenge, its record, its dates, their tray."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

from bot.domain.access import Relation, may
from bot.domain.challenge import Challenge
from bot.domain.facts import Facts
from bot.domain.working_time import london_date, working_days_left
from bot.usecases.digest import standings_for, units_overseen
from bot.usecases.handle import Handled
from bot.usecases.note_read import note_read
from bot.usecases.office import Office
from bot.usecases.see import see
from bot.usecases.talk import Said, Talk, new_nonce, say
from cards.agreement import agreement_card
from cards.decision import decision_card
from cards.digest import Digest, Entry, digest_card
from cards.help import greeting, help_card
from cards.kit import Drawn
from cards.record import overview_card, record_card
from cards.request import request_card
from cards.tray import Waiting, tray_card
from cards.why import why_card
from cards.words import said
from storage import index, log
from storage.database import Connection
from storage.index import Standing

ACTING: Final[tuple[Relation, ...]] = ("raiser", "agrees", "asked", "decides")
"""Those for whom a challenge has a card to act on; whoever else can read it sees its record."""


def age_in(challenge: Challenge, facts: Facts, at: datetime) -> int | None:
    """Whole years, today."""
    return facts.child_of(challenge).age_on(london_date(at))


def present_card(
    challenge: Challenge,
    facts: Facts,
    relation: Relation,
    now: datetime,
    *,
    number: int = 0,
    lead: str = "",
    good: bool = False,
) -> Drawn:
    """The card by which this person acts on the challenge, as it stands now, under a sentence that is good or not."""
    procedure, age, nonce = facts.procedure, age_in(challenge, facts, now), new_nonce()
    if relation in ("raiser", "decides"):
        mine = relation == "raiser"
        return decision_card(challenge, procedure, age=age, now=now, nonce=nonce, lead=lead, good=good, raises=mine)
    if relation == "agrees":
        return agreement_card(challenge, procedure, age=age, now=now, nonce=nonce, lead=lead, good=good)
    number = number or challenge.current.number
    return request_card(challenge, number, procedure, age=age, now=now, nonce=nonce, lead=lead, good=good)


def present(talk: Talk, reference: str, *, number: int = 0, lead: str = "", good: bool = False) -> Drawn:
    """The present card for whoever asks: to act, or just to see. Raises `NotKnown`.

    `number` is the stage request whose button was pressed; somebody asked there sees what has become of it.
    """
    seen = see(talk, reference, "see where it stands")
    challenge, facts, now = seen.challenge, seen.facts, talk.turn.at
    if not seen.may("read the record"):
        return overview_card(challenge, facts.procedure, now=now)
    note_read(talk, seen, "the present card")
    pressed = challenge.request(number)
    number = pressed.number if pressed is not None else 0  # a button may name a request that never was
    if seen.relation in ACTING:
        return present_card(challenge, facts, seen.relation, now, number=number, lead=lead, good=good)
    if any(party.person == talk.me.id for party in challenge.gatekeepers):
        return present_card(challenge, facts, "agrees", now, lead=lead, good=good)
    if pressed is not None and pressed.asks(talk.me.id) is not None:
        return present_card(challenge, facts, "asked", now, number=number, lead=lead, good=good)
    people = _names(facts)
    return record_card(challenge, seen.history, facts.procedure, now=now, people=people, lead=lead, good=good)


def present_after(talk: Talk, handled: Handled, *, lead: str = "") -> Drawn:
    """The present card for whoever has just acted, with what came of it."""
    challenge, facts = handled.challenge, handled.facts
    relation = facts.relation(challenge, talk.me.id, talk.turn.at)
    if relation in ACTING:
        return present_card(challenge, facts, relation, talk.turn.at, lead=lead, good=True)
    return present(talk, challenge.reference, lead=lead, good=True)


def show(talk: Talk, reference: str, page: int = 1) -> Said:
    """The whole record for a party; for an overseer, where it stands."""
    seen = see(talk, reference, "see where it stands")
    challenge, facts, now = seen.challenge, seen.facts, talk.turn.at
    if not seen.may("read the record"):
        return say(overview_card(challenge, facts.procedure, now=now))
    note_read(talk, seen, "the record")
    age, people = age_in(challenge, facts, now), _names(facts)
    return say(record_card(challenge, seen.history, facts.procedure, now=now, people=people, age=age, page=page))


def why(talk: Talk, reference: str) -> Said:
    """Each date of a challenge, with how it was counted."""
    seen = see(talk, reference, "read the dates")
    note_read(talk, seen, "the dates")
    return say(why_card(seen.challenge, seen.facts.procedure))


_WAITS: dict[str, Literal["answer", "decide", "agree"]] = {
    "answer": "answer",
    "decision": "decide",
    "agreement": "agree",
}


def tray(talk: Talk) -> Said:
    """What waits for this person, soonest deadline first."""
    with talk.office.database.reading() as connection:
        facts = talk.office.facts(connection)
        turns = index.tray(connection, talk.me.id)
        stages = _stage_titles(talk.office, connection, (turn.standing for turn in turns))
    waiting = tuple(
        Waiting(
            reference=turn.standing.reference,
            number=turn.standing.number,
            child=turn.standing.child,
            what=_WAITS[turn.what],
            stage=stages[turn.standing.reference],
            due=turn.due_at,
            left=working_days_left(facts.calendar, talk.turn.at, london_date(turn.due_at)) if turn.due_at else 0,
        )
        for turn in turns
    )
    return say(tray_card(waiting, now=talk.turn.at))


def find(talk: Talk, words: str) -> Said:
    """Challenges that this person may know of, by reference, child, unit, stage or state."""
    with talk.office.database.reading() as connection:
        directory = talk.office.directory(connection)
        units = units_overseen(talk.office, directory, talk.me.id, london_date(talk.turn.at))
        found = index.find(connection, talk.me.id, words, units)
        stages = _stage_titles(talk.office, connection, (standing for standing, _ in found))
    if not found:
        return say(
            f"Nothing that you can see fits “{said(words)}”." if words else "There is no challenge that you can see."
        )
    lines = [
        f"- **{one.reference}**{f' {said(one.child)}' if _knows_child(mine) else ''}: "
        f"{said(stages[one.reference])}, {one.state}"
        for one, mine in found
    ]
    return say("\n".join([f"{len(found)} found, the newest first. Type `show` and a reference.", *lines]))


def _knows_child(mine: bool) -> bool:
    """Whether a line that was found names the child: found as a party, or as an overseer."""
    return may(("party",) if mine else ("overseer",), "know the child")


def digest(office: Office, connection: Connection, person: str, now: datetime) -> Drawn:
    """The digest of one person's area as it is now."""
    facts = office.facts(connection)
    standings, since = standings_for(office, connection, person, now)
    titles = _stage_titles(office, connection, standings)
    mine = {turn.standing.reference: turn.what for turn in index.tray(connection, person)}
    today = london_date(now)

    def entries(wanted: Iterable[Standing]) -> tuple[Entry, ...]:
        return tuple(_entry(facts, one, titles[one.reference], mine.get(one.reference, ""), now) for one in wanted)

    alive = [one for one in standings if one.ended_at is None]
    asked = [one for one in alive if one.state == "waiting for an answer" and one.due_at is not None]
    return digest_card(
        Digest(
            day=today,
            since=london_date(since),
            due_today=entries(
                one for one in asked if one.due_at and london_date(one.due_at) == today and one.due_at >= now
            ),
            overdue=entries(one for one in asked if one.due_at and one.due_at < now),
            deciding=entries(one for one in alive if one.state != "waiting for an answer"),
            raised=entries(one for one in alive if one.raised_at >= since),
            resolved=entries(one for one in standings if one.ended_at is not None),
            sealed=head.note if (head := log.last_head(connection)) is not None else "",
        )
    )


_MINE: dict[str, Literal["", "answer", "decision", "agree"]] = {
    "answer": "answer",
    "decision": "decision",
    "agreement": "agree",
}


def _entry(facts: Facts, standing: Standing, stage: str, mine: str, now: datetime) -> Entry:
    deciding = standing.state != "waiting for an answer"
    titles = [facts.procedure.title_of(role) for role in standing.asked_roles]
    due = standing.due_at
    return Entry(
        reference=standing.reference,
        stage=stage,
        asked=facts.procedure.arena(standing.arena).raiser
        if deciding
        else " or ".join(titles) or "nobody holds the post",
        due=due,
        left=working_days_left(facts.calendar, now, london_date(due)) if due else None,
        ended=standing.how_ended or "",
        mine=_MINE.get(mine, ""),
    )


def greet(talk: Talk) -> Drawn:
    """What somebody sees who meets the bot for the first time."""
    raises, oversees = _duties(talk)
    return greeting(talk.office.procedure, name=talk.me.name, raises=raises, oversees=oversees)


def help_me(talk: Talk) -> Drawn:
    """The commands that are of use to this person."""
    raises, oversees = _duties(talk)
    return help_card(talk.office.procedure, raises=raises, oversees=oversees)


def _duties(talk: Talk) -> tuple[bool, bool]:
    """Whether the person raises challenges, and whether they oversee an area."""
    procedure = talk.office.procedure
    with talk.office.database.reading() as connection:
        posts = talk.office.directory(connection).posts_of(talk.me.id, london_date(talk.turn.at))
    roles = {post.role for post in posts}
    return bool(roles & procedure.raising_roles), bool(roles & set(procedure.digest))


def _stage_titles(office: Office, connection: Connection, standings: Iterable[Standing]) -> dict[str, str]:
    """The title of each challenge's stage under the procedure that binds it."""
    titles: dict[str, str] = {}
    for standing in standings:
        stages = office.pinned(connection, standing.procedure).stages
        titles[standing.reference] = next(
            (stage.title for stage in stages if stage.id == standing.stage), standing.stage
        )
    return titles


def _names(facts: Facts) -> dict[str, str]:
    return {person.id: person.name for person in facts.directory.people.values()}
