"""What several cards say about a challenge in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal, assert_never

from bot.domain.challenge import Answered, Challenge, Request
from bot.domain.commands import Detail, Issue, IssueAnswer
from bot.domain.events import Because
from bot.domain.procedure import Procedure, Stage
from bot.domain.words import Words
from bot.domain.working_time import Deadline
from cards import words
from cards.kit import LENGTHS, Action, Element, button, group, heading, panel, quote, text
from cards.verbs import SHOW, WHY

Standing = Literal["waiting", "answered", "moved on", "exhausted", "ended"]

BECAUSE: dict[Because, str] = {
    "usual": "the usual start",
    "direct entry": "started here directly",
    "not satisfied": "the answer before it was not enough",
    "no answer in time": "no answer came in time",
    "urgent": "it could not wait",
}
ACHIEVED = {"yes": "Yes", "partly": "Partly", "no": "No"}


def standing(challenge: Challenge, request: Request) -> Standing:
    """Where a stage request stands, from the point of view of a card that shows it."""
    if challenge.ended is not None:
        return "ended"
    if request.number != challenge.current.number:
        return "moved on"
    if request.exhausted:
        return "exhausted"
    return "waiting" if request.answered is None else "answered"


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


def child_of(challenge: Challenge, age: int | None) -> str:
    return words.child(challenge.child, challenge.initials, age)


def head(challenge: Challenge, procedure: Procedure, stage: str) -> Element:
    """The small line over a card's heading: `Positive Challenge PC-2026-0001 · Stage 1`."""
    name = words.first_up(words.said(procedure.names.challenge))
    return text(f"{name} {challenge.reference} · {stage_title(procedure, stage)}", subtle=True, small=True)


def asked_of(request: Request, procedure: Procedure) -> str:
    """Who is asked; where there are several, the first answer settles."""
    return words.people(request.asked, procedure, "or") or "Nobody holds the post at present"


def moved_because(request: Request) -> str:
    return f"Opened because {BECAUSE[request.because]}" if request.because != "usual" else ""


def issues(
    shown: Sequence[Issue],
    procedure: Procedure,
    *,
    answered: Answered | None = None,
    most: int = LENGTHS[0],
    first_line: bool = True,
) -> Iterator[Element]:
    """Each issue with the outcome sought and, where there is one, the answer to it."""
    answers = {answer.issue: answer for answer in answered.answers} if answered else {}
    for number, issue in enumerate(shown, start=1):
        yield group(
            heading(f"Issue {number}"),
            text(kind_title(procedure, issue.kind), subtle=True, small=True, gap="None"),
            quote(issue.text, most=most, gap="Small"),
            quote(issue.outcome, label="Outcome sought:", most=most, gap="Small"),
            *([answer_to(answers[number], most=most)] if number in answers else []),
            line=first_line or number > 1,
            gap="Medium",
        )


def answer_to(answer: IssueAnswer, *, most: int = LENGTHS[0]) -> Element:
    """The answer to one issue, in a box of its own below it."""
    accepted = answer.verdict == "accepted"
    will = [f"**Who:** {words.said(answer.by_whom)}"] if answer.by_whom else []
    if answer.by_when is not None:
        will.append(f"**By:** {words.in_words(answer.by_when)}")
    return panel(
        text("✓ Accepted" if accepted else "✗ Challenged", bold=True),
        quote(answer.words, most=most, gap="Small"),
        *([text(" · ".join(will), gap="Small")] if will else []),
    )


def why_it_matters(impact: Words, details: Iterable[Detail], *, most: int = LENGTHS[0]) -> Element:
    """The impact on the child, and the answers to the procedure's own questions."""
    asked = [quote(_day_or(detail.words), label=detail.label, most=most, gap="Small") for detail in details]
    return group(
        heading("What it means for the child"), quote(impact, most=most, gap="Small"), *asked, line=True, gap="Medium"
    )


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
        if request.answered is not None:
            found += [answer.words for answer in request.answered.answers]
    return found


def record_buttons(challenge: Challenge) -> tuple[Action, Action]:
    ref = {"ref": challenge.reference}
    return button("Show the record", SHOW, ref), button("Why these dates", WHY, ref)


def ending(challenge: Challenge, *, most: int = LENGTHS[0]) -> list[Element]:
    """How a challenge ended, for those who took part."""
    ended = challenge.ended
    if ended is None:
        return []
    match ended.how:
        case "resolved":
            said = [
                quote(ended.words, label="How:", most=most),
                quote(ended.outcome_for_child or "", label="For the child:", most=most, gap="Small"),
                text(f"**Was that the outcome sought?** {ACHIEVED.get(ended.achieved, ended.achieved)}", gap="Small"),
            ]
            return [panel(text(f"✓ Resolved at {words.moment(ended.at)}", bold=True), *said)]
        case "withdrawn" | "not taken further":
            title = text(f"{words.first_up(ended.how)} at {words.moment(ended.at)}", bold=True)
            return [panel(title, quote(ended.words, label="Reason:", most=most))]
        case _:
            assert_never(ended.how)


def due_now(challenge: Challenge) -> Deadline:
    """The deadline that runs: the decision's once there is an answer."""
    answered = challenge.current.answered
    return challenge.current.due if answered is None else answered.decide_by


def late(at: datetime, now: datetime) -> bool:
    return now > at


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
