"""Who sees and does what: what a person is to a challenge × what is asked for. Every decision is read off this table.

`docs/access.md` is the same for people; a test compares the two, and another tries every cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, cast, get_args

Relation = Literal[
    "raiser", "agrees", "asked", "decides", "answered", "former", "manager", "worker", "party", "successor", "overseer",
    "bystander", "stranger", "operator", "clock",
]  # fmt: skip
"""What somebody is to a challenge, the closest first. Most people are several of these at once."""

RELATIONS: Final[Mapping[Relation, str]] = {
    "raiser": "Raised it, or has taken it over since; answers for it in person (OMB-10).",
    "agrees": "Is asked to agree before a stage opens, or holds the post of somebody who is (BED-03).",
    "asked": "Is asked to answer at the present stage, or holds the post of somebody who is; a deputy stands in while "
    "nobody holds the post (CARD-01).",
    "decides": "Their satisfaction counts at the present stage: the raiser's, unless the procedure names others "
    "(NEL-07). Never somebody who answers.",
    "answered": "Gave an answer at the present stage.",
    "former": "Was its raiser before somebody else took it over. Stays party to it.",
    "manager": "Holds a post that the procedure looks up at the raiser's unit: the raiser's own manager, and theirs.",
    "worker": "Is named on the child's record today, in a post that raises no challenges: one of the child's own "
    "workers.",
    "party": "Was ever asked or told, holds today a post whose holder was, or is named on the child's record today "
    "(NEL-18).",
    "successor": "Holds a post to which the procedure gives the right to hand the challenge on, or to reopen it.",
    "overseer": "Holds a post that gets the daily digest, at or above the unit of the child or of the raiser "
    "(CARD-06).",
    "bystander": "Is in the directory, and nothing to this challenge.",
    "stranger": "Is not in the directory. Is told nothing but that they aren't known.",
    "operator": "Runs the bot, at its console; reached by e-mail alone.",
    "clock": "Time itself, and the rules of the procedure that need nobody.",
}

Action = Literal[
    "see where it stands", "know the child", "read the record", "read the dates",
    "find it", "see it in the tray", "see it in the digest", "be told", "export",
    "acknowledge", "answer", "agree", "decide", "plan", "go on", "exhaust", "wait", "withdraw", "add an issue", "note",
    "fix the meeting", "set a date", "stop the clock", "hand on", "reopen", "raise", "count an issue",
    "look at the clock", "follow another version",
    "read legal advice", "read a concern about its raiser",
]  # fmt: skip
"""What can be asked for."""

ACTIONS: Final[Mapping[Action, str]] = {
    "see where it stands": "See that there is such a challenge, its stage, its state and what is due when, and "
    "not a word of what it is about (CARD-06).",
    "know the child": "See the child's reference, initials and age, and that a challenge is about this child.",
    "read the record": "Read everything that was written and done (NEL-18).",
    "read the dates": "Read how each date was counted (`why`).",
    "find it": "Have it listed by `find`: by reference, unit, stage or state and, for whoever may know the child, by "
    "the child. Lists those in which one was asked or told, and those of one's area; `show` opens any other.",
    "see it in the tray": "Have it among what waits for one's own act (NEL-19).",
    "see it in the digest": "Have it in the daily digest of an area: reference, stage, due date (CARD-06).",
    "be told": "Get the messages that the procedure wants told; those ask for an act or say what happened, and quote "
    "nothing to whoever isn't party to it.",
    "export": "Take its whole record out at the console, as a folder that proves itself; that is on record as a read.",
    "acknowledge": "Say that one has seen what is asked of one.",
    "answer": "Answer every issue. Nobody answers their own challenge.",
    "agree": "Agree to a stage's opening, or say why not. Nobody agrees to their own challenge.",
    "decide": "Be satisfied, which resolves it. Nobody decides on their own answer.",
    "plan": "Agree to the answer as a plan, and look at it again on a day (OMB-06).",
    "go on": "Open a later stage; where the procedure names who opens it, they alone.",
    "exhaust": "Record that the last answer does not satisfy and no stage is left.",
    "wait": "Wait for a late answer until a day.",
    "withdraw": "Close it without an outcome.",
    "add an issue": "Add an issue while no answer has come.",
    "note": "Add a note or a piece of correspondence to the record (LIN-15).",
    "fix the meeting": "Say when and where the stage's meeting is.",
    "set a date": "Set another day for the answer (BED-05, NEL-07).",
    "stop the clock": "Pause clocks for one of the procedure's reasons, and let them go on.",
    "hand on": "Take the raiser's place, or hand it to a colleague. Whoever is asked, or has answered, has no say in "
    "who decides on the answer.",
    "reopen": "Take an ended challenge up again.",
    "raise": "Raise a challenge about the same child: a matter of one's post, not of this challenge.",
    "count an issue": "Have an issue counted as a theme: a matter of one's post as well (OXF-10).",
    "look at the clock": "Record what has fallen due.",
    "follow another version": "Move it to another version of its procedure, with a reason.",
    "read legal advice": "Read independent legal advice and its steps. Privileged: nobody on the operational side, "
    "whatever else they are (NEL-13, NEL-18, BED-07).",
    "read a concern about its raiser": "Read a concern about whoever chairs the child's reviews: a matter between "
    "those who raised it and those whom the procedure has hear it, so nobody reads it through this challenge, and "
    "those who answer never (OMB-02, BED-15).",
}

COMING: Final[frozenset[Action]] = frozenset({"read legal advice", "read a concern about its raiser"})
"""Walls that stand already, before there is anything behind them."""

Rule = Literal["yes", "named", "no", "never"]
"""`named`: where the procedure, the child's record or the challenge itself names them, or a post of theirs, for this
very thing. `never`: whatever else they are, which is how a conflict of interest is said."""

_SIGNS: Final[Mapping[str, Rule]] = {"y": "yes", "?": "named", "-": "no", "X": "never"}
_COLUMNS: Final = cast(tuple[Relation, ...], get_args(Relation))


def _row(signs: str) -> dict[Relation, Rule]:
    return {relation: _SIGNS[sign] for relation, sign in zip(_COLUMNS, signs.split(), strict=True)}


TABLE: Final[Mapping[Action, Mapping[Relation, Rule]]] = {
    # raiser, agrees, asked, decides, answered, former, manager, worker, party, successor,
    # then overseer, bystander, stranger, operator, clock
    "see where it stands":             _row("y y y y y y y y y y   y - - y -"),
    "know the child":                  _row("y y y y y y y y y -   - - - - -"),
    "read the record":                 _row("y y y y y y y y y -   - - - - -"),
    "read the dates":                  _row("y y y y y y y y y -   - - - y -"),
    "find it":                         _row("y ? ? ? y y ? ? ? -   y - - - -"),
    "see it in the tray":              _row("? ? ? ? - - - - - -   - - - - -"),
    "see it in the digest":            _row("- - - - - - - - - -   y - - y -"),
    "be told":                         _row("? ? ? ? ? ? ? ? ? -   - - - ? -"),
    "export":                          _row("- - - - - - - - - -   - - - y -"),
    "acknowledge":                     _row("X - y - - X - - - -   - - - - -"),
    "answer":                          _row("X - y - - X - - - -   - - - - -"),
    "agree":                           _row("X y - - - X - - - -   - - - - -"),
    "decide":                          _row("- - - y X - - - - -   - - - - -"),
    "plan":                            _row("y - - - X - - - - -   - - - - -"),
    "go on":                           _row("y ? ? ? ? ? ? ? ? -   - - - - -"),
    "exhaust":                         _row("y - - - X - - - - -   - - - - -"),
    "wait":                            _row("y - - - X - - - - -   - - - - -"),
    "withdraw":                        _row("y - - - X - - - - -   - - - - -"),
    "add an issue":                    _row("y - - - - - - - - -   - - - - -"),
    "note":                            _row("y y y y y y y y y -   - - - - -"),
    "fix the meeting":                 _row("? ? y ? ? ? ? ? ? -   - - - - -"),
    "set a date":                      _row("? ? ? ? ? ? ? ? ? -   - - - - -"),
    "stop the clock":                  _row("? ? ? ? ? ? ? ? ? -   - - - - -"),
    "hand on":                         _row("? ? X ? X ? ? ? ? ?   - - - - -"),
    "reopen":                          _row("? ? ? ? ? ? ? ? ? ?   - - - - -"),
    "raise":                           _row("? ? ? ? ? ? ? ? ? ?   ? ? - - ?"),
    "count an issue":                  _row("? ? ? ? ? ? ? ? ? ?   ? ? - - -"),
    "look at the clock":               _row("- - - - - - - - - -   - - - - y"),
    "follow another version":          _row("- - - - - - - - - -   - - - y -"),
    "read legal advice":               _row("y - X - X - y X - -   - - - X -"),
    "read a concern about its raiser": _row("- - X - X - - X - -   - - - X -"),
}  # fmt: skip


def may(relations: Iterable[Relation], action: Action, *, named: bool = False) -> bool:
    """Whether somebody who is all of these to a challenge may do this; `named`: if a post of theirs is named for it."""
    rules = {TABLE[action][relation] for relation in relations}
    return "never" not in rules and ("yes" in rules or (named and "named" in rules))


def may_ask(relations: Iterable[Relation], action: Action) -> bool:
    """Whether somebody who asks for this may be told why they can't have it: they can read the record, or might do this
    very act. Whoever else asks learns nothing, not even that there is such a challenge."""
    found = tuple(relations)
    return may(found, "read the record") or may(found, action, named=True)


def barred(relations: Iterable[Relation], action: Action) -> bool:
    """Whether something that somebody is to a challenge forbids them this, whatever else they are."""
    return any(TABLE[action][relation] == "never" for relation in relations)
