"""Every turn is timed, counted, traced and logged: by what was asked, never by what was said."""

from __future__ import annotations

from time import perf_counter

from bot.telemetry.logs import Log
from bot.telemetry.traces import span
from bot.usecases.interpret import interpret, read_reference
from bot.usecases.office import Office
from bot.usecases.ports import Converse, Installed, Pressed, Removed, Reply, Turn, Typed
from cards import verbs

OTHER = "other"
VERBS = frozenset({*verbs.COMMANDS, verbs.SUBMIT, verbs.OPEN, verbs.MORE})
log = Log("bot.turn")


def observed(office: Office, answer: Converse) -> Converse:
    """The same answers, watched."""

    async def watched(turn: Turn) -> Reply:
        kind, action, reference = asked(turn)
        began, outcome = perf_counter(), "failed"
        with span("turn", action=action, reference=reference):
            try:
                reply = await answer(turn)
                outcome = "answered"
                return reply
            finally:
                took = perf_counter() - began
                office.metrics.turn_seconds.labels(kind, action, outcome).observe(took)
                milliseconds = round(took * 1000)
                log.info("turn_over", action=action, reference=reference, outcome=outcome, milliseconds=milliseconds)

    return watched


def asked(turn: Turn) -> tuple[str, str, str]:
    """The kind of a turn, its command or verb out of a closed list, and the reference it names, or an empty string."""
    match turn.ask:
        case Typed(text=text):
            meant = interpret(text)
            return "message", meant.word or OTHER, meant.reference
        case Pressed(verb=verb, data=data):
            return "press", verb if verb in VERBS else OTHER, read_reference(str(data.get("ref", "")))
        case Installed():
            return "installation", "installed", ""
        case Removed():
            return "installation", "removed", ""
