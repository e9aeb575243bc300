"""Filling in forms: opening them, keeping what was typed, saying what is wrong, and doing what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from bot.domain.blank import (
    answer_form,
    close_form,
    escalate_form,
    exhaust_form,
    issue_form,
    note_form,
    raise_form,
    resolve_form,
    wait_form,
)
from bot.domain.challenge import Challenge
from bot.domain.commands import MOST_ISSUES, LookAtClock, Raise
from bot.domain.errors import DateNotPossible, FormIncomplete, MayNotRaise, NotKnown, Refused
from bot.domain.events import ChallengeRaised, StageOpened
from bot.domain.facts import Facts
from bot.domain.filled import command, raising_command
from bot.domain.forms import Form, FormId, check
from bot.domain.opening import raising
from bot.domain.people import Child
from bot.domain.procedure import Procedure
from bot.domain.rehearse import rehearse
from bot.domain.working_time import london_date
from bot.usecases.handle import handle
from bot.usecases.show import present, present_after, visible
from bot.usecases.talk import Said, Talk, new_code, new_nonce, say
from cards.form import form_card
from cards.kit import Drawn
from cards.preview import preview_card
from cards.words import said
from storage import desk, index, trail
from storage.database import Connection
from storage.desk import Draft

_OF_AN_ISSUE = ("issue-", "outcome-", "kind-")
LONGEST_CASELOAD = 80
"""Children offered as a list; whoever has more types the reference."""


def form_for(form: FormId, challenge: Challenge, procedure: Procedure) -> Form:
    """The form of an act on a challenge as it stands."""
    match form:
        case "answer":
            return answer_form(challenge)
        case "resolve":
            return resolve_form(challenge)
        case "escalate":
            return escalate_form(procedure, challenge)
        case "exhaust":
            return exhaust_form(procedure, challenge)
        case "wait":
            return wait_form(challenge)
        case "close":
            return close_form(challenge)
        case "note":
            return note_form(challenge)
        case "issue":
            return issue_form(procedure, challenge)
        case "raise":
            raise AssertionError("a raising has no challenge yet")


def raising_form(talk: Talk, connection: Connection, entries: Mapping[str, str], issues: int = 0) -> Form:
    """The raise form with room for the issues begun, and the sender's own children to choose from."""
    facts = talk.office.facts(connection)
    if not any(
        post.role in facts.procedure.raising_roles
        for post in facts.directory.posts_of(talk.me.id, london_date(talk.turn.at))
    ):
        titles = sorted(facts.procedure.title_of(role) for role in facts.procedure.raising_roles)
        raise MayNotRaise(who=" or ".join(titles), operator=facts.operator)
    begun = [int(id.rpartition("-")[2]) for id in entries if id.startswith(_OF_AN_ISSUE)]
    named = facts.directory.children.get(entries.get("child", ""))
    arena = named.arena if named else ""
    return raise_form(facts.procedure, _caseload(talk, facts, named), max(1, issues, *begun), arena)


def _caseload(talk: Talk, facts: Facts, named: Child | None) -> tuple[Child, ...]:
    """The sender's own children and the one already named, if it is known."""
    mine = facts.directory.children_of(talk.me.id, facts.procedure.raising_roles)
    if not mine or len(mine) > LONGEST_CASELOAD:
        return ()
    return mine if named is None or named in mine else (named, *mine)


def open_form(talk: Talk, form: FormId, reference: str, entries: Mapping[str, str] | None = None) -> Drawn:
    """A form as a card of its own, with what was typed before and never sent."""
    with talk.office.database.reading() as connection:
        if form == "raise":
            return _open_raise(talk, connection, reference, entries or {})
        challenge, _, facts, relation = visible(talk.office, connection, reference, talk.me.id, talk.turn.at)
        if relation == "overseer":
            raise NotKnown(what=f"challenge {reference}")
        kept = desk.draft_of(connection, talk.me.id, form, reference)
    number = challenge.current.number
    try:
        rehearse(form, challenge, talk.sent(LookAtClock(), "rehearsal"), facts)
    except Refused as refused:
        return present(talk, reference, number=number, lead=refused.sentence)
    values = {**(kept.entries if kept else {}), **(entries or {})}
    data = {"ref": reference, "n": number, "nonce": new_nonce()}
    return form_card(form_for(form, challenge, facts.procedure), values=values, data=data)


def _open_raise(talk: Talk, connection: Connection, subject: str, entries: Mapping[str, str]) -> Drawn:
    kept = desk.draft_of(connection, talk.me.id, "raise", subject)
    values = {**({"child": subject} if subject else {}), **with_line(kept.entries if kept else {}, entries)}
    known = not subject or subject in talk.office.directory(connection).children
    faults = {} if known else {"child": _no_such_child(subject)}
    return _raise_card(raising_form(talk, connection, values), values, subject, faults)


def with_line(before: Mapping[str, str], entries: Mapping[str, str]) -> dict[str, str]:
    """What was kept, with what a line says; a line that has issues of its own starts those afresh."""
    if any(id.startswith(_OF_AN_ISSUE) for id in entries):
        before = {id: value for id, value in before.items() if not id.startswith(_OF_AN_ISSUE)}
    return {**before, **entries}


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


def keep(talk: Talk, form: FormId, subject: str, number: int, entries: Mapping[str, str], asking: str = "") -> Draft:
    """Keep what was typed, under the code it has or a new one."""

    def save(connection: Connection) -> Draft:
        before = desk.draft_of(connection, talk.me.id, form, subject)
        draft = Draft(
            code=before.code if before else new_code(),
            person=talk.me.id,
            form=form,
            subject=subject,
            number=number,
            entries=dict(entries),
            asking=asking,
            heard=talk.turn.message,
            saved_at=talk.turn.at,
        )
        desk.save_draft(connection, draft)
        return draft

    return talk.office.database.change(save)


