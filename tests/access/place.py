"""A made-up authority around one challenge, and one person in it who is this or that to the challenge.

    place = Place(database, names="set a date")     # the procedure names the role `named` for this act
    place.is_("manager", state="waiting")           # the challenge waits for an answer, and X is the raiser's manager
    place.says(X, "show PC-2026-0001")

Everything that X does goes through the turn that Teams would bring: a line typed, or a button pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any, Literal

from bot.domain.access import Action, Relation
from bot.domain.commands import Answer, Close, Command, Escalate, Issue, IssueAnswer, Raise, TakeOver
from bot.domain.people import Child, Directory, Person, Post
from bot.domain.words import Words
from bot.domain.working_time import london_date
from bot.procedures.load import Loaded, read
from bot.usecases.administer import import_directory, keep_procedure
from bot.usecases.converse import converse
from bot.usecases.ports import Pressed, Reply, Turn, Typed
from cards import verbs
from cards.plain import as_text
from storage.database import Database
from storage.directory import DirectoryShelf
from tests.procedures.small import small
from tests.usecases.scene import Scene

X = "p-x"
"""The person whose access is tried."""
REF = "PC-2026-0001"
CHILD, INITIALS = "C-1", "AB"
ISSUE, OUTCOME, IMPACT, ANSWER = "Marker-issue", "Marker-outcome", "Marker-impact", "Marker-answer"
UNITS = {"Council": None, "Team": "Council", "Office": "Council", "Elsewhere": None}
State = Literal["waiting", "proposed", "answered", "last answered", "overdue", "ended"]
Way = Literal[
    "raiser", "agrees", "agrees, new in post", "asked", "asked, new in post", "asked, as deputy", "decides", "answered",
    "former", "manager", "worker", "party", "party, new in post", "party, the child's own reviewer", "successor",
    "overseer", "bystander", "stranger",
]  # fmt: skip
"""How X comes to be what they are to the challenge: after the comma, one of several ways to the same."""

AT_UNIT = "at the child's unit"
_FOUND = {"iro": "on the child", "worker": "on the child", "iro-manager": "at the raiser's unit"}
ROLES = (
    "iro", "worker", "manager", "partner", "stand-in", "iro-manager", "consenter", "contented", "told", "heir",
    "watcher", "named", "reviewer", "other",
)  # fmt: skip
_STAGES = ("first", "gated", "special", "last")


def procedure(names: Action | None = None) -> Loaded:
    """One stage like the other, so that any act is tried at any of them. `names`: the act for which the role `named`
    is named, of those acts that make whoever holds it something to every challenge."""
    named = {act: '"named"' if names == act else "" for act in ("hand on", "reopen")}
    stage = """
formal = true
answered_by = ["manager", "partner"]
answers_needed = "each"
limit = { count = 5, set_by = ["named"] }
satisfied_by = ["iro", "contented"]
satisfaction = "one"
meeting = { convened_by = ["named"] }
tell = { opened = ["told"] }
"""
    extra = {"gated": 'gate = { agreed_by = ["consenter"] }', "special": 'opened_by = ["named"]'}
    text = small(
        top=f"""
