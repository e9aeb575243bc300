"""Drawing a message at the moment of its sending: from a row of ids to words, or to nothing where it isn't true now."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.access import Relation
from bot.domain.authority import RecordReconciled
from bot.domain.challenge import Challenge
from bot.domain.events import Recorded, ReminderFell, StageProposed
from bot.domain.facts import Facts
from bot.domain.notices import AUDITOR, OPERATOR, Kind, Notice, acting, heading, still_true
from bot.usecases.digest import PREFIX, still_wanted
from bot.usecases.office import Office
from bot.usecases.ports import Address, Outgoing, Undeliverable
from bot.usecases.reconcile import PREFIX as CHECK
from bot.usecases.show import age_in, digest, present_card
from bot.usecases.talk import shown
from cards.keeping import reconciled_card, sealed_card
from cards.kit import Drawn
from cards.mail import mail_body, mail_html, mail_subject
from cards.notice import notice_card, reminder_lead, undelivered_card
from storage import desk, log, outbox, trail
from storage.database import Connection


def compose(office: Office, connection: Connection, notice: Notice) -> tuple[Outgoing, ...]:
    """The messages of one row of the outbox: one, several edits, or none where nothing is left to say."""
    if notice.challenge.startswith(PREFIX):
        return _of_the_day(office, connection, notice)
    if notice.challenge.startswith(CHECK):
        return _of_a_check(office, connection, notice)
    challenge, history = office.record(connection, notice.challenge)
    recorded = history[notice.position - 1]
    if not still_true(notice, recorded, challenge):
        return ()
    facts = office.facts(connection, challenge.procedure)
    if not facts.may(challenge, notice.to, "be told", office.now(), named=True):
        return _withheld(notice)
    if notice.kind == "redraw":
        return _redrawn(office, connection, notice, challenge, facts)
    drawn = _drawn(notice, recorded, challenge, facts, office.now())
    fixed = heading(notice.kind, notice.role, challenge.current.stage, facts.procedure)
    return _addressed(office, connection, notice, drawn, heading=fixed)


def _withheld(notice: Notice) -> tuple[Outgoing, ...]:
    """Nothing goes to whoever may not be told any more, such as somebody who has left; the operator hears that nobody
    was reached. A card that lies in a chat stays as it is."""
    if notice.kind == "redraw":
        return ()
    raise Undeliverable("may not be told any more")


def _of_the_day(office: Office, connection: Connection, notice: Notice) -> tuple[Outgoing, ...]:
    """A digest, as long as it is wanted; or that one reached nobody."""
    about, now = notice.challenge.removeprefix(PREFIX), office.now()
    if notice.kind == "undelivered":
        return _addressed(office, connection, notice, undelivered_card(f"Digest of {about}"))
    if not still_wanted(office, date.fromisoformat(about), now):
        return ()
    if notice.kind == "sealed":
        head = log.last_head(connection)
        return _addressed(office, connection, notice, sealed_card(head.note, head.at)) if head is not None else ()
    return _addressed(office, connection, notice, digest(office, connection, notice.to, now))


def _of_a_check(office: Office, connection: Connection, notice: Notice) -> tuple[Outgoing, ...]:
    """What a check of the record has put right, or that nobody could be told of it."""
    if notice.kind == "undelivered":
        return _addressed(office, connection, notice, undelivered_card("Check of the record"))
    found = trail.at(connection, trail.AUTHORITY, notice.position)
    assert isinstance(found, RecordReconciled), "the event that the message is about"
    return _addressed(office, connection, notice, reconciled_card(found))


def _drawn(notice: Notice, recorded: Recorded, challenge: Challenge, facts: Facts, now: datetime) -> Drawn:
    """A card to act on for who can act on what is told; for the others a card that says it."""
    lead = reminder_lead(recorded.event, challenge, now) if isinstance(recorded.event, ReminderFell) else ""
    relation = _relation(notice, recorded, challenge)
    if notice.kind in acting(relation) and notice.to != OPERATOR.person:
        return present_card(challenge, facts, relation, now, number=notice.number, lead=lead)
    age = age_in(challenge, facts, now)
    return notice_card(notice.kind, recorded, challenge, facts.procedure, age=age, to=notice.to)


def _relation(notice: Notice, recorded: Recorded, challenge: Challenge) -> Relation:
    """As what somebody is told: as the raiser, as one who must agree, who decides as well, or who is asked."""
    if notice.to == challenge.raiser.person:
        return "raiser"
    event = recorded.event
    if isinstance(event, StageProposed) or getattr(event, "about", "") == "agreement":
        asked = challenge.proposal.asked if challenge.proposal is not None else ()
        return "agrees" if any(party.person == notice.to for party in asked) else "party"
    request = challenge.request(notice.number)
    if request is not None and any(party.person == notice.to for party in request.deciding):
        return "decides"
    if notice.kind == "asked" or (request is not None and request.asks(notice.to) is not None):
        return "asked"
    return "party"


_CARDS: dict[Relation, tuple[Kind, ...]] = {
    "asked": acting("asked"),
    "agrees": ("agreement asked",),
    "decides": ("answered", "satisfied"),
}
"""Which kinds of message lie in somebody's chat as which card."""


