"""What those do who are asked: acknowledge, answer, fix the stage's meeting, agree to a stage's opening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.challenge import Challenge, Request
from bot.domain.checks import allowed, as_asked, current_request, not_after, not_before, told
from bot.domain.commands import Acknowledge, Answer, FixMeeting, GiveAgreement, Sent
from bot.domain.dates import course_of, dates_of, decide_by, present
from bot.domain.errors import AnswerIncomplete, NoAgreementAsked, NoMeetingHere, NotYours, ReasonNeeded
from bot.domain.events import AgreementGiven, Event, MeetingFixed, StageAcknowledged, StageAnswered
from bot.domain.facts import Facts
from bot.domain.opening import before, open_stage, reopening
from bot.domain.people import Party
from bot.domain.working_time import london_date


def acknowledge(challenge: Challenge, command: Acknowledge, sent: Sent, facts: Facts) -> Iterator[Event]:
    request, party = as_asked(challenge, command.request, sent, facts)
    if request.acknowledged is None:
        reached = told(challenge, "acknowledged", sent, facts, party)
        yield StageAcknowledged(number=request.number, by=party, told=reached)


def answer(challenge: Challenge, command: Answer, sent: Sent, facts: Facts) -> Iterator[Event]:
    """Every issue is answered. Where each of several has to answer, only the last of them settles the stage."""
    request, party = as_asked(challenge, command.request, sent, facts)
    _check_answers(challenge, command, sent)
    settles = _settles(request, party, facts)
    stage = facts.procedure.stage(request.stage)
    same = [other for other in request.asked if other.role == party.role] if not settles else list(request.asked)
    released = tuple(other for other in same if other.person not in (party.person, challenge.raiser.person))
    deciding = facts.satisfying(challenge, sent.at) if settles else ()
    met = tuple({one.person: one for one in (challenge.raiser, *released, *deciding)}.values())
    yield StageAnswered(
        number=request.number,
        by=party,
        answers=command.answers,
        details=command.details,
        settles=settles,
        deciding=tuple(one for one in deciding if one.person != challenge.raiser.person),
        told=(*met, *told(challenge, "answered", sent, facts, party, *met)),
        decide_by=decide_by(stage, sent.at, facts),
    )


def _check_answers(challenge: Challenge, command: Answer, sent: Sent) -> None:
    missing = set(range(1, len(challenge.issues) + 1)) - {answer.issue for answer in command.answers}
    if missing:
        raise AnswerIncomplete(missing=min(missing))
    for given in command.answers:
        if not given.words:
            raise AnswerIncomplete(missing=given.issue)
        if given.by_when is not None:
            what = f"The date for issue {given.issue}"
            not_before(given.by_when, london_date(sent.at), f"when-{given.issue}", what)


def _settles(request: Request, party: Party, facts: Facts) -> bool:
    if facts.procedure.stage(request.stage).answers_needed == "one":
        return True
    return all(other.role == party.role for other in request.still_asked)


def fix_meeting(challenge: Challenge, command: FixMeeting, sent: Sent, facts: Facts) -> MeetingFixed:
    """The meeting's day is fixed, or moved; a limit that is counted from it gets its date."""
    request = current_request(challenge, command.request, facts)
    stage = facts.procedure.stage(request.stage)
    if stage.kind != "meeting" and stage.meeting is None:
        raise NoMeetingHere(stage=stage.title)
    convening = stage.meeting.convened_by if stage.meeting else ()
    party = facts.in_role(challenge, sent.by, convening, sent.at)
    if party is None:
        _, party = as_asked(challenge, command.request, sent, facts)
    today = london_date(sent.at)
    not_before(command.day, today, "day", "The day of the meeting")
    not_after(command.day, facts.calendar.last, "day", "The day of the meeting")
    from_meeting = stage.limit is not None and stage.limit.counted_from == "the meeting"
    dates = dates_of(stage, request.opened_at, course_of(challenge), facts, meeting_on=command.day)
    meeting = stage.meeting
    invited = (*meeting.chaired_by, *meeting.invited, *meeting.first_part_only) if meeting else ()
    called = facts.parties(invited, facts.matter(challenge), sent.at, without=(challenge.raiser, *request.asked))
    met = (challenge.raiser, *request.asked, *called)
    return MeetingFixed(
        number=request.number,
        by=party,
        day=command.day,
        where=command.where,
        dates=replace(present(challenge), due=dates.due) if from_meeting else present(challenge),
        told=tuple(
            one for one in (*met, *told(challenge, "meeting fixed", sent, facts, *met)) if one.person != sent.by
        ),
    )


def give_agreement(challenge: Challenge, command: GiveAgreement, sent: Sent, facts: Facts) -> Iterator[Event]:
    """Agreement opens the stage, unless an answer has come since it was proposed: then that is the raiser's choice.

    Disagreement is recorded with its reason, and leaves the raiser free to open the stage all the same (OMB-10).
    """
    proposal = challenge.proposal
    if proposal is None or proposal.number != command.proposal or proposal.given is not None:
        raise NoAgreementAsked(reference=challenge.reference)
    stage = facts.procedure.stage(proposal.stage)
    party = facts.agreeing(challenge, sent.by, sent.at)
    if party is None or not allowed(challenge, sent, facts):
        gate = stage.gate
        who = " or ".join(facts.procedure.title_of(role) for role in (gate.agreed_by if gate else ()))
        raise NotYours(who=f"the {who}")
    if not command.agreed and not command.words:
        raise ReasonNeeded(what="not agreeing")
    others = tuple(other for other in proposal.asked if other.person != party.person)
    without = (party, challenge.raiser, *others)
    reached = told(challenge, "agreement given", sent, facts, *without, stage=proposal.stage)
    yield AgreementGiven(
        proposal=proposal.number,
        by=party,
        agreed=command.agreed,
        words=command.words,
        told=(challenge.raiser, *others, *reached),
    )
    answers = len(challenge.requests[-1].all_answers) if challenge.requests else 0
    if command.agreed and answers == proposal.answered:
        yield open_stage(reopening(proposal), facts.matter(challenge), sent.at, facts, before(challenge))
