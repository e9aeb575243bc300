"""What several cards say about a challenge in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal, assert_never

from bot.domain.challenge import Answered, Challenge, Proposal, Request
from bot.domain.commands import Detail, Issue, IssueAnswer
from bot.domain.events import Because, ChallengeRaised, StageOpened, StageProposed
from bot.domain.procedure import Procedure, Stage
from bot.domain.words import Words
from bot.domain.working_time import Deadline, london_date
from cards import words
from cards.kit import LENGTHS, Action, Element, bullets, button, group, heading, panel, quote, reveal, text
from cards.verbs import SHOW, WHY

Standing = Literal["waiting", "answered", "moved on", "exhausted", "ended"]

BECAUSE: dict[Because, str] = {
    "usual": "the usual start",
    "direct entry": "it was raised at this stage directly",
    "advised": "the procedure advises this stage for an issue of this kind",
    "immediate risk": "somebody may be at risk right now",
    "rule": "a rule of the procedure raised it",
    "not satisfied": "the answer before it was not enough",
    "no answer in time": "no answer came in time",
    "still not settled": "the report before it did not settle the matter",
    "urgent": "it could not wait",
    "reopened": "the challenge was taken up again",
}
EARLIER = 160
"""Characters of an answer given at an earlier stage: enough to know it by, as the record has it whole."""
ACHIEVED = {"yes": "Yes", "partly": "Partly", "no": "No"}


def standing(challenge: Challenge, request: Request) -> Standing:
    """Where a stage request stands, from the point of view of a card that shows it."""
    if challenge.ended is not None:
        return "ended"
    if request.number != challenge.current.number:
        return "moved on"
    if request.exhausted:
        return "exhausted"
    return "waiting" if request.waits else "answered"


def stage_of(procedure: Procedure, stage: str) -> Stage | None:
    """The stage, or None for one that only an older version of the procedure knew."""
    return next((known for known in procedure.stages if known.id == stage), None)


def stage_title(procedure: Procedure, stage: str) -> str:
    known = stage_of(procedure, stage)
    return words.said(known.title if known else stage)


def kind_title(procedure: Procedure, kind: str) -> str:
    return words.said(next((known.title for known in procedure.kinds if known.id == kind), kind))


def arena_title(procedure: Procedure, arena: str) -> str:
    return words.said(next((known.title for known in procedure.arenas if known.id == arena), arena))


def subject_of(procedure: Procedure, arena: str) -> str:
    """Whom a challenge in this arena is about, in the procedure's word: child, young person, foster carer."""
    return words.said(next((known.subject for known in procedure.arenas if known.id == arena), "child"))


def about(challenge: Challenge, procedure: Procedure, age: int | None) -> tuple[str, str]:
    """The line of a card that says whom it is about: `Child`, `MOS-10423 (AB, aged 9)`."""
    return words.first_up(subject_of(procedure, challenge.arena)), child_of(challenge, age)


def child_of(challenge: Challenge, age: int | None) -> str:
    return words.child(challenge.child, challenge.initials, age)


def head(challenge: Challenge, procedure: Procedure, stage: str) -> Element:
    """The small line over a card's heading: `Positive Challenge PC-2026-0001 · Stage 1`."""
    name = words.first_up(words.said(procedure.names.challenge))
    return text(f"{name} {challenge.reference} · {stage_title(procedure, stage)}", subtle=True, small=True)


def lead(said: str, *, good: bool = False) -> list[Element]:
    """A sentence that stands over a card: good news in a quiet box, a refusal or a reminder in one that stands out."""
    look: Literal["emphasis", "warning"] = "emphasis" if good else "warning"
    return [panel(text(words.said(said), bold=True), look=look)] if said else []


def all_stages(challenge: Challenge, now: datetime) -> tuple[str, str]:
    """The limit on all stages, named and said; both empty where there is none."""
    if challenge.total is None:
        return "", ""
    over = challenge.ended is None and late(challenge.total.due_at, now)
    ends = f"{'⚠ Ended at' if over else 'End by'} {words.moment(challenge.total.due_at)}"
    return "All stages", f"{ends} ({words.span(challenge.total)})"


def by(deadline: Deadline | None) -> str:
    """` by 5pm on Tuesday 14 April 2026`; nothing where there is no date."""
    return f" by {words.moment(deadline.due_at)}" if deadline is not None else ""


