"""Random procedures that are valid: small, but with every word of the language now and then.

An example shows as the text of its file; the simplest has one stage, one arena and, for all else, the defaults.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from hashlib import sha256
from typing import Literal, get_args

from hypothesis import strategies as st

from bot.domain import beside
from bot.domain.procedure import Act, Arena, Assumed, Found, Kind, Names, Procedure, Question, Role, Severity
from bot.domain.stages import Noise, Stage, Telling, TellRule, Way
from bot.domain.terms import CountedFrom, Limit, Overall, Pause, Receipt, Stopped, WorkingHours
from bot.domain.validity import faults
from bot.domain.validity_stages import may_start
from bot.domain.working_time import Holiday, Nation
from tests.domain.any_stage import HAPPENINGS, any_limits, any_reminders, any_stages, maybe, some, words, yes_or_no
from tests.domain.shown import Shown
from tests.procedures.as_file import as_file

RAISER = "iro"
ROLES = (RAISER, "chair", "worker", "team", "head", "line", "chief")
"""The first is always there, and raises."""
ARENAS = ("care", "protection", "fostering")
STAGES = ("s1", "s2", "s3", "s4", "s5")
ANYWHERE: tuple[CountedFrom, ...] = ("receipt", "the raising", "the review")
BASIC = "basic"
"""The kind of issue that can be chosen everywhere."""
PAUSES = ("court", "leave", "strike")


@st.composite
def any_procedures(draw: st.DrawFn) -> Shown[Procedure]:
    """A valid procedure with 1 to 5 stages."""
    roles = draw(_roles())
    ids, raising = [role.id for role in roles], [role.id for role in roles if role.raises]
    stages = draw(_stages(ids, raising))
    bare = Procedure(
        id="any",
        authority="Anyshire",
        title="Putting things right",
        version="1",
        in_force=date(2026, 4, 1),
        source="Handbook",
        nation=draw(st.sampled_from(get_args(Nation))),
        arenas=draw(_arenas(raising)),
        roles=roles,
        kinds=(Kind(id=BASIC, title="A delay"),),
        start=stages[0].id,
        stages=stages,
        reminders=draw(any_reminders(ids)),
        decide_within=draw(st.just(Limit(count=2)) | any_limits((), ANYWHERE)),
        decision_reminders=draw(any_reminders(ids)),
    )
    startable = [stage.id for stage in stages if may_start(bare, stage)]
    whole = draw(_clocks(draw(_matters(draw(_besides(bare, startable)), startable))))
    assert not list(faults(whole)), "\n".join((*map(str, faults(whole)), as_file(whole)))
    text = as_file(whole)
    return Shown(replace(whole, fingerprint=sha256(text.encode()).hexdigest()), text)


@st.composite
def _roles(draw: st.DrawFn) -> tuple[Role, ...]:
    """Seniors and deputies come later in the list, so that they never go round in a circle."""
    others = draw(st.lists(st.sampled_from(ROLES[1:]), min_size=2, unique=True))
    ids = (RAISER, *sorted(others, key=ROLES.index))
    found: tuple[Found, ...] = get_args(Found)
    return tuple(
        Role(
            id=id,
            title=f"The {id}",
            found=draw(st.sampled_from(found)),
            raises=id == RAISER or (id == "chair" and draw(yes_or_no)),
            reports_to=draw(st.sampled_from(("", *ids[place:]))),
            deputy=draw(st.sampled_from(("", *ids[place:]))),
        )
        for place, id in enumerate(ids, start=1)
    )


@st.composite
def _stages(draw: st.DrawFn, roles: Sequence[str], raising: Sequence[str]) -> tuple[Stage, ...]:
    ids = draw(st.lists(st.sampled_from(STAGES), min_size=1, unique=True))
    return tuple(
        draw(any_stages(id, place, roles, raising, place == len(ids) - 1)) for place, id in enumerate(sorted(ids))
    )


@st.composite
def _arenas(draw: st.DrawFn, raising: Sequence[str]) -> tuple[Arena, ...]:
    ids = draw(some(ARENAS, 1, 3))
    bodies = {id: draw(words("The Outside Court")) for id in ids}
    return tuple(
        Arena(
            id=id,
            title=f"In {id}",
            raiser="Reviewer",
            subject=draw(st.sampled_from(("child", "young person"))),
            raised_by=draw(some(raising, 0)) if place else (),
            outside_body=bodies[id],
            outside_until_age=draw(st.sampled_from((0, 18))) if bodies[id] else 0,
        )
        for place, id in enumerate(ids)
    )


@st.composite
def _matters(draw: st.DrawFn, bare: Procedure, startable: Sequence[str]) -> Procedure:
    """Where a challenge starts, kinds of issue, severities, questions, routes of their own."""
    arenas, raising = [arena.id for arena in bare.arenas], sorted(bare.raising_roles)

    def somewhere() -> tuple[tuple[str, ...], str]:
        advises = draw(some(startable, 0))
        return advises, "" if advises else draw(st.sampled_from(("", *startable)))

    kinds = [*bare.kinds]
    for id in draw(some(("plan", "theme", "complaint"), 0, 3)):
        advises, requires = somewhere()
        kinds.append(
            Kind(
                id=id,
                title=f"The {id}",
                group=draw(words("Practice")),
                arenas=draw(some(arenas, 0)),
                roles=draw(some(raising, 0)),
                advises=advises,
                requires=requires,
                treated=draw(st.sampled_from(("as a challenge", "counted only", "elsewhere"))),
                signpost="It is read each month.",
            )
        )
    severities = []
    for id in draw(some(("grave", "slight"), 0)):
        advises, requires = somewhere()
        severities.append(Severity(id=id, title=f"Very {id}", advises=advises, requires=requires))
    risk = beside.ImmediateRisk(
        question="Is the child in danger now?",
        signpost="Ring the safeguarding desk.",
        stage=draw(st.sampled_from(startable)),
        limit=draw(maybe(any_limits())),
        tell=draw(some([role.id for role in bare.roles], 0)),
    )
    return replace(
        bare,
        start=draw(st.sampled_from(startable)),
        kinds=tuple(kinds),
        severities=tuple(severities),
        questions=draw(_questions(bare)),
        immediate_risk=draw(maybe(st.just(risk))),
    )


@st.composite
def _questions(draw: st.DrawFn, bare: Procedure) -> tuple[Question, ...]:
    formal = any(stage.formal for stage in bare.stages)
    acts: tuple[Act, ...] = draw(some(get_args(Act), 0, 4))
    found = []
    for act in acts:
        kind: Literal["line", "text", "choice", "date"] = draw(st.sampled_from(("text", "line", "choice", "date")))
        only_formal = formal and draw(yes_or_no)
        found.append(
            Question(
                id="how",
                label="How did it go?",
                kind=kind,
                required=draw(yes_or_no),
                formal_only=only_formal,
                hint=draw(words("In a few words")),
                choices=("Well", "Badly") if kind == "choice" else (),
                at=act,
                stages=() if only_formal else draw(some([stage.id for stage in bare.stages], 0)),
                arenas=draw(some([arena.id for arena in bare.arenas], 0)),
            )
        )
    return tuple(found)


@st.composite
def _clocks(draw: st.DrawFn, bare: Procedure) -> Procedure:
    """Hours, the limit on everything, pauses, days off."""
    ids = [role.id for role in bare.roles]
    starts = ["the raising", *(stage.id for stage in bare.stages)]
    if any(stage.formal for stage in bare.stages):
        starts.append("the first formal stage")
    overall = Overall(
        limit=draw(st.builds(Limit, count=st.integers(1, 20)) | any_limits((), ANYWHERE)),
        reminders=draw(any_reminders(ids)),
        starts=draw(st.sampled_from(starts)),
        beyond=draw(st.sampled_from(("warn", "cap"))),
    )
    pauses = tuple(
        Pause(
            id=id,
            title=f"The {id}",
            by=draw(some(ids)),
            stops=draw(st.just(get_args(Stopped)) | some(get_args(Stopped), 0)),
            at_most=draw(maybe(any_limits())),
            question=draw(words(f"Is there a {id}?")),
            signpost=draw(words("Speak with the guardian.")),
        )
        for id in draw(some(PAUSES, 0, 3))
    )
    hours = WorkingHours(
        opens=time(8, 30),
        closes=draw(st.sampled_from((time(17), time(17, 30)))),
        remind_at=draw(st.sampled_from((time(9), time(16)))),
        cut_off=draw(maybe(st.just(time(16)))),
        receipt=draw(st.sampled_from(get_args(Receipt))),
        at_once=draw(st.integers(1, 12)),
    )
    closures = (Holiday(day=date(2026, 4, 9), title="Moving house"),)
    return replace(
        bare,
        hours=draw(st.just(WorkingHours()) | st.just(hours)),
        overall=draw(maybe(st.just(overall))),
        pauses=pauses,
        closures=draw(st.just(()) | st.just(closures)),
    )


@st.composite
def _besides(draw: st.DrawFn, bare: Procedure, startable: Sequence[str]) -> Procedure:
    """Who is told, who takes part in what else, and what stands beside the stages."""
    ids = [role.id for role in bare.roles]
    stages = [stage.id for stage in bare.stages]
    reopening = beside.Reopening(by=draw(some(ids)), within=draw(maybe(any_limits((), ANYWHERE))))
    return replace(
        bare,
        telling=draw(_telling(bare)),
        reopening=draw(maybe(st.just(reopening))),
        taken_over_by=draw(some(ids, 0)),
        outside_control=draw(words("It is marked and goes on.")),
        digest=draw(some(ids, 0)),
        **(_everything_else(ids, stages, startable, bare.arenas[0].id) if draw(yes_or_no) else {}),  # type: ignore[arg-type]
    )


@st.composite
def _telling(draw: st.DrawFn, bare: Procedure) -> Telling:
    ids = [role.id for role in bare.roles]
    tells = st.dictionaries(st.sampled_from(HAPPENINGS), some(ids), max_size=4)
    rules = []
    for _ in range(draw(st.integers(0, 2))):
        stages = draw(some([stage.id for stage in bare.stages], 0))
        tiers = {"formal" if stage.formal else "informal" for stage in bare.stages if not stages or stage.id in stages}
        rules.append(
            TellRule(
                when=draw(some(HAPPENINGS, 1, 4)),
                roles=draw(some(ids)),
                stages=stages,
                tier=draw(st.sampled_from((None, *sorted(tiers)))),
                ways=draw(some(get_args(Way), 0)),
                heading=draw(words("An alert")),
                unless_aware=draw(yes_or_no),
            )
        )
    seniors = any(role.reports_to for role in bare.roles)
    return Telling(
        informal=draw(tells),
        formal=draw(tells),
        rules=tuple(rules),
        seniors=draw(some(HAPPENINGS, 0)) if seniors else (),
        heading=draw(words("A message")),
        ways=draw(some(get_args(Way))),
        teams_only=draw(some(get_args(Noise), 0)),
    )


def _everything_else(
    roles: Sequence[str], stages: Sequence[str], startable: Sequence[str], arena: str
) -> dict[str, object]:
    """All that no challenge depends on, and that is only explained."""
    first, last = (roles[0],), (roles[-1],)
    trigger = beside.Trigger(
        id="third",
        title="Third conference",
        arena=arena,
        when="reviews held",
        at_least=3,
        stage=startable[-1],
        kind=BASIC,
        issue="A third conference",
        outcome="A way forward",
        impact="Time goes by",
    )
    return {
        "names": Names(challenge="alert", case_system="Filewell", informal="Soft", formal="Hard", form="Sheet"),
        "triggers": (trigger,),
        "principles": ("The child comes first",),
        "referral": beside.Referral(
            officer=roles[0],
            consulted=last,
            asked_at_each_stage=True,
            questions=("What is the harm?",),
            steps=("A letter",),
            outcomes=("Settled",),
        ),
        "legal_advice": beside.LegalAdvice(
            supported_by=first, when="Rights are at stake", steps=("Ask",), briefed=last, notified=last
        ),
        "concerns": (
            beside.Concern(id="chair", title="About a chair", raised_by=first, heard_by=last, signpost="See the rules"),
        ),
        "review_actions": beside.ReviewActions(
            title="To-do", confirmed_with=first, discussed_with=last, asks=("What went well?",), signpost="Monthly"
        ),
        "good_practice": beside.GoodPractice(shared_with=last, signpost="Say thank you"),
        "changes": (beside.Change(id="move", title="A move", review_first=True, signpost="Ring the school"),),
        "duties": (beside.Duty(roles=first, text="Supervise the raiser", stages=(stages[-1],)),),
        "records": beside.Records(
            case_note_at_raising="Raised",
            case_note_at_end="Over",
            headings=("Facts",),
            no_pasted_mail=True,
            file_copy="The sheet",
            on_file_within=Limit(count=2),
            retention="Seventy-five years",
        ),
        "retention": (
            beside.Retention(id="all", years=75, source="The schedule", counted_from="birth", years_after_death=15),
        ),
        "reports": (
            beside.Report(
                id="month", title="Themes", every="month", readers="The board", names_children=False, contents=("All",)
            ),
        ),
        "assumed": (Assumed(where="decide_within", chosen="soon", why="The text is silent"),),
    }