start = "first"
overall = {{ limit = {{ count = 60 }}, reminders = {{ before = [5] }} }}
digest = ["watcher"]
taken_over_by = ["heir", {named["hand on"]}]
telling = {{ formal = {{ overdue = ["iro-manager"] }} }}
reopening = {{ by = ["heir", {named["reopen"]}] }}
""",
        role={role: _role(role) for role in ROLES},
        kind={"theme": 'title = "A theme"\ntreated = "counted only"\nsignpost = "It is followed as a theme."'},
        stage={id: f'title = "Stage {id}"{stage}{extra.get(id, "")}' for id in _STAGES},
        extra='[[pauses]]\nid = "court"\ntitle = "Court"\nby = ["named"]',
        without=("stages.talk", "stages.second", "roles.director"),
    )
    return read(text)


def _role(role: str) -> str:
    lines = [f'title = "The {role}"', f'found = "{_FOUND.get(role, AT_UNIT)}"']
    lines += ["raises = true"] if role in ("iro", "reviewer") else []
    lines += ['deputy = "stand-in"'] if role == "manager" else []
    return "\n".join(lines)


class Place:
    """One challenge, its people, and X."""

    def __init__(self, database: Database, names: Action | None = None, *, known: bool = True) -> None:
        """`known`: whether the directory knows X."""
        self.scene = Scene(database)
        office = self.scene.under(procedure(names))
        self.office = self.scene.office = replace(office, shelf=DirectoryShelf())
        keep_procedure(self.office)
        self.posts: dict[str, list[str]] = {role: [f"p-{role}"] for role in ROLES}
        self.posts["iro"].append("p-iro-2")
        self.workers = {"iro": "p-iro", "worker": "p-worker"}
        self.known = known
        self._turns = count(1)
        self.moves()

    # -- the directory ---------------------------------------------------------------------------------------------

    def moves(self, **posts: list[str]) -> None:
        """From now on these people hold these posts."""
        self.posts.update({role.replace("_", "-"): people for role, people in posts.items()})
        ids = {"p-iro-2", *(f"p-{role}" for role in ROLES)} | ({X} if self.known else set())
        office = ("iro", "iro-manager", "reviewer")
        held = [
            Post(person=person, role=role, unit="Office" if role in office else "Team")
            for role, people in self.posts.items()
            for person in people
            if person in ids
        ]
        child = Child(
            reference=CHILD, name="Alex Brown", born=date(2016, 5, 4), arena="care", unit="Team", workers=self.workers
        )
        import_directory(
            self.office,
            Directory(
                version=1,
                people={id: Person(id=id, name=id.title(), email=f"{id}@any.example") for id in sorted(ids)},
                units=UNITS,
                posts=tuple(held),
                children={CHILD: child},
            ),
        )

    # -- what X is ---------------------------------------------------------------------------------------------------

    def is_(self, way: Way, state: State, *, named: bool = False) -> None:
        """Bring the challenge into a state, with X in it as wanted; `named`: X holds the post named for the act."""
        if way == "raiser" or way == "former":
            self.workers["iro"] = X
            self.moves(iro=[X, "p-iro", "p-iro-2"])
        holding: Mapping[Way, Callable[[], None]] = {
            "agrees": lambda: self.moves(consenter=[X]),
            "asked": lambda: self.moves(manager=["p-manager", X]),
            "asked, as deputy": lambda: self.moves(manager=[], stand_in=[X, "p-manager"]),
            "decides": lambda: self.moves(contented=[X]),
            "manager": lambda: self.moves(iro_manager=[X]),
            "party": lambda: self.moves(told=[X]),
            "successor": lambda: self.moves(heir=[X]),
            "overseer": lambda: self.moves(watcher=[X]),
            "bystander": lambda: self.moves(other=[X]),
        }
        if way in holding:
            holding[way]()
        if way == "worker":
            self.workers["worker"] = X
            self.moves()
        self._comes_to(way, state)
        self._becomes(way)
        if named:
            self.moves(named=[X])

    def _comes_to(self, way: Way, state: State) -> None:
        agrees = way.startswith("agrees")
        at_last = state == "last answered" and not agrees
        never_opened = agrees and state == "ended"
        self.does(self.boss, a_raise("last" if at_last else "gated" if never_opened else "first"))
        if way == "former":
            self.does("p-heir", TakeOver(reason=Words("Away"), to="P-Iro-2"))
            self.workers["iro"] = "p-iro-2"
            self.moves(iro=["p-iro-2"])
        if way == "answered":
            self.moves(manager=[X])
            self.does(X, an_answer())
            self.moves(manager=["p-manager"])
        if state in ("answered", "last answered"):
            self._is_answered(way)
        if state == "overdue":
            self.scene.at("Thu 16 April 2026 10am")
            self.scene.looks(REF)
        if (state == "proposed" or agrees) and not never_opened:
            self.does(self.boss, Escalate(request=1, to="gated", reason=Words("Urgent")))
        if state == "ended":
            self.does(self.boss, Close(reason=Words("Settled")))

    def _is_answered(self, way: Way) -> None:
        for person in ("p-manager", "p-partner"):
            if way != "answered" or person == "p-partner":
                self.does(person, an_answer())

    def _becomes(self, way: Way) -> None:
        match way:
            case "agrees, new in post":
                self.moves(consenter=[X])
            case "asked, new in post":
                self.moves(manager=["p-manager", X])
            case "party, new in post":
                self.moves(told=[X])
            case "party, the child's own reviewer":
                self.workers["iro"] = X
                self.moves()

    @property
    def boss(self) -> str:
        """Whoever can move the challenge on now."""
        try:
            return self.scene.now(REF).raiser.person
        except Exception:
            return self.workers["iro"]

    def relations(self, person: str = X) -> tuple[Relation, ...]:
        with self.office.database.reading() as connection:
            facts = self.office.facts(connection)
        return facts.relations(self.scene.now(REF), person, self.scene.clock.now())

    # -- what people do --------------------------------------------------------------------------------------------

    def does(self, by: str, command: Command) -> None:
        self.scene.does(by, command, None if isinstance(command, Raise) else REF)

    def says(self, person: str, text: str) -> Reply:
        return self._turn(person, Typed(text=text))

    def presses(self, person: str, verb: str, **data: str | int) -> Reply:
        return self._turn(person, Pressed(verb=verb, data=data, card=None))

    def submits(self, person: str, form: str, entries: Mapping[str, str], ref: str = REF) -> Reply:
        """Press a form's own button, whether or not the form was ever shown."""
        challenge = self.scene.now(REF)
        number = challenge.proposals if form == "agree" else challenge.current.number
        data: dict[str, Any] = {"form": form, "ref": ref, "n": number, "nonce": f"n{next(self._turns)}"}
        return self.presses(person, verbs.SUBMIT, **data, **{f"{form}.{id}": value for id, value in entries.items()})

    def _turn(self, person: str, ask: Typed | Pressed) -> Reply:
        turn = Turn(
            person=person, message=f"t{next(self._turns)}", at=self.scene.clock.now(), personal=True, address=None,
            ask=ask,
        )  # fmt: skip
        return converse(self.office, turn)

    def day(self, after: int) -> str:
        return (london_date(self.scene.clock.now()) + timedelta(days=after)).isoformat()


def text_of(reply: Reply) -> str:
    """Everything that somebody sees of a reply, its notification among it."""
    parts = ((one.text, one.summary, as_text(dict(one.card)) if one.card else "") for one in reply.shown)
    return "\n".join(text for part in parts for text in part)


def a_raise(stage: str) -> Raise:
    return Raise(
        child=CHILD,
        arena="care",
        issues=(Issue(text=Words(ISSUE), outcome=Words(OUTCOME), kind="delay"),),
        impact=Words(IMPACT),
        stage=stage,
        reason=Words("Too urgent"),
    )


def an_answer() -> Answer:
    answer = IssueAnswer(issue=1, verdict="accepted", words=Words(ANSWER), by_whom=Words(""), by_when=None)
    return Answer(request=1, answers=(answer,))