def date_of(deadline: Deadline | None) -> str:
    """`5pm on Tuesday 14 April 2026`, with the stage's own date where the end of the whole comes first."""
    if deadline is None:
        return "No date is set"
    own = deadline.own_due_at
    note = f" (all stages end then; by its own limit it would be {words.moment(own)})" if own is not None else ""
    return f"{words.moment(deadline.due_at)}{note}"


def asked_of(request: Request, procedure: Procedure) -> str:
    """Who is asked; where there are several, the first answer settles, or each of them is needed."""
    if request.report_by is not None:
        return "Nobody: this stage is a report and expects no answer"
    stage = stage_of(procedure, request.stage)
    joiner = "and" if stage is not None and stage.answers_needed == "each" else "or"
    return words.people(request.asked, procedure, joiner) or "Nobody holds the post at present"


def moved_because(request: Request) -> str:
    return f"Opened because {BECAUSE[request.because]}" if request.because != "usual" else ""


def issues(
    shown: Sequence[Issue],
    procedure: Procedure,
    *,
    answered: Answered | None = None,
    partly: Sequence[Answered] = (),
    earlier: Sequence[Request] = (),
    most: int = LENGTHS[0],
    first_line: bool = True,
) -> Iterator[Element]:
    """Each issue with the outcome sought, what was answered at earlier stages and, where there is one, the answer."""
    given = [(one, answer) for one in (*partly, *([answered] if answered else [])) for answer in one.answers]
    for number, issue in enumerate(shown, start=1):
        yield group(
            heading(f"Issue {number}"),
            text(kind_title(procedure, issue.kind), subtle=True, small=True, gap="None"),
            quote(issue.text, most=most, gap="Small"),
            quote(issue.outcome, label="Outcome sought:", most=most, gap="Small"),
            *answers_before(number, earlier, procedure, most=most),
            *(
                answer_to(answer, most=most, by=person(one, procedure) if partly else "")
                for one, answer in given
                if answer.issue == number
            ),
            line=first_line or number > 1,
            gap="Medium",
        )


def answers_before(
    issue: int, earlier: Sequence[Request], procedure: Procedure, *, most: int = LENGTHS[0]
) -> Iterator[Element]:
    """What was answered to one issue at earlier stages, in brief: `Stage 1, Tom Marsh (Team Manager): accepted: …`."""
    for request in earlier:
        for given in request.all_answers:
            for answer in given.answers:
                if answer.issue == issue:
                    who = f"{stage_title(procedure, request.stage)}, {words.person(given.by, procedure)}"
                    label = f"{words.unsaid(who)}: {answer.verdict}:"
                    yield quote(answer.words, label=label, most=min(most, EARLIER), gap="Small")


def person(answered: Answered, procedure: Procedure) -> str:
    return words.person(answered.by, procedure)


def answer_to(answer: IssueAnswer, *, most: int = LENGTHS[0], by: str = "") -> Element:
    """The answer to one issue, in a box of its own below it. `by`: whose it is, where there are several."""
    accepted = answer.verdict == "accepted"
    will = [f"**Who:** {words.said(answer.by_whom)}"] if answer.by_whom else []
    if answer.by_when is not None:
        will.append(f"**By:** {words.in_words(answer.by_when)}")
    return panel(
        text(f"{'✓ Accepted' if accepted else '✗ Challenged'}{f' by {by}' if by else ''}", bold=True),
        quote(answer.words, most=most, gap="Small"),
        *([text(" · ".join(will), gap="Small")] if will else []),
    )


def why_it_matters(matter: Challenge | ChallengeRaised, procedure: Procedure, *, most: int = LENGTHS[0]) -> Element:
    """The impact on the child, and the answers to the procedure's own questions."""
    return group(
        heading(f"What it means for the {subject_of(procedure, matter.arena)}"),
        quote(matter.impact, most=most, gap="Small"),
        *answers_to(matter.details, most=most),
        line=True,
        gap="Medium",
    )


def answers_to(details: Iterable[Detail], *, most: int = LENGTHS[0]) -> Iterator[Element]:
    """The answers to questions of the procedure's own."""
    return (quote(_day_or(detail.words), label=detail.label, most=most, gap="Small") for detail in details)


def why_opened(
    opened: Request | Proposal | StageOpened | StageProposed, *, most: int = LENGTHS[0]
) -> Iterator[Element]:
    """Why a stage was opened, or is to be: one of its own grounds, the reason, what else was asked of the opener."""
    if opened.ground:
        yield text(f"**Ground:** {words.said(opened.ground)}")
    if opened.reason:
        yield quote(opened.reason, label="Why this stage:", most=most)
    yield from answers_to(opened.details, most=most)