def _redrawn(
    office: Office, connection: Connection, notice: Notice, challenge: Challenge, facts: Facts
) -> tuple[Outgoing, ...]:
    """Every card of this challenge that lies in the person's chat, as it would be drawn now."""
    if desk.prefers_plain(connection, notice.to):
        return ()
    to_raiser = notice.to == challenge.raiser.person
    cards: dict[Relation, tuple[Kind, ...]] = {"raiser": acting("raiser")} if to_raiser else _cards(notice, challenge)
    found: list[Outgoing] = []
    for relation, kinds in cards.items():
        for number, message in outbox.cards_of(connection, notice.challenge, notice.to, kinds):
            drawn = present_card(challenge, facts, relation, office.now(), number=number)
            found.extend(_addressed(office, connection, notice, drawn, replaces=message))
    return tuple(found)


def _cards(notice: Notice, challenge: Challenge) -> dict[Relation, tuple[Kind, ...]]:
    """The cards that this person can have, by what they were to the challenge."""
    been: dict[Relation, bool] = {
        "asked": any(request.asks(notice.to) for request in challenge.requests),
        "agrees": any(party.person == notice.to for party in challenge.gatekeepers),
        "decides": any(party.person == notice.to for request in challenge.requests for party in request.deciding),
    }
    return {relation: kinds for relation, kinds in _CARDS.items() if been[relation]}


def _addressed(
    office: Office,
    connection: Connection,
    notice: Notice,
    drawn: Drawn,
    *,
    heading: str = "",
    replaces: str | None = None,
) -> tuple[Outgoing, ...]:
    """One message. `heading`: the fixed one under which the procedure wants it sent."""
    name, email = _reached(office, connection, notice.to)
    address = desk.address_of(connection, notice.to)
    plain = desk.prefers_plain(connection, notice.to)
    return (
        Outgoing(
            key=notice.key if replaces is None else f"{notice.key}/{replaces}",
            to_name=name,
            to_email=email,
            address=Address(**address) if address else None,
            shown=shown(drawn, plain),
            subject=mail_subject(notice.kind, drawn, heading),
            body=mail_body(drawn),
            html=mail_html(drawn),
            replaces=replaces,
        ),
    )


def _reached(office: Office, connection: Connection, person: str) -> tuple[str, str]:
    if person == OPERATOR.person:
        return OPERATOR.name, office.operator_email
    if person == AUDITOR.person:
        return AUDITOR.name, office.auditor_email
    known = office.directory(connection).people.get(person)
    return (known.name, known.email) if known else ("", "")
