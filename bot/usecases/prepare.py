"""Preparing a challenge: its form, its preview, and the raising itself once it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.commands import MOST_ISSUES, Raise
from bot.domain.errors import DateNotPossible, FormIncomplete
from bot.domain.events import ChallengeRaised, StageOpened, StageProposed
from bot.domain.facts import Facts
from bot.domain.filled import raising_command
from bot.domain.forms import LINE, Form, check
from bot.domain.people import Child, Party
from bot.domain.raise_form import raise_form
from bot.domain.raising import raising, raising_post
from bot.domain.working_time import london_date
from bot.usecases.count_issue import count_apart
from bot.usecases.handle import handle
from bot.usecases.keep import forget, keep
from bot.usecases.show import present_after
from bot.usecases.talk import Said, Talk, new_nonce, say
from cards.form import form_card
from cards.kit import Drawn
from cards.preview import counted_card, preview_card
from storage import desk, index
from storage.database import Connection
from storage.desk import Draft

_OF_AN_ISSUE = ("issue-", "outcome-", "kind-")
LONGEST_CASELOAD = 80
"""Children offered as a list; whoever has more types the reference."""


def raising_form(talk: Talk, connection: Connection, entries: Mapping[str, str], issues: int = 0) -> Form:
    """The raise form with room for the issues begun, and the sender's own children to choose from."""
    facts = talk.office.facts(connection)
    post = raising_post(talk.me.id, talk.turn.at, facts)  # nobody fills in what they may not send
    named = facts.directory.children.get(entries.get("child", ""))
    arenas = {arena.id for arena in facts.procedure.arenas}
    arena = named.arena if named and named.arena in arenas else ""
    siblings = named.siblings if named else ()
    caseload = _caseload(talk, facts, named)
    return raise_form(facts.procedure, caseload, max(1, issues, *issues_begun(entries)), arena, siblings, post.role)


def issues_begun(entries: Mapping[str, str]) -> list[int]:
    """The numbers of the issues of which anything has been typed; a challenge has no others than these."""
    return [
        number for number in range(1, MOST_ISSUES + 1) if any(f"{part}{number}" in entries for part in _OF_AN_ISSUE)
    ]


def _caseload(talk: Talk, facts: Facts, named: Child | None) -> tuple[Child, ...]:
    """The sender's own children and the one already named, if it is known."""
    mine = facts.directory.children_of(talk.me.id, facts.procedure.raising_roles)
    if not mine or len(mine) > LONGEST_CASELOAD:
        return ()
    return mine if named is None or named in mine else (named, *mine)


def with_line(before: Mapping[str, str], entries: Mapping[str, str]) -> dict[str, str]:
    """What was kept, with what a line says; a line that has issues of its own starts those afresh."""
    if any(id.startswith(_OF_AN_ISSUE) for id in entries):
        before = {id: value for id, value in before.items() if not id.startswith(_OF_AN_ISSUE)}
    return {**before, **entries}


def open_raising(talk: Talk, connection: Connection, subject: str, entries: Mapping[str, str]) -> Drawn:
    kept = desk.draft_of(connection, talk.me.id, "raise", subject)
    values = {**({"child": subject} if subject else {}), **with_line(kept.entries if kept else {}, entries)}
    known = not subject or subject in talk.office.directory(connection).children
    faults = {} if known else {"child": _no_such_child(subject)}
    return _raise_card(raising_form(talk, connection, values), values, subject, faults)


def _no_such_child(reference: str) -> str:
    return f"Which child: no child has the reference {reference}. Check it, or choose from the list."


def _raise_card(form: Form, values: Mapping[str, str], subject: str, faults: Mapping[str, str] | None = None) -> Drawn:
    room = sum(field.id.startswith("issue-") for field in form.fields) < MOST_ISSUES
    data = {"ref": subject, "n": 0, "nonce": new_nonce()}
    return form_card(form, values=values, faults=faults or {}, data=data, more="Add another issue" if room else "")


def more_issues(talk: Talk, subject: str, entries: Mapping[str, str]) -> Drawn:
    """The raise form with room for one issue more, and everything typed so far."""
    keep(talk, "raise", subject, 0, entries)
    with talk.office.database.reading() as connection:
        issues = sum(field.id.startswith("issue-") for field in raising_form(talk, connection, entries).fields)
        return _raise_card(raising_form(talk, connection, entries, issues + 1), entries, subject)


