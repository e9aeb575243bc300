"""Anybody says and presses anything, over weeks, while posts change hands: and nobody ever sees what isn't theirs.

Every text that somebody writes is a word of its own, so that whatever reaches a person tells where it comes from. What
they may see is worked out from a copy of the access table, taken before any test could have bent it.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, get_args

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.domain.access import TABLE, Action, Relation, Rule
from bot.domain.challenge import Challenge
from bot.domain.evolve import replay
from bot.domain.facts import Facts
from bot.domain.forms import FormId
from bot.domain.people import Child, Directory, Person, Post
from bot.domain.raise_form import raise_form
from bot.domain.words import Words
from bot.usecases.administer import import_directory
from bot.usecases.fill import form_for
from bot.usecases.ports import Outgoing, Shown
from cards import verbs
from cards.verbs import FORMS
from storage import desk, index, schema, trail
from storage.database import Database
from tests.access.place import ROLES, Place

COPY: dict[Action, dict[Relation, Rule]] = {action: dict(row) for action, row in TABLE.items()}
CHILDREN = ("KID-1001", "KID-2002")
NAMES = ("Zebedee Quillfeather", "Yolanda Xanthopoulos")
TEAMS = ("Team", "Far team")
UNITS = {"Council": None, "Team": "Council", "Far team": "Council", "Office": "Council"}
TWICE = ("iro", "worker", "manager", "partner", "watcher")
OFFICE_ROLES = ("iro", "iro-manager", "reviewer")
MARK = re.compile(r"zq\d+qz")
REFERENCE = re.compile(r"PC-\d{4}-\d{4}")
REFUSED = re.compile(r"There is no challenge PC-[0-9-]+ that you can see")
"""Says a reference that was typed, and nothing of it."""
MOBILE = ("manager", "told", "contented", "consenter", "heir", "watcher", "named", "iro-manager", "other")
"""Posts that change hands."""


def people() -> tuple[str, ...]:
    """One of each kind for each team, where that makes a difference, and somebody whom the directory doesn't know."""
    return (*(f"p-{role}" for role in ROLES), *(f"p-{role}-2" for role in TWICE), "p-stranger")


def allowed(relations: tuple[Relation, ...], action: Action) -> bool:
    rules = {COPY[action][relation] for relation in relations}
    return "never" not in rules and "yes" in rules


@cache
def _template() -> Path:
    file = Path(tempfile.mkdtemp()) / "empty.db"
    database = Database(f"sqlite:///{file}")
    with database.writing() as connection:
        schema.upgrade(connection)
    database.close()
    return file


