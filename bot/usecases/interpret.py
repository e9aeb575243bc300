"""From a typed line to what is meant by it, forgiving case, punctuation and small slips."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from bot.usecases.talk import CODE_LENGTH

SYNONYMS = {
    "raise": "raise", "new": "raise", "challenge": "raise",
    "tray": "tray", "todo": "tray", "inbox": "tray",
    "show": "show", "open": "show", "view": "show",
    "ack": "ack", "acknowledge": "ack",
    "respond": "respond", "answer": "respond", "reply": "respond",
    "decide": "decide", "resolve": "resolve", "satisfied": "resolve",
    "escalate": "escalate", "bypass": "escalate",
    "exhaust": "exhaust", "wait": "wait", "plan": "plan", "agree": "agree",
    "meeting": "meeting", "timescale": "timescale", "limit": "timescale",
    "pause": "pause", "resume": "resume", "reopen": "reopen", "take": "take", "takeover": "take",
    "withdraw": "withdraw", "close": "withdraw",
    "issue": "issue", "note": "note", "why": "why", "find": "find", "search": "find",
    "procedure": "procedure", "digest": "digest",
    "yes": "yes", "confirm": "yes", "edit": "edit", "no": "no", "discard": "no",
    "help": "help", "hello": "help", "hi": "help", "cards": "cards", "clock": "clock",
}  # fmt: skip
"""Every word that starts a command, with the command it stands for."""

_REFERENCE = re.compile(
    r"(?:\bPC[\s/-]*(20[0-9]{2})[\s/-]+|(?<![\w/.-])(20[0-9]{2})[/-])0*([0-9]{1,5})(?!\w|[/.-][0-9])", re.IGNORECASE
)
"""With its letters in any shape; without them only as `2026-0042`, and never the beginning of a date."""


ALONE = frozenset({"tray", "help", "raise", "digest", "procedure"})
"""Words that are a command amid questions where nothing else stands in the line; their synonyms are answers."""
_CHILD_LINE = re.compile(r"(?=[^\s:]*[0-9])[^\s:]++\s*+(:.*)?", re.DOTALL)
"""`MOS-10423`, `MOS-10423: …`: a reference has a digit, unlike the second word of most answers."""
_PAGE = re.compile(r"(page)?\s*+[0-9]{0,3}+[\s.!?]*+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Meant:
    """What a line asks for."""

    word: str
    """The command; empty where the first word is none."""
    reference: str = ""
    """`PC-2026-0042`, however it was typed."""
    rest: str = ""
    """What is left of the line."""
    guesses: tuple[str, ...] = ()
    """The nearest commands, where it is none."""


def interpret(text: str) -> Meant:
    """Read one line. Never fails: what can't be read has guesses."""
    words = text.strip().split(maxsplit=1)
    if not words:
        return Meant(word="help")
    first = _first(words[0])
    rest = words[1] if len(words) > 1 else ""
    if first not in SYNONYMS:
        shown = read_reference(text)
        if shown and not _REFERENCE.sub("", text).strip(" .,?!"):
            return Meant(word="show", reference=shown)
        near = difflib.get_close_matches(first, SYNONYMS, n=3, cutoff=0.6)
        return Meant(word="", rest=text.strip(), guesses=tuple(dict.fromkeys(SYNONYMS[word] for word in near)))
    word = SYNONYMS[first]
    if word in ("yes", "edit", "no"):
        return Meant(word=word, rest=rest.strip(" \n\t.,:;!?\"'“”`"))
    if word in ("raise", "find", "clock", "cards"):
        return Meant(word=word, rest=rest.strip())
    reference = read_reference(rest)
    if reference:
        rest = _REFERENCE.sub("", rest, count=1)
    return Meant(word=word, reference=reference, rest=rest.strip(" :,-\n\t"))


def interruption(text: str) -> Meant | None:
    """The command of a line that comes amid questions; None where it can be an answer to the one that is open."""
    meant = interpret(text)
    line = text.split(maxsplit=1)
    if meant.word in ("yes", "no", "edit"):
        return meant if len(meant.rest) == CODE_LENGTH and meant.rest.isalnum() else None
    if meant.word == "cards":
        return meant if meant.rest.casefold() in ("on", "off") else None
    if meant.word == "raise" and meant.rest:
        return meant if _CHILD_LINE.fullmatch(meant.rest) else None
    if (meant.reference and len(line) > 1 and _first(line[0]) in SYNONYMS) or meant.word == "procedure":
        return meant if _PAGE.fullmatch(meant.rest) else None
    return meant if len(line) == 1 and _first(line[0]) in ALONE else None


def _first(word: str) -> str:
    return word.strip("/.,:;!?\"'").casefold()


def read_reference(text: str) -> str:
    """The first reference in a text in its one right form; empty where there is none."""
    found = _REFERENCE.search(text)
    return f"PC-{found[1] or found[2]}-{int(found[3]):04d}" if found else ""


@dataclass(frozen=True, kw_only=True)
class RaisedLine:
    """A challenge as it can be typed in one line."""

    child: str
    issues: tuple[tuple[str, str], ...]
    """Each issue with the outcome sought, which may be empty."""


def read_raise(rest: str) -> RaisedLine:
    """`CHILD: issue > outcome; issue > outcome`; the child alone, or nothing at all."""
    child, _, matters = rest.partition(":")
    issues = []
    for matter in filter(str.strip, re.split(r"[;\n]", matters)):
        issue, _, outcome = matter.partition(">")
        issues.append((issue.strip(), outcome.strip()))
    return RaisedLine(child=child.strip(" .,\"'").upper(), issues=tuple(issues))
