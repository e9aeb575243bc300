"""For your information: what people are told who are not asked to do anything.

A notice says what happened, about which child and by whom; it holds nothing that people wrote, which the record has
for those who may read it; only an issue that was added stands in its notice. Who is asked to act gets `request_card`
or `decision_card` with a lead instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.challenge import Challenge, Request
from bot.domain.events import (
    AcknowledgementOverdue,
    AgreementOverdue,
    ChallengeResolved,
    DecisionOverdue,
    Event,
    IssueAdded,
    Recorded,
    ReminderFell,
    StagesExhausted,
    Subject,
    TotalOverdue,
)
from bot.domain.notices import Kind
from bot.domain.procedure import Procedure
from bot.domain.working_time import london_date
from cards import parts, words
from cards.course_notice import Said, course_overdue, course_said
from cards.kit import Drawn, Element, button, drawn, facts, heading, panel, quote, row, text
from cards.verbs import OPEN, SHOW

IMPORT = "app.py people import --units FILE --people FILE --children FILE"


def notice_card(
    kind: Kind,
    recorded: Recorded,
    challenge: Challenge,
    procedure: Procedure,
    *,
    age: int | None = None,
    to: str = "",
) -> Drawn:
    """What happened, for somebody who is told of it. `challenge` as it is now; `to`: the id of who reads it."""
    event = recorded.event
    request = challenge.request(getattr(event, "number", challenge.current.number)) or challenge.current
    said = _said(kind, event, challenge, request, procedure, to)
    body = [
        parts.head(challenge, procedure, request.stage),
        heading(said.title, top=True, look="attention" if said.title.startswith("⚠") else "", gap="Small"),
        *(text(line, gap="Small") for line in said.lines),
        *([panel(*said.quotes)] if said.quotes else []),
    ]
    if not said.operator:
        raised_by = words.person(challenge.raiser, procedure)
        body.append(facts(parts.about(challenge, procedure, age), ("Raised by", raised_by)))
        body.append(row(*said.acts, button("Show the record", SHOW, {"ref": challenge.reference})))
        body.append(text(said.ask, subtle=True, small=True))
    title = words.unsaid(said.title).lstrip("⚠✓ ")
    first = title[:1] if kind == "opened" else title[:1].lower()  # there it's the name of a stage
    return drawn(body, f"{challenge.reference}: {first}{title[1:]}")


def undelivered_card(about: str) -> Drawn:
    """For the people who run the bot: a message that belongs to no challenge could not be delivered."""
    said = _undelivered()
    title = heading(said.title, top=True, look="attention", gap="Small")
    return drawn([title, *(text(line, gap="Small") for line in said.lines)], f"{about}: {words.unsaid(said.title)}")


def _said(kind: Kind, event: Event, challenge: Challenge, request: Request, procedure: Procedure, to: str) -> Said:
    match kind:
        case "asked" | "opened":
            return _opened(challenge, request, procedure)
        case "acknowledged":
            return _acknowledged(request, procedure)
        case "answered":
            return _answered(challenge, request, procedure)
        case "issue added":
            return _added(event, challenge, request, procedure, to)
        case "overdue" | "reminder":
            return _overdue(event, challenge, request, procedure)
        case "resolved":
            return _resolved(event, challenge, procedure)
        case "closed":
            return _closed(challenge, procedure)
        case "exhausted":
            return _exhausted(event, challenge, procedure)
        case "vacant":
            return _vacant(challenge, request, procedure)
        case "undelivered":
            return _undelivered()
        case "redraw" | "digest":
            return Said(f"Now: {challenge.state}", ())
        case _:
            return course_said(kind, event, challenge, request, procedure)


def _opened(challenge: Challenge, request: Request, procedure: Procedure) -> Said:
    raiser, asked = words.said(challenge.raiser.name), parts.asked_of(request, procedure)
    issues = words.count(len(challenge.issues), "issue")
    lines = [f"{raiser} asks {asked} to answer {issues}{parts.by(request.due)}."]
    if request.report_by is not None:
        lines = [f"{raiser} reports {issues} to you. No answer is expected."]
    elif not request.asked:
        lines = [f"{asked}. {issues} to answer{parts.by(request.due)}."]
    if request.meeting is not None:
        lines.append(f"Meeting: {words.weekday(request.meeting.day)}.")
    if because := parts.moved_because(request):
        lines.append(f"{because}.")
    return Said(f"{parts.stage_title(procedure, request.stage)} has been opened", tuple(lines))


def _acknowledged(request: Request, procedure: Procedure) -> Said:
    lines = [f"The answer is due{parts.by(request.due)}."] if request.due is not None else []
    if request.acknowledged is not None:
        party, at = request.acknowledged
        lines.insert(0, f"{words.person(party, procedure)} has seen what is asked, at {words.moment(at)}.")
    return Said("✓ Acknowledged", tuple(lines))


def _answered(challenge: Challenge, request: Request, procedure: Procedure) -> Said:
    if request.answered is None:
        given = [words.person(one.by, procedure) for one in request.partly]
        still = words.people(request.still_asked, procedure)
        return Said("✓ Answered in part", (f"Answered so far: {words.listed(given)}.", f"Still asked: {still}."))
    answered = request.answered
    decides = f"{words.said(challenge.raiser.name)} decides by {words.moment(answered.decide_by.due_at)}."
    if answered.silent:
        return Said(
            "No answer came, which counts as acceptance", ("By the procedure every issue is accepted.", decides)
        )
    by = words.person(answered.by, procedure)
    return Said(
        "✓ Answered",
        (
            f"{by} answered at {words.moment(answered.at)}: {parts.verdicts(answered)}.",
            decides,
        ),
    )


def _added(event: Event, challenge: Challenge, request: Request, procedure: Procedure, to: str) -> Said:
    quotes = tuple(_issue(event, procedure))
    issues = words.count(len(challenge.issues), "issue")
    same = f"The dates stay as they are: the answer is due{parts.by(request.due) or ' when it can be given'}."
    if parts.standing(challenge, request) == "waiting" and request.asks(to):
        return Said(
            "An issue was added, and you are asked to answer it too",
            (f"There are now {issues} to answer, all together. {same}",),
            ask="The card that you have does not show it yet. “Answer” brings one with all of them.",
            quotes=quotes,
            acts=(
                button("Answer", OPEN, {"form": "answer", "ref": challenge.reference, "n": request.number}, main=True),
            ),
        )
    lines = (f"There are now {issues} to answer. Asked: {parts.asked_of(request, procedure)}.", same)
    return Said("An issue was added", lines, quotes=quotes)


def _issue(event: Event, procedure: Procedure) -> Iterator[Element]:
    if isinstance(event, IssueAdded):
        yield text(parts.kind_title(procedure, event.issue.kind), subtle=True, small=True)
        yield quote(event.issue.text, gap="Small")
        yield quote(event.issue.outcome, label="Outcome sought:", gap="Small")


def _overdue(event: Event, challenge: Challenge, request: Request, procedure: Procedure) -> Said:
    raiser = words.said(challenge.raiser.name)
    match event:
        case DecisionOverdue() | ReminderFell(about="decision"):
            return Said("⚠ No decision yet", (f"{raiser}'s decision was due{parts.by(request.decide_by)}.",))
        case TotalOverdue() | ReminderFell(about="total"):
            total = challenge.total
            ended = f" ended at {words.moment(total.due_at)}" if total else " have ended"
            limit = words.span(total) if total else "time"
            lines = (f"The {limit} for all stages{ended}, and this is still open: {challenge.state}.",)
            return Said("⚠ The time for all stages is over", lines)
        case AcknowledgementOverdue() | ReminderFell(about="acknowledgement"):
            asked = parts.asked_of(request, procedure)
            was_due = f"Asked: {asked}. It was due to be acknowledged{parts.by(request.acknowledge_by)}."
            return Said("⚠ Not acknowledged yet", (was_due,))
        case AgreementOverdue() | ReminderFell(about="agreement" | "pause"):
            return course_overdue(event, challenge, procedure)
        case _:
            return Said(
                "⚠ No answer yet",
                (
                    f"Asked: {parts.asked_of(request, procedure)}. It was due{parts.by(request.due)}.",
                    f"{raiser} decides what comes next: go on, wait until a date, or close.",
                ),
            )


def _resolved(event: Event, challenge: Challenge, procedure: Procedure) -> Said:
    achieved = event.achieved if isinstance(event, ChallengeResolved) else ""
    outcome = f"The outcome sought for the {parts.subject_of(procedure, challenge.arena)} was"
    reached = {"yes": f"{outcome} reached.", "partly": f"{outcome} partly reached.", "no": f"{outcome} not reached."}
    at = f" at {words.moment(challenge.ended.at)}" if challenge.ended else ""
    ended = f"{words.said(challenge.raiser.name)} is satisfied and resolved it{at}. Thank you."
    return Said("✓ Resolved", tuple(line for line in (reached.get(achieved, ""), ended) if line))


def _closed(challenge: Challenge, procedure: Procedure) -> Said:
    how = challenge.ended.how if challenge.ended else "withdrawn"
    at = f" at {words.moment(challenge.ended.at)}" if challenge.ended else ""
    did = "withdrew it" if how == "withdrawn" else "does not take it further"
    if how == "accepted by silence":
        why = "No decision came in time, and by the procedure that counts as satisfaction."
        return Said("Closed", (f"{why}", "Nothing more is asked of anyone."))
    lines = (f"{words.person(challenge.raiser, procedure)} {did}{at}.", "Nothing more is asked of anyone.")
    return Said(words.first_up(how), lines)


def _exhausted(event: Event, challenge: Challenge, procedure: Procedure) -> Said:
    offered = event.offered if isinstance(event, StagesExhausted) else ""
    raiser = words.said(challenge.raiser.name)
    lines = [f"{raiser} is not satisfied with the last answer, and there is no further stage."]
    if offered:
        lines.append(f"{raiser} can now refer the matter to {words.said(offered)}.")
    return Said("All stages have been used", tuple(lines))


def _vacant(challenge: Challenge, request: Request, procedure: Procedure) -> Said:
    stage = parts.stage_of(procedure, request.stage)
    roles = stage.answered_by if stage else ()
    titles = words.listed((words.said(procedure.title_of(role)) for role in roles), "or")
    lines = (
        f"Nobody holds the post of {titles} for this child at present, so nobody is asked.",
        f"The dates run all the same{': the answer is due' + parts.by(request.due) if request.due else ''}.",
        f"Put the holder of the post into the directory's files and import them: “{IMPORT}”.",
        *(f"• {_where(role, challenge, procedure)}" for role in roles),
        "Whoever holds the post is asked as soon as the directory knows.",
    )
    return Said("⚠ Nobody can be asked", lines, operator=True)


def _where(role: str, challenge: Challenge, procedure: Procedure) -> str:
    """Where the directory's files have to name who holds a post."""
    title = words.said(procedure.title_of(role))
    match procedure.role(role).found:
        case "on the child":
            knows = words.said(challenge.raiser.name)
            return f"{title}: in the child's row of the file of children ({knows}, who raised it, knows which child)."
        case "at the child's unit":
            return f"{title}: in the file of people, at {words.said(challenge.unit)} or a unit above it."
        case "at the raiser's unit":
            return f"{title}: in the file of people, at {words.said(challenge.raiser_unit)} or a unit above it."


