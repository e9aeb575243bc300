"""What the passing of time alone makes true of an open challenge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.challenge import Challenge, Request
from bot.domain.checks import everyone, told
from bot.domain.commands import Sent
from bot.domain.dates import decide_by
from bot.domain.events import (
    AcknowledgementOverdue,
    AgreementOverdue,
    AnswerOverdue,
    ChallengeClosed,
    DecisionOverdue,
    Event,
    ReminderFell,
    SilenceAccepted,
    StageAssigned,
    TotalOverdue,
)
from bot.domain.facts import Facts
from bot.domain.opening import Opening, before, open_or_propose, open_stage, reopening
from bot.domain.people import Party
from bot.domain.procedure import Reminders
from bot.domain.reminders import Falling, fallen, nearest, tells_raiser_again, waiting_is_over
from bot.domain.scheduling import bank_holidays, resumed
from bot.domain.words import Words


def lapse(challenge: Challenge, sent: Sent, facts: Facts) -> list[Event]:
    """What has fallen due by now: silence recorded once, a vacancy filled, the nearest reminder of each deadline.

    Where dates move, because of a bank holiday or because a pause has ended, that alone is said, and the clock is
    looked at again by the dates as they then are.
    """
    moved = list(bank_holidays(challenge, sent, facts)) if challenge.paused is None else []
    if moved:
        return [*moved]
    falling = fallen(challenge, facts, sent.at)
    if any(one.about == "pause" and one.what == "overdue" for one in falling):
        return [resumed(challenge, Words(""), sent, facts)]
    assigned = list(_assigned(challenge, sent, facts))
    overdue = [event for one in falling if one.what == "overdue" for event in _overdue(one, challenge, sent, facts)]
    reminded = (one for one in _reminded(challenge, falling, sent, facts) if not (assigned and one.about == "nobody"))
    if any(not isinstance(event, _ONLY_SAID) for event in overdue):
        reminded = (one for one in reminded if one.about == "total")
    return [*assigned, *overdue, *_once_each(list(reminded))]


_ONLY_SAID = (AnswerOverdue, AcknowledgementOverdue, DecisionOverdue, TotalOverdue, AgreementOverdue)
"""What is a fact and moves nothing; anything else makes the reminders of before it out of date."""


def _once_each(reminders: list[ReminderFell]) -> Iterator[ReminderFell]:
    """Whoever is told that everything is late, or soon will be, isn't told in the same minute of a late answer too."""
    reached = {party for reminder in reminders if reminder.about == "total" for party in reminder.to}
    for reminder in reminders:
        late = reminder.about == "answer" and reminder.offset > 0
        yield replace(reminder, to=tuple(one for one in reminder.to if one not in reached)) if late else reminder


def _assigned(challenge: Challenge, sent: Sent, facts: Facts) -> Iterator[Event]:
    """Whoever holds the post now is asked, where it was empty or nobody who was asked holds it any more.

    Where each of several roles has to answer, each is looked at by itself.
    """
    if not challenge.requests or not challenge.current.waits:
        return
    request = challenge.current
    stage = facts.procedure.stage(request.stage)
    holders = facts.asked(request.stage, facts.matter(challenge), sent.at)
    asked = {party.person for party in request.asked}
    if stage.answers_needed == "one":
        if holders and not {party.person for party in holders} & asked:
            yield StageAssigned(number=request.number, asked=holders)
        return
    done = {answer.by.role for answer in request.partly}
    held = {party.role for party in holders if party.person in asked} | done
    fresh = tuple(party for party in holders if party.role not in held)
    if fresh:
        roles = {party.role for party in fresh}
        kept = tuple(party for party in request.asked if party.role not in roles)
        yield StageAssigned(number=request.number, asked=fresh, kept=kept)


def _overdue(falling: Falling, challenge: Challenge, sent: Sent, facts: Facts) -> Iterator[Event]:
    match falling.about:
        case "answer" | "nobody":
            yield AnswerOverdue(number=falling.number, told=_owner_first(challenge, sent, facts))
            yield from _after_silence(challenge, sent, facts)
        case "acknowledgement":
            yield AcknowledgementOverdue(number=falling.number, told=_owner_first(challenge, sent, facts))
        case "decision":
            yield DecisionOverdue(number=falling.number, told=_owner_first(challenge, sent, facts)[1:])
            yield from _after_no_decision(challenge, sent, facts)
        case "total":
            raiser = challenge.raiser
            without = (raiser, *challenge.current.asked)
            yield TotalOverdue(told=(raiser, *told(challenge, "total overdue", sent, facts, *without)))
        case "agreement":
            yield from _no_agreement(challenge, sent, facts)
        case "next step" | "pause":
            return


def _owner_first(challenge: Challenge, sent: Sent, facts: Facts) -> tuple[Party, ...]:
    """The raiser first, who owns the next step, then those whom the file names."""
    without = (challenge.raiser, *challenge.current.asked)
    return (challenge.raiser, *told(challenge, "overdue", sent, facts, *without))