def _day_or(given: Words) -> Words | str:
    """The answer to a question that asks for a day, as people write days; any other as it is."""
    try:
        return words.weekday(date.fromisoformat(str(given)))
    except ValueError:
        return given


def shortened(texts: Iterable[Words], most: int) -> list[Element]:
    """A line that says so, where the card has no room for every text."""
    if all(len(str(one)) <= most for one in texts):
        return []
    return [text("Some texts are shortened here; the record has them whole.", subtle=True, small=True)]


def texts_of(challenge: Challenge) -> list[Words]:
    """Every text that a card of the present state may show."""
    found = [one for issue in challenge.issues for one in (issue.text, issue.outcome)]
    found += [challenge.impact, *(detail.words for detail in challenge.details)]
    for request in challenge.requests:
        found += [detail.words for detail in request.details]
        found += [answer.words for given in request.all_answers for answer in given.answers]
    return found


def record_buttons(challenge: Challenge, procedure: Procedure, *, acts: bool) -> Iterator[Action]:
    """The ways to the record and the dates; for whoever has something to do, the principles as well (OMB-11)."""
    ref = {"ref": challenge.reference}
    yield button("Show the record", SHOW, ref)
    yield button("Why these dates", WHY, ref)
    if acts and procedure.principles:
        yield reveal("Our principles", bullets(words.said(one) for one in procedure.principles))


def ending(challenge: Challenge, procedure: Procedure, *, most: int = LENGTHS[0]) -> list[Element]:
    """How a challenge ended, for those who took part."""
    ended = challenge.ended
    if ended is None:
        return []
    match ended.how:
        case "resolved":
            subject = subject_of(procedure, challenge.arena)
            said = [
                quote(ended.words, label="How:", most=most),
                quote(ended.outcome_for_child or "", label=f"For the {subject}:", most=most, gap="Small"),
                text(f"**Was that the outcome sought?** {ACHIEVED.get(ended.achieved, ended.achieved)}", gap="Small"),
                *answers_to(ended.details, most=most),
            ]
            return [panel(text(f"✓ Resolved at {words.moment(ended.at)}", bold=True), *said)]
        case "accepted by silence":
            title = text(f"Closed at {words.moment(ended.at)}", bold=True)
            why = "No decision came in time, and by the procedure that counts as satisfaction."
            return [panel(title, text(why, gap="Small"))]
        case "withdrawn" | "not taken further":
            title = text(f"{words.first_up(ended.how)} at {words.moment(ended.at)}", bold=True)
            return [panel(title, quote(ended.words, label="Reason:", most=most))]
        case _:
            assert_never(ended.how)


def due_now(challenge: Challenge) -> Deadline | None:
    """The deadline that runs: the decision's once there is an answer."""
    request = challenge.current
    if challenge.proposal is not None and challenge.awaits_agreement:
        return challenge.proposal.due
    return request.due if request.waits else request.decide_by


def pressing(at: datetime, now: datetime, asks: str, was_due: str) -> str:
    """A deadline in a summary: `please answer by 5pm on 14 April 2026`, with `due today` or `late` before it."""
    day = f"{words.clock(at)} on {words.in_words(london_date(at))}"
    if late(at, now):
        return f"late: {was_due} {day}"
    return f"{'due today: ' if london_date(at) == london_date(now) else ''}{asks} {day}"


def late(at: datetime, now: datetime) -> bool:
    return now > at


def is_late(deadline: Deadline | None, now: datetime) -> bool:
    return deadline is not None and late(deadline.due_at, now)


def outside_body(procedure: Procedure, arena: str) -> str:
    """To whom the matter can be referred after the last stage; empty where to nobody."""
    return words.said(next((known.outside_body for known in procedure.arenas if known.id == arena), ""))


def verdicts(answered: Answered) -> str:
    """`1 issue accepted and 2 challenged`."""
    accepted = sum(answer.verdict == "accepted" for answer in answered.answers)
    challenged = len(answered.answers) - accepted
    said = [f"{words.count(accepted, 'issue')} accepted"] if accepted else []
    if challenged:
        said.append(f"{challenged if said else words.count(challenged, 'issue')} challenged")
    return words.listed(said)