def review_raising(talk: Talk, subject: str, entries: Mapping[str, str]) -> Drawn:
    """Keep a raising; show what is wrong with it or, where nothing is, what will happen when it is confirmed."""
    typed = entries.get("child", "").strip().upper()
    child = typed if len(typed) <= LINE else ""  # what is longer is no reference, and too long for a draft's key
    draft = keep(talk, "raise", child, 0, {**entries, "child": typed})
    if subject != child:
        with talk.office.database.writing() as connection:
            desk.drop_draft(connection, talk.me.id, "raise", subject)
    with talk.office.database.reading() as connection:
        facts = talk.office.facts(connection)
        form = raising_form(talk, connection, draft.entries)
        try:
            raise_ = checked_raising(talk, facts, form, draft)
        except FormIncomplete as incomplete:
            return _raise_card(form, draft.entries, child, incomplete.by_field)
    counted = count_apart(talk, facts, raise_, draft)
    if counted is not None and not counted.left:
        return counted_card(counted.said)
    note = counted.said if counted is not None else ""
    with talk.office.database.reading() as connection:
        try:
            return _preview(talk, connection, facts, counted.left or raise_ if counted else raise_, draft.code, note)
        except DateNotPossible as wrong:
            return _raise_card(form, draft.entries, child, {wrong.field: wrong.sentence})


def checked_raising(talk: Talk, facts: Facts, form: Form, draft: Draft) -> Raise:
    """The command of a draft. What the domain refuses is named beside the field that it is about."""
    child = facts.directory.children.get(draft.subject)
    if draft.subject and child is None:
        raise FormIncomplete({"child": _no_such_child(draft.subject)})
    good = check(form, draft.entries, london_date(talk.turn.at))
    assert child is not None, "the form requires the child"
    made = raising_command(good, facts.procedure, child)
    if made.arena != child.arena:
        title = facts.procedure.arena(child.arena).title
        raise FormIncomplete({"arena": f"In which arena: {child.reference} is recorded as “{title}”."})
    return made


def _preview(talk: Talk, connection: Connection, facts: Facts, raise_: Raise, code: str, before: str = "") -> Drawn:
    events = raising("", talk.sent(raise_, "preview"), facts)
    raised, opened = events[0], events[1]
    assert isinstance(raised, ChallengeRaised)
    assert isinstance(opened, StageOpened | StageProposed)
    others = tuple(
        office_record[0]
        for reference in index.open_about(connection, (raise_.child, *raised.siblings))
        if (office_record := talk.office.record(connection, reference))
        and facts.may(office_record[0], talk.me.id, "know the child", talk.turn.at)
    )
    child = facts.directory.children[raise_.child]
    age = child.age_on(london_date(talk.turn.at))
    notes = (before, _somebody_elses(child, facts, raised.raiser), *_signposts(raise_, facts))
    note = " ".join(filter(None, notes))
    return preview_card(raised, opened, facts.procedure, others=others, code=code, age=age, note=note)


def _somebody_elses(child: Child, facts: Facts, raiser: Party) -> str:
    """Who the child's record names in the raiser's place, where that is somebody else."""
    named = facts.directory.people.get(child.workers.get(raiser.role, ""))
    if named is None or named.id == raiser.person:
        return ""
    return f"The child's record names {named.name} as {facts.procedure.title_of(raiser.role)}, not you."


def _signposts(raise_: Raise, facts: Facts) -> Iterator[str]:
    """What else to do, by the procedure, for a child at risk or while clocks stand still."""
    risk = facts.procedure.immediate_risk
    if raise_.immediate_risk and risk is not None:
        yield risk.signpost
    for id in raise_.pauses:
        pause = facts.procedure.pause(id)
        if pause is not None and pause.signpost:
            yield pause.signpost


def raise_it(talk: Talk, draft: Draft) -> Said:
    with talk.office.database.reading() as connection:
        facts = talk.office.facts(connection)
        form = raising_form(talk, connection, draft.entries)
    try:
        raise_ = checked_raising(talk, facts, form, draft)
    except FormIncomplete as incomplete:
        return say(_raise_card(form, draft.entries, draft.subject, incomplete.by_field), replaces=True)
    sent = talk.sent(raise_, f"draft/{draft.code}")
    handled = handle(talk.office, sent, also=forget(talk, "raise", draft.subject))
    return say(present_after(talk, handled, lead=f"Raised: {handled.challenge.reference}."), replaces=True)