def submit(talk: Talk, form: FormId, subject: str, number: int, entries: Mapping[str, str], nonce: str) -> Said:
    """A form's own button: checked, then done, or, for a raising, shown for confirmation. Kept unless it is done."""
    if form == "raise":
        return say(review_raising(talk, subject, entries), replaces=True)
    try:
        return _carry_out(talk, form, subject, number, entries, nonce)
    except Exception:
        keep(talk, form, subject, number, entries)
        raise


def _carry_out(talk: Talk, form: FormId, subject: str, number: int, entries: Mapping[str, str], id: str) -> Said:
    with talk.office.database.reading() as connection:
        challenge, _, facts, _ = visible(talk.office, connection, subject, talk.me.id, talk.turn.at)
    shape = form_for(form, challenge, facts.procedure)
    try:
        good = check(shape, entries, london_date(talk.turn.at))
        handled = handle(
            talk.office, talk.sent(command(form, good, number), id), subject, also=_forget(talk, form, subject)
        )
    except (FormIncomplete, DateNotPossible) as wrong:
        keep(talk, form, subject, number, entries)
        faults = wrong.by_field if isinstance(wrong, FormIncomplete) else {wrong.field: wrong.sentence}
        data = {"ref": subject, "n": number, "nonce": new_nonce()}
        return say(form_card(shape, values=entries, faults=faults, data=data), replaces=True)
    except Refused as refused:
        keep(talk, form, subject, number, entries)
        return say(present(talk, subject, number=number, lead=refused.sentence), replaces=True)
    lead = "" if handled.events or handled.repeated else "Nothing had to change."
    if form == "note":
        lead = "Added to the record."
    return say(present_after(talk, handled, lead=lead), replaces=True)


def _forget(talk: Talk, form: FormId, subject: str) -> Callable[[Connection], None]:
    """What is done needs no draft any more; that is one with the doing."""
    return lambda connection: desk.drop_draft(connection, talk.me.id, form, subject)


def review_raising(talk: Talk, subject: str, entries: Mapping[str, str]) -> Drawn:
    """Keep a raising; show what is wrong with it or, where nothing is, what will happen when it is confirmed."""
    child = entries.get("child", "").strip().upper()
    draft = keep(talk, "raise", child, 0, {**entries, "child": child})
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
        return _preview(talk, connection, facts, raise_, draft.code)


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


def _preview(talk: Talk, connection: Connection, facts: Facts, raise_: Raise, code: str) -> Drawn:
    raised, opened = raising("", talk.sent(raise_, "preview"), facts)
    assert isinstance(raised, ChallengeRaised)
    assert isinstance(opened, StageOpened)
    others = tuple(
        office_record[0]
        for reference in index.open_about(connection, (raise_.child, *raised.siblings))
        if (office_record := talk.office.record(connection, reference))
        and facts.relation(office_record[0], talk.me.id, talk.turn.at) is not None
    )
    child = facts.directory.children[raise_.child]
    age = child.age_on(london_date(talk.turn.at))
    return preview_card(raised, opened, facts.procedure, others=others, code=code, age=age)


def confirm(talk: Talk, code: str) -> Said:
    """Do what a draft asks for; a second confirmation shows what the first one did."""
    with talk.office.database.reading() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, code)
        done = None if draft else was_confirmed(talk, connection, code)
    if done is not None:
        return say(present(talk, done), replaces=True)
    if draft is None:
        return say(f"There is nothing under the code {code.upper()[:8]} that waits for you. Type `tray` or `help`.")
    if draft.form != "raise":
        form = cast(FormId, draft.form)
        return _carry_out(talk, form, draft.subject, draft.number, draft.entries, f"draft/{draft.code}")
    return _raise(talk, draft)


def _raise(talk: Talk, draft: Draft) -> Said:
    with talk.office.database.reading() as connection:
        facts = talk.office.facts(connection)
        form = raising_form(talk, connection, draft.entries)
    try:
        raise_ = checked_raising(talk, facts, form, draft)
    except FormIncomplete as incomplete:
        return say(_raise_card(form, draft.entries, draft.subject, incomplete.by_field), replaces=True)
    sent = talk.sent(raise_, f"draft/{draft.code}")
    handled = handle(talk.office, sent, also=_forget(talk, "raise", draft.subject))
    return say(present_after(talk, handled, lead=f"Raised: {handled.challenge.reference}."), replaces=True)


def was_confirmed(talk: Talk, connection: Connection, code: str) -> str | None:
    """The challenge to which a confirmed draft has led."""
    stream = trail.was_done(connection, f"draft/{code.upper()}/{talk.me.id}")
    return stream.removeprefix("challenge:") if stream else None


def reopen(talk: Talk, code: str) -> Said:
    """The form of a draft again, with everything that was typed."""
    with talk.office.database.reading() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, code)
    if draft is None:
        return say(f"There is nothing under the code {code.upper()[:8]} that waits for you. Type `tray` or `help`.")
    return say(open_form(talk, cast(FormId, draft.form), draft.subject), replaces=True)


def discard(talk: Talk, code: str) -> Said:
    """Forget a draft."""
    with talk.office.database.writing() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, code)
        if draft is not None:
            desk.drop_draft(connection, talk.me.id, draft.form, draft.subject)
    return say("Discarded. Nothing was sent." if draft else "There was nothing to discard.")
