"""What moves dates: a day set by somebody, clocks that stand still and go on, receipt, another version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.challenge import Challenge
from bot.domain.checks import as_named, current_request, everyone, told
from bot.domain.clocks import again, due
from bot.domain.commands import MoveToVersion, NoteReceipt, PauseClocks, ResumeClocks, Sent, SetLimit
from bot.domain.dates import course_of, dates_of, decide_by, present, reckoned_again, same_dates, with_due
from bot.domain.errors import NothingWaits, NotPausedSo, ReasonNeeded, SameVersion, StageGone
from bot.domain.events import ClocksPaused, Dates, DatesMoved
from bot.domain.facts import Facts
from bot.domain.opening import check_set_day
from bot.domain.procedure import Stage
from bot.domain.words import Words
from bot.domain.working_time import Deadline, Skipped, Stood, london_date


def set_limit(challenge: Challenge, command: SetLimit, sent: Sent, facts: Facts) -> DatesMoved:
    """Another day for the answer, set by a role that may (BED-05, NEL-07, NEL-14)."""
    request = current_request(challenge, command.request, facts)
    if not request.waits:
        raise NothingWaits(reference=challenge.reference, why="no answer is waited for")
    stage = facts.procedure.stage(request.stage)
    party = as_named(challenge, stage.limit.set_by if stage.limit else (), sent, facts)
    if not command.reason:
        raise ReasonNeeded(what="another day for the answer")
    check_set_day(stage, command.until, party.role, sent.at, facts, field="until")
    assert stage.limit is not None, "who may set a limit is part of it"
    own = due(facts.reckoning, stage.limit, request.opened_at, set_on=command.until)
    met = tuple(one for one in (challenge.raiser, *request.asked) if one.person != sent.by)
    return DatesMoved(
        number=request.number,
        why="set",
        before=present(challenge),
        dates=with_due(present(challenge), own, facts),
        reason=command.reason,
        told=(*met, *told(challenge, "limit set", sent, facts, party, *met)),
    )


def pause_clocks(challenge: Challenge, command: PauseClocks, sent: Sent, facts: Facts) -> ClocksPaused:
    """Clocks stand still for one of the procedure's reasons, until its end or until somebody resumes them."""
    pause = facts.procedure.pause(command.pause)
    if pause is None or not pause.stops:
        titles = ", ".join(one.title for one in facts.procedure.pauses if one.stops) or "there is none"
        raise NotPausedSo(reference=challenge.reference, why=f"the procedure's reasons are: {titles}")
    if challenge.paused is not None:
        raise NotPausedSo(reference=challenge.reference, why="its clocks stand still already")
    party = as_named(challenge, pause.by, sent, facts)
    if not command.reason:
        raise ReasonNeeded(what="letting clocks stand still")
    met = tuple(one for one in (challenge.raiser, *challenge.current.asked) if one.person != sent.by)
    return ClocksPaused(
        pause=pause.id,
        reason=command.reason,
        until=due(facts.reckoning, pause.at_most, sent.at) if pause.at_most is not None else None,
        told=(*met, *told(challenge, "paused", sent, facts, party, *met)),
    )


def resume_clocks(challenge: Challenge, command: ResumeClocks, sent: Sent, facts: Facts) -> DatesMoved:
    """The clocks go on; the working days on which they stood still don't count."""
    if challenge.paused is None:
        raise NotPausedSo(reference=challenge.reference, why="its clocks are running")
    pause = facts.procedure.pause(challenge.paused.pause)
    if pause is not None:
        as_named(challenge, pause.by, sent, facts)
    return resumed(challenge, command.reason, sent, facts)


def resumed(challenge: Challenge, reason: Words, sent: Sent, facts: Facts) -> DatesMoved:
    """What it means that clocks go on, whoever or whatever resumes them."""
    paused = challenge.paused
    assert paused is not None, "only what stands still can go on"
    pause = facts.procedure.pause(paused.pause)
    why = pause.title if pause else paused.pause
    stood = Stood(since=london_date(paused.at), until=london_date(sent.at), why=f"The clock stood still: {why}")
    met = tuple(one for one in (challenge.raiser, *challenge.current.asked) if one.person != sent.by)
    return DatesMoved(
        number=challenge.current.number,
        why="resumed",
        before=present(challenge),
        dates=reckoned_again(challenge, facts, stood=stood, stopped=pause.stops if pause else ()),
        reason=reason,
        told=(*met, *told(challenge, "resumed", sent, facts, *met)),
    )