def _undelivered() -> Said:
    """For the people who run the bot."""
    lines = (
        "None of the ways to reach somebody worked, so they may not know what is asked of them or what happened.",
        "The record of deliveries says who and why; tell them another way.",
    )
    return Said("⚠ A message could not be delivered", lines, operator=True)


def reminder_lead(event: ReminderFell, challenge: Challenge, now: datetime) -> str:
    """What stands over a card that is sent again as a reminder. True at the moment of sending."""
    subjects: dict[Subject, str] = {
        "answer": "the answer",
        "decision": "your decision",
        "total": "the time for all stages",
        "acknowledgement": "your acknowledgement",
        "agreement": "your agreement",
        "nobody": "",
        "next step": "",
        "pause": "",
    }
    if event.about == "nobody":
        return "Reminder: there is still nobody to ask."
    if event.about == "pause":
        return "Reminder: the clock still stands. Let it go on when the reason for it is over."
    if event.about == "next step" and not challenge.requests:
        return "Reminder: the stage that you proposed is not open yet. Open it all the same, or close the challenge."
    if event.about == "answer" and (challenge.current.due is None):
        return f"Reminder: no answer has come yet, after {words.count(event.offset, 'working day')}."
    if event.about == "agreement" and (challenge.proposal is None or challenge.proposal.due is None):
        return "Reminder: your agreement is still waited for."
    if event.about == "next step":
        return "Reminder: all stages have been used, and this is still open. Record what you do next, or close it."
    subject, hour = subjects[event.about], words.clock(event.due_at)
    total = event.about == "total"
    if london_date(now) > london_date(event.due_at) or event.offset > 0:
        late = words.count(max(event.offset, 1), "working day")
        return f"Reminder: {subject} {'ended' if total else 'was due'} {late} ago."
    if event.offset == 0:
        return f"Reminder: {subject} {'ends' if total else 'is due'} today at {hour}."
    ends = "ends" if total else "is due"
    return (
        f"Reminder: {subject} {ends} in {words.count(-event.offset, 'working day')}, at {words.moment(event.due_at)}."
    )