class AnyTurns(RuleBasedStateMachine):
    """What must hold is checked after each step, of everything that the step has put before anybody."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "town.db"
        shutil.copyfile(_template(), file)
        self.place = Place(Database(f"sqlite:///{file}"))
        self.scene, self.office = self.place.scene, self.place.office
        self._marks = count(1000)
        self.wrote: dict[str, set[str]] = defaultdict(set)
        """What each person typed themselves: it is theirs to see."""
        self.holding = {role: [f"p-{role}", f"p-{role}-2" if role in TWICE else ""] for role in ROLES}
        self._seen = 0
        self.looked_at = 0
        """How many pieces of output were checked, to see that there were some."""

    @initialize(data=st.data())
    def two_challenges(self, data: Any) -> None:
        self.imports()
        with self.office.database.writing() as connection:
            index.next_reference(connection, 2026)  # the first one stands as an example in what the bot says
        self.scene.reached(*people()[:-1])
        for child, by in zip(CHILDREN, ("p-iro", "p-iro-2"), strict=True):
            self.raises(by, child, data.draw(st.sampled_from(("first", "first", "gated", "last"))))

    def teardown(self) -> None:
        """In the end everybody looks for everything there is."""
        try:
            for line in ("find", "tray", "digest", *(f"show {reference}" for reference in self.references)):
                self.all_say(line)
        finally:
            self.office.database.close()
            self._folder.cleanup()

    def all_say(self, line: str) -> None:
        self.looks()
        for by in people():
            for one in self.place.says(by, line).shown:
                self.sees(by, _whole(one), one.summary)

    # -- the world -------------------------------------------------------------------------------------------------

    def imports(self) -> None:
        posts = {
            Post(person=person, role=role, unit="Office" if role in OFFICE_ROLES else TEAMS[number])
            for role, held in self.holding.items()
            for number, person in enumerate(held)
            if person
        }
        children = [
            Child(
                reference=reference, name=NAMES[number], born=date(2016, 5, 4), arena="care", unit=TEAMS[number],
                workers={"iro": ("p-iro", "p-iro-2")[number], "worker": ("p-worker", "p-worker-2")[number]},
            )
            for number, reference in enumerate(CHILDREN)
        ]  # fmt: skip
        known = {id: Person(id=id, name=id.title(), email=f"{id}@any.example") for id in people()[:-1]}
        import_directory(
            self.office,
            Directory(
                version=1, people=known, units=UNITS, posts=tuple(sorted(posts, key=str)),
                children={child.reference: child for child in children},
            ),
        )  # fmt: skip

    @property
    def references(self) -> list[str]:
        with self.office.database.reading() as connection:
            return list(trail.references(connection))

    def mark(self, by: str) -> str:
        """A text that nobody else ever writes."""
        word = f"zq{next(self._marks)}qz"
        self.wrote[by].add(word)
        return word

    # -- the steps -------------------------------------------------------------------------------------------------

    @rule(by=st.sampled_from(people()), data=st.data())
    def somebody_types(self, by: str, data: Any) -> None:
        word = data.draw(st.sampled_from((*_WORDS, *FORMS.values())))
        about = data.draw(st.sampled_from((*self.references, "PC-2026-9999", *CHILDREN, "", "waiting", "Team")))
        self.types(by, f"{word} {about}")

    @rule(word=st.sampled_from(("show", "show", "why", "find", "tray", "digest", "respond", "take")), data=st.data())
    def everybody_asks(self, word: str, data: Any) -> None:
        """One after the other, for the same."""
        reference = data.draw(st.sampled_from(self.references))
        self.all_say(f"{word} {reference}" if word != "find" else word)

    @rule(by=st.sampled_from(people()), data=st.data())
    def somebody_answers_a_question_in_text(self, by: str, data: Any) -> None:
        self.types(by, data.draw(st.sampled_from((self.mark(by), "1", "yes", "skip", "keep", "cards off", "cards on"))))

    def types(self, by: str, line: str) -> None:
        self.wrote[by].update(line.split())
        note(f"{by}: {line}")
        self.shows(by, self.place.says(by, line).shown)

    @rule(by=st.sampled_from(people()), data=st.data())
    def somebody_presses(self, by: str, data: Any) -> None:
        reference = data.draw(st.sampled_from(self.references))
        verb = data.draw(st.sampled_from((verbs.SHOW, verbs.WHY, verbs.OPEN, verbs.ACK, verbs.SUBMIT)))
        form = data.draw(st.sampled_from([one for one in get_args(FormId) if one != "raise"]))
        self.wrote[by].add(reference)
        note(f"{by}: {verb} {form} of {reference}")
        if verb == verbs.SUBMIT:
            self.submits(by, form, reference, broken=data.draw(st.booleans()))
        else:
            self.shows(by, self.place.presses(by, verb, ref=reference, form=form, n=1, nonce=self.mark(by)).shown)

    @rule(data=st.data())
    def somebody_who_can_acts(self, data: Any) -> None:
        """So that challenges get somewhere."""
        reference = data.draw(st.sampled_from(self.references))
        form = data.draw(st.sampled_from(("answer", "answer", "escalate", "resolve", "agree", "note", "take", "issue")))
        self.looks()
        able = [by for by in people() if any(allowed(self.known(reference, by), act) for act in _ABLE[form])]
        if able:
            self.submits(data.draw(st.sampled_from(able)), form, reference)

    def submits(self, by: str, form: FormId, reference: str, *, broken: bool = False) -> None:
        challenge = self.scene.now(reference)
        shape = form_for(form, challenge, self.office.procedure)
        entries: dict[str, str] = {}
        for field in shape.fields:
            if field.kind == "choice":
                entries[field.id] = field.choices[-1 if form == "escalate" else 0].value if field.choices else ""
            elif field.kind == "date":
                entries[field.id] = self.place.day(2)
            elif not broken:
                entries[field.id] = "p-reviewer@any.example" if field.id == "to" else self.mark(by)
        number = challenge.proposals if form == "agree" else challenge.current.number
        data: dict[str, str | int] = {"form": form, "ref": reference, "n": number, "nonce": self.mark(by)}
        inputs = {f"{form}.{id}": value for id, value in entries.items()}
        self.wrote[by].add(reference)
        self.shows(by, self.place.presses(by, verbs.SUBMIT, **data, **inputs).shown)

    @rule(by=st.sampled_from(("p-iro", "p-iro-2", "p-reviewer", "p-manager")), child=st.sampled_from(CHILDREN))
    def somebody_raises(self, by: str, child: str) -> None:
        self.raises(by, child, "first")

    def raises(self, by: str, child: str, stage: str) -> None:
        self.wrote[by].add(child)
        form = raise_form(self.office.procedure, ())
        entries = {field.id: self.mark(by) for field in form.fields if field.kind == "text"}
        entries |= {"child": child, "kind-1": "delay", "stage": stage}
        inputs = {f"raise.{id}": value for id, value in entries.items()}
        self.shows(by, self.place.presses(by, verbs.SUBMIT, form="raise", ref="", **inputs).shown, raising=child)
        with self.office.database.reading() as connection:
            codes = [draft.code for draft in desk.drafts_of(connection, by) if draft.form == "raise"]
        for code in codes:
            self.shows(by, self.place.says(by, f"yes {code}").shown)
        self.everything_goes_out()

    @rule(hours=st.sampled_from((1, 20, 24, 72, 24 * 8)))
    def time_passes(self, hours: int) -> None:
        self.scene.clock.moment += timedelta(hours=hours)
        self.scene.sweeps()
        self.everything_goes_out()

    @rule(role=st.sampled_from(MOBILE), data=st.data())
    def a_post_changes_hands(self, role: str, data: Any) -> None:
        team = data.draw(st.integers(0, 1))
        self.holding[role][team] = data.draw(st.sampled_from((f"p-{role}", f"p-{role}", "p-other", "p-iro", "")))
        self.imports()

    # -- what reaches people -----------------------------------------------------------------------------------------

    def everything_goes_out(self) -> None:
        self.scene.delivers_all()
        arrived = [*self.scene.teams.sent, *self.scene.mail.sent]
        if arrived:
            self.looks()
        for outgoing in arrived:
            self.sent(outgoing)
        self.scene.teams.sent.clear()
        self.scene.mail.sent.clear()

    def sent(self, outgoing: Outgoing) -> None:
        person = outgoing.key.split("/")[-2] if outgoing.replaces is None else _to(outgoing.key)
        self.sees(person, _whole(outgoing.shown), outgoing.shown.summary)
        self.sees(person, f"{outgoing.body}\n{outgoing.html}", outgoing.subject)

    def shows(self, person: str, shown: tuple[Shown, ...], raising: str = "") -> None:
        self.looks()
        for one in shown:
            self.sees(person, _whole(one), one.summary, raising=raising)
        self.everything_goes_out()

    def sees(self, person: str, whole: str, summary: str, *, raising: str = "") -> None:
        """The one place at which everything is checked that anybody ever sees."""
        self.looked_at += 1
        mine, belongs = self.wrote[person], self.words
        relations = {reference: self.known(reference, person) for reference in belongs}
        for word in set(MARK.findall(whole)) - mine:
            homes = [reference for reference, words in belongs.items() if word in words]
            assert homes, f"{person} sees {word}, which somebody only typed"
            assert allowed(relations[homes[0]], "read the record"), f"{person} reads {word} of {homes[0]}"
        said = REFUSED.sub("", whole)
        for reference in set(REFERENCE.findall(said)) & set(belongs) - mine:
            known = person == "operator" or allowed(relations[reference], "see where it stands")
            assert known, f"{person} learns of {reference}"
            about = self.challenges[reference].child
            linked = raising == about and not allowed(relations[reference], "know the child")
            assert not linked, f"{person} learns that {reference} is about {about}"
        for child in CHILDREN:
            self.sees_child(person, child, whole, relations)
        self.says_least(summary)

    def sees_child(self, person: str, child: str, whole: str, relations: dict[str, tuple[Relation, ...]]) -> None:
        number = CHILDREN.index(child)
        assert NAMES[number] not in whole, f"{person} sees the name of {child}"
        initials = "".join(part[0] for part in NAMES[number].split())
        if child not in self.wrote[person] and (child in whole or f"({initials}" in whole):
            about = [found for reference, found in relations.items() if self.challenges[reference].child == child]
            own = person in (f"p-iro{'-2' if number else ''}", f"p-worker{'-2' if number else ''}")
            assert own or any(allowed(found, "know the child") for found in about), f"{person} learns of {child}"

    def says_least(self, summary: str) -> None:
        """What a locked phone or the list of a mailbox shows."""
        assert not MARK.search(summary), summary
        assert not any(name in summary for name in (*NAMES, *CHILDREN)), summary

    def looks(self) -> None:
        """Note how everything stands at this moment: who is what to which challenge, and which words are in it."""
        with self.office.database.reading() as connection:
            histories = {one: trail.history(connection, one) for one in trail.references(connection)}
            self.facts: Facts = self.office.facts(connection)
        self.challenges: dict[str, Challenge] = {one: replay(history) for one, history in histories.items()}
        self.words = {
            one: {word for recorded in history for text in _texts(recorded.event) for word in MARK.findall(text)}
            for one, history in histories.items()
        }
        self._relations: dict[tuple[str, str], tuple[Relation, ...]] = {}

    def known(self, reference: str, person: str) -> tuple[Relation, ...]:
        """What somebody is to a challenge, by the last look."""
        found = self._relations.get((reference, person))
        if found is None:
            found = self.facts.relations(self.challenges[reference], person, self.scene.clock.now())
            self._relations[reference, person] = found
        return found


_WORDS = ("show", "show", "why", "find", "find", "tray", "digest", "help", "decide", "ack", "edit", "no", "yes")
_ABLE: dict[FormId, tuple[Action, ...]] = {
    "answer": ("answer",),
    "escalate": ("go on",),
    "resolve": ("decide",),
    "agree": ("agree",),
    "note": ("note",),
    "take": ("see where it stands",),
    "issue": ("add an issue",),
}


def _to(key: str) -> str:
    """Whom an edit of an earlier message is for; the id of that message comes last."""
    return key.split("/")[3]


def _whole(shown: Shown) -> str:
    """Everything in a message, what a card hides in its buttons among it."""
    return f"{shown.text}\n{json.dumps(shown.card, ensure_ascii=False) if shown.card else ''}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Words):
        yield value.text
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