def note_receipt(challenge: Challenge, command: NoteReceipt, sent: Sent, facts: Facts) -> Iterator[DatesMoved]:
    """Where receipt means delivery, the stage's own clock starts when its first message was delivered."""
    request = challenge.current
    late = request.number != command.request or not request.waits or request.received or request.answer_overdue
    if facts.procedure.hours.receipt != "delivered" or late:
        return
    stage, dates = facts.procedure.stage(request.stage), present(challenge)
    from_receipt = stage.limit is not None and stage.limit.counted_from == "receipt"
    set_by_hand = request.due is not None and request.due.set_on is not None
    own = due(facts.reckoning, stage.limit, sent.at) if stage.limit and from_receipt and not set_by_hand else None
    acknowledge = stage.acknowledge_within
    if acknowledge is not None and request.acknowledged is None and not request.acknowledgement_overdue:
        dates = replace(dates, acknowledge_by=due(facts.reckoning, acknowledge, sent.at))
    yield DatesMoved(
        number=request.number,
        why="receipt",
        before=present(challenge),
        dates=with_due(dates, own, facts) if own is not None else dates,
        reason=Words(""),
        told=(),
    )


def bank_holidays(challenge: Challenge, sent: Sent, facts: Facts) -> Iterator[DatesMoved]:
    """Dates that are others by the calendar as it is known now, told once with the days that made them so."""
    before, after = present(challenge), reckoned_again(challenge, facts)
    if same_dates(before, after):
        return
    met = (challenge.raiser, *challenge.current.asked)
    yield DatesMoved(
        number=challenge.current.number,
        why="bank holiday",
        before=present(challenge),
        dates=after,
        reason=Words(""),
        days=_new_days(before, after),
        told=(*met, *told(challenge, "limit set", sent, facts, *met)),
    )


def _new_days(before: Dates, after: Dates) -> tuple[Skipped, ...]:
    """The days that count for one of the two and not for the other, up to the old due days."""
    found: set[Skipped] = set()
    for one in ("due", "acknowledge_by", "decide_by", "total", "agree_by"):
        old, new = getattr(before, one), getattr(after, one)
        if old is not None and new is not None and old.due_at != new.due_at:
            last = max(old.due_on, new.due_on)
            changed = set(old.skipped) ^ set(new.skipped)
            found |= {day for day in changed if day.day <= last and day.why not in ("Saturday", "Sunday")}
    return tuple(sorted(found, key=lambda day: day.day))


def move_to_version(challenge: Challenge, command: MoveToVersion, sent: Sent, facts: Facts) -> DatesMoved:
    """The challenge follows another version of its procedure from now on: the one in the facts.

    Its stage must be there too. The stage's limits are counted from when it was opened, the whole from where it began.
    """
    procedure = facts.procedure
    if procedure.fingerprint == challenge.procedure:
        raise SameVersion(reference=challenge.reference)
    if not command.reason:
        raise ReasonNeeded(what="moving a challenge to another version")
    stage = next((one for one in procedure.stages if one.id == challenge.current.stage), None)
    if stage is None or not any(arena.id == challenge.arena for arena in procedure.arenas):
        raise StageGone(stage=challenge.current.stage, reference=challenge.reference)
    met = (challenge.raiser, *everyone(challenge))
    return DatesMoved(
        number=challenge.current.number,
        why="new version",
        before=present(challenge),
        dates=_under(challenge, stage, facts),
        reason=command.reason,
        procedure=procedure.fingerprint,
        told=met,
    )


def _under(challenge: Challenge, stage: Stage, facts: Facts) -> Dates:
    """The dates of a running stage under another version. What was set by somebody, answered or overdue stays."""
    request, now = challenge.current, present(challenge)
    course = course_of(challenge)
    if len(challenge.requests) > 1:
        course = replace(course, step_before_at=challenge.requests[-2].opened_at)
    overall, total = facts.procedure.overall, challenge.total
    if overall is not None and total is not None and not challenge.total_overdue:
        total = due(facts.reckoning, overall.limit, total.started_at, stood=total.stood)
    course = replace(course, total=total)
    if not request.waits or request.answer_overdue or not challenge.requests:
        answered_at = request.answered.at if request.answered else request.opened_at
        decide = now.decide_by and (
            now.decide_by if request.plan else _stood_still(decide_by(stage, answered_at, facts), now.decide_by, facts)
        )
        return replace(now, total=total, decide_by=decide)
    set_on = request.due.set_on if request.due is not None else None
    meeting_on = request.meeting.day if request.meeting else None
    fresh = dates_of(stage, request.opened_at, course, facts, set_on=set_on, meeting_on=meeting_on)
    own = None if fresh.due == total else _stood_still(fresh.due, now.due, facts)
    acknowledge = _stood_still(fresh.acknowledge_by, now.acknowledge_by, facts)
    fresh = replace(fresh, acknowledge_by=acknowledge, agree_by=now.agree_by)
    return with_due(fresh, own, facts) if own is not None else fresh


def _stood_still(fresh: Deadline | None, before: Deadline | None, facts: Facts) -> Deadline | None:
    """The new deadline without the days on which the clock of the old one stood still."""
    return again(facts.reckoning, fresh, stood=before.stood) if fresh is not None and before is not None else fresh