def _after_silence(challenge: Challenge, sent: Sent, facts: Facts) -> Iterator[Event]:
    """What the file says that no answer in time leads to by itself, if anything."""
    request = challenge.current
    stage = facts.procedure.stage(request.stage)
    match stage.on_silence:
        case "accepted":
            met = (challenge.raiser, *request.asked)
            reached = (*met, *told(challenge, "answered", sent, facts, *met))
            yield SilenceAccepted(number=request.number, told=reached, decide_by=decide_by(stage, sent.at, facts))
        case "next stage":
            later = facts.procedure.after(request.stage)
            if later and challenge.proposal is None:  # the raiser has asked for another step already
                opening = Opening(stage=later[0].id, because="no answer in time", reason=Words(""))
                yield from _opened_for_raiser(opening, challenge, request, sent, facts)
        case "offered":
            return


def _opened_for_raiser(
    opening: Opening, challenge: Challenge, request: Request, sent: Sent, facts: Facts
) -> Iterator[Event]:
    """A stage that opens by itself: the raiser and whoever was asked before are told."""
    for event in open_or_propose(opening, facts.matter(challenge), sent.at, facts, before(challenge)):
        met = {party.person for party in (*event.asked, *event.told)}
        others = tuple(one for one in (challenge.raiser, *request.asked) if one.person not in met)
        yield replace(event, told=(*event.told, *others))


def _after_no_decision(challenge: Challenge, sent: Sent, facts: Facts) -> Iterator[Event]:
    """Where the file lets the raiser's silence count as satisfaction, that ends the challenge."""
    if facts.procedure.stage(challenge.current.stage).on_no_decision == "resolved":
        met = (challenge.raiser, *everyone(challenge))
        reached = (*met, *told(challenge, "closed", sent, facts, *met))
        yield ChallengeClosed(how="accepted by silence", reason=Words(""), told=reached)


def _no_agreement(challenge: Challenge, sent: Sent, facts: Facts) -> Iterator[Event]:
    proposal = challenge.proposal
    assert proposal is not None, "only a proposal waits for agreement"
    gate = facts.procedure.stage(proposal.stage).gate
    without = (challenge.raiser, *proposal.asked)
    reached = told(challenge, "overdue", sent, facts, *without, stage=proposal.stage)
    yield AgreementOverdue(proposal=proposal.number, told=(challenge.raiser, *reached))
    answers = len(challenge.requests[-1].all_answers) if challenge.requests else 0
    if gate is not None and gate.on_silence == "opened" and answers == proposal.answered:
        yield open_stage(reopening(proposal), facts.matter(challenge), sent.at, facts, before(challenge))


def _reminded(challenge: Challenge, falling: tuple[Falling, ...], sent: Sent, facts: Facts) -> Iterator[ReminderFell]:
    for one, skipped in nearest(falling):
        people = _reminded_people(challenge, one, sent, facts)
        answered = (given.by for given in challenge.current.all_answers)
        without = (*people, *answered) if one.about == "answer" else people
        also = facts.parties(_reminders(challenge, one, facts).also, facts.matter(challenge), sent.at, without=without)
        yield ReminderFell(
            number=one.number,
            about=one.about,
            offset=one.offset,
            due_at=one.due_at,
            skipped=skipped,
            to=(*people, *also),
        )


def _reminders(challenge: Challenge, falling: Falling, facts: Facts) -> Reminders:
    """The file's own words on the reminders of this deadline."""
    procedure = facts.procedure
    match falling.about:
        case "total":
            return procedure.overall.reminders if procedure.overall else procedure.reminders
        case "answer":
            return procedure.stage(challenge.current.stage).reminders or procedure.reminders
        case "decision":
            return procedure.decision_reminders
        case _:
            return Reminders()


def _reminded_people(challenge: Challenge, falling: Falling, sent: Sent, facts: Facts) -> tuple[Party, ...]:
    raiser, request = challenge.raiser, challenge.current
    match falling.about:
        case "next step" | "pause":
            return (raiser,)
        case "decision":
            said = {one.person for one in request.satisfied}
            deciding = tuple(one for one in facts.satisfying(challenge, sent.at) if one.person not in said)
            return tuple(dict.fromkeys((raiser, *(one for one in deciding if one.person != raiser.person))))
        case "agreement":
            return challenge.proposal.asked if challenge.proposal else ()
        case "acknowledgement":
            return request.still_asked
        case "nobody":
            return (raiser,) if waiting_is_over(request.wait_until, sent.at) else ()
        case "total":
            asked = request.still_asked if request.waits else ()
            reminders = _reminders(challenge, falling, facts)
            return (*asked, raiser) if _raiser_hears(reminders, falling) else asked
        case "answer":
            undated = request.due is None
            hears = undated or (
                falling.offset > 0
                and _raiser_hears(_reminders(challenge, falling, facts), falling)
                and waiting_is_over(request.wait_until, sent.at)
            )
            return (*request.still_asked, raiser) if hears else request.still_asked


def _raiser_hears(reminders: Reminders, falling: Falling) -> bool:
    return falling.offset <= 0 or tells_raiser_again(reminders, falling.offset)
