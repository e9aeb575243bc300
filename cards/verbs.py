"""What a button can ask, and what somebody types to ask the same: the one table for both.

Every button's data holds the verb's own keys, named beside it. `n` is the number of the stage request, so that a
button pressed months later is known to be out of date; `nonce` is the same for every delivery of the same press.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ACK: Final = "ack"
"""ref, n, nonce"""
SUBMIT: Final = "submit"
"""form, ref, n, nonce, and the form's inputs as `form.field`; `kept` names fields too long to be sent back and forth"""
OPEN: Final = "open"
"""form, ref, n: the form as a card of its own; `answer` and `decision` open the card that holds it"""
SHOW: Final = "show"
"""ref, and page where there are several"""
WHY: Final = "why"
"""ref"""
TRAY: Final = "tray"
MORE: Final = "more"
"""Another issue on the form that raises; carries what SUBMIT would"""
CONFIRM: Final = "confirm"
"""code"""
CHANGE: Final = "change"
"""code"""
DISCARD: Final = "discard"
"""code"""
PROCEDURE: Final = "procedure"
"""page, where there are several"""
HELP: Final = "help"

FORMS: Final[Mapping[str, str]] = {
    "raise": "raise",
    "issue": "issue",
    "answer": "respond",
    "resolve": "resolve",
    "exhaust": "exhaust",
    "decision": "decide",
    "escalate": "escalate",
    "wait": "wait",
    "close": "withdraw",
    "note": "note",
    "plan": "plan",
    "agree": "agree",
    "meeting": "meeting",
    "limit": "timescale",
    "pause": "pause",
    "resume": "resume",
    "reopen": "reopen",
    "take": "take",
}
"""Form → the command that goes through the same form as questions in text."""

COMMANDS: Final[Mapping[str, str]] = {
    ACK: "ack",
    SHOW: "show",
    WHY: "why",
    TRAY: "tray",
    CONFIRM: "yes",
    CHANGE: "edit",
    DISCARD: "no",
    PROCEDURE: "procedure",
    HELP: "help",
}


def typed(verb: str, data: Mapping[str, Any]) -> str:
    """The line that does the same as the button: `respond PC-2026-0001`. Empty where the text needs no such button."""
    if verb in (SUBMIT, OPEN):
        words = [FORMS[str(data["form"])], str(data.get("ref", ""))]
    elif verb in COMMANDS:
        words = [COMMANDS[verb], str(data.get("ref", data.get("code", "")))]
        if "page" in data:
            words.append(f"page {data['page']}")
    else:
        words = []
    return " ".join(word for word in words if word)
