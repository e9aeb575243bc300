"""Made-up procedures: one that uses every word of the language, and shapes that no bundled one has."""

from __future__ import annotations

from datetime import date, time

from bot.domain import beside
from bot.domain.procedure import Arena, Assumed, Kind, Names, Procedure, Question, Role, Severity
from bot.domain.stages import Gate, Meeting, Stage, Telling, TellRule
from bot.domain.terms import Limit, Overall, Pause, Reminders, WorkingHours
from bot.domain.working_time import Holiday

ANY = ("r-any",)
WITHIN = Limit(count=3, unit="working hours", set_by=ANY, at_least=2, at_most=6)
REMIND = Reminders(before=(4, 2), on_the_day=True, after=(1, 3), then_every=6, at=time(8, 30), also=("r-chief",))

ROLES = (
    Role(id="r-iro", title="Reviewing Person", found="on the child", raises=True, reports_to="r-line"),
    Role(id="r-chair", title="Conference Person", found="on the child", raises=True, reports_to="r-line"),
    Role(id="r-any", title="Duty Person", found="at the raiser's unit"),
    Role(id="r-line", title="Line Person", found="at the raiser's unit", deputy="r-any"),
    Role(id="r-worker", title="Case Person", found="on the child", reports_to="r-team"),
    Role(id="r-team", title="Team Person", found="at the child's unit", reports_to="r-head", deputy="r-any"),
    Role(id="r-head", title="Head Person", found="at the child's unit", reports_to="r-chief"),
    Role(id="r-chief", title="Chief Person", found="at the child's unit", deputy="r-any"),
    Role(id="r-spare", title="Spare Person", found="at the child's unit"),
)
STAGES = (
    Stage(
        id="s-talk",
        title="Talking first",
        formal=False,
        kind="conversation",
        answered_by=("r-worker", "r-team"),
        limit=Limit(unit="at once"),
        purpose="Something can be put right by talking",
        tell={"raised": ("r-line",), "resolved": ("r-team",)},
    ),
    Stage(
        id="s-plan",
        title="A plan together",
        formal=False,
        kind="plan",
        answered_by=("r-worker", "r-team"),
        answers_needed="each",
        limit=Limit(unit="the same working day", counted_from="the step before"),
        passed_over=False,
        on_silence="accepted",
        on_no_decision="resolved",
    ),
    Stage(
        id="s-answer",
        title="First answer",
        formal=True,
        answered_by=("r-team",),
        limit=Limit(count=5, unit="calendar days", set_by=("r-line", "r-any"), at_least=2, at_most=9),
        acknowledge_within=WITHIN,
        decide_within=WITHIN,
        reminders=REMIND,
        purpose="Talking did not help.",
        grounds=("It is not settled", "A child is not safe"),
        caution="Talk with your own manager",
        form="Alert sheet",
        opened_by=("r-iro", "r-line"),
        gate=Gate(agreed_by=("r-line", "r-any"), confirms="Talking was tried", within=WITHIN, once=False),
        satisfied_by=("r-iro", "r-team"),
        satisfaction="one",
        entered_directly=False,
        revises_outcomes=True,
        on_silence="next stage",
        tell={"opened": ("r-worker", "r-line"), "answered": ("r-worker",)},
    ),
    Stage(
        id="s-meeting",
        title="Meeting of heads",
        formal=True,
        kind="meeting",
        answered_by=("r-head", "r-chief"),
        limit=Limit(count=4, counted_from="the meeting", set_by=ANY, must_be_set=True),
        gate=Gate(agreed_by=ANY, within=Limit(count=1), on_silence="opened"),
        satisfied_by=("r-iro", "r-chair"),
        meeting=Meeting(
            convened_by=("r-head", "r-any"),
            chaired_by=("r-chief",),
            invited=("r-iro", "r-worker"),
            first_part_only=("r-iro", "r-chair"),
            minuted_by="A note taker",
            held_within=WITHIN,
            minutes_within=WITHIN,
            asks=("What would prevent the next level?", "Who does what?"),
        ),
    ),
    Stage(
        id="s-report",
        title="Report upward",
        formal=True,
        kind="report",
        answered_by=("r-chief",),
        limit=Limit(count=2, counted_from="the review"),
    ),
)


def everything() -> Procedure:
    """A procedure that says something in every place where a file can say something."""
    return Procedure(
        id="p-everything",
        authority="Madeup Council",
        title="Putting Things Right",
        version="7.3",
        in_force=date(2026, 4, 6),
        source="Practice handbook, chapter 9",
        nation="scotland",
        names=Names(challenge="alert", case_system="Filewell", informal="Soft", formal="Hard", form="Sheet"),
        closures=(Holiday(day=date(2026, 12, 29), title="Winter closing"),),
        hours=WorkingHours(
            opens=time(8, 30), closes=time(17, 30), remind_at=time(10), cut_off=time(16), receipt="delivered", at_once=2
        ),
        arenas=(
            Arena(
                id="a-care",
                title="In our care",
                raiser="Reviewer",
                subject="young person",
                raised_by=("r-iro", "r-line"),
                outside_body="The Outside Court",
                outside_until_age=18,
            ),
            Arena(id="a-carer", title="Carer's review", raiser="Reviewer of carers", subject="carer"),
            Arena(id="a-leaver", title="Leaving care", raiser="Reviewer of leavers"),
        ),
        roles=ROLES,
        kinds=(
            Kind(
                id="k-delay",
                title="Delay of a plan",
                group="Practice matters",
                arenas=("a-care", "a-carer"),
                roles=("r-iro", "r-chair"),
                advises=("s-answer", "s-meeting"),
                requires="s-talk",
            ),
            Kind(id="k-theme", title="Slow forms", treated="counted only", signpost="It is read each month"),
            Kind(id="k-staff", title="A complaint", treated="elsewhere", signpost="Write to the complaints team."),
        ),
        severities=(Severity(id="v-high", title="Very grave", advises=("s-meeting", "s-plan"), requires="s-answer"),),
        questions=(
            Question(id="q-how", label="How did it go?", kind="choice", choices=("Well", "Badly"), hint="One of two"),
            Question(id="q-when", label="When was it?", kind="date", required=True, formal_only=True),
            Question(
                id="q-why",
                label="Why this step?",
                at="escalate",
                stages=("s-answer", "s-meeting"),
                arenas=("a-care", "a-carer"),
            ),
            Question(id="q-done", label="What was done?", kind="line", at="answer"),
            Question(id="q-end", label="What came of it?", at="resolve"),
        ),
        start="s-talk",
        stages=STAGES,
        overall=Overall(
            limit=Limit(count=20, set_by=ANY, at_least=3, at_most=30), reminders=REMIND, starts="s-plan", beyond="cap"
        ),
        pauses=(
            Pause(
                id="u-court",
                title="Court is sitting",
                by=("r-iro", "r-line"),
                at_most=Limit(count=10, set_by=ANY),
                question="Is a court sitting?",
                signpost="Speak with the guardian",
            ),
            Pause(id="u-leave", title="Long leave", by=("r-line", "r-any"), stops=("the answer",)),
            Pause(id="u-note", title="Strike", by=("r-line",), stops=()),
        ),
        reminders=Reminders(before=(2,)),
        decide_within=Limit(count=2, set_by=ANY),
        decision_reminders=Reminders(then_every=3),
        immediate_risk=beside.ImmediateRisk(
            question="Is the child in danger now?",
            signpost="Ring the safeguarding desk",
            stage="s-answer",
            limit=WITHIN,
            tell=("r-chief", "r-head"),
        ),
        triggers=(
            beside.Trigger(
                id="t-third",
                title="Third conference",
                arena="a-care",
                when="reviews held",
                at_least=3,
                stage="s-answer",
                kind="k-delay",
                issue="A third conference",
                outcome="A way forward",
                impact="Time goes by",
            ),
        ),
        reopening=beside.Reopening(by=("r-iro", "r-line"), within=Limit(count=15, set_by=ANY)),
        taken_over_by=("r-line", "r-any"),
        outside_control="It is marked and goes on",
        telling=Telling(
            informal={"acknowledged": ("r-iro",), "overdue": ("r-any",)},
            formal={"closed": ("r-line",), "exhausted": ("r-chief",)},
            rules=(
                TellRule(when=("opened", "answered"), roles=("r-head", "r-any"), tier="formal", heading="Formal alert"),
                TellRule(when=("resolved",), roles=("r-chief",), stages=("s-answer", "s-meeting"), ways=("email",)),
                TellRule(when=("opened",), roles=("r-chief",), stages=("s-meeting",), unless_aware=True),
            ),
            seniors=("overdue", "paused"),
            heading="An alert",
            ways=("email", "teams"),
            teams_only=("digest", "reminder"),
        ),
        digest=("r-head", "r-chief"),
        principles=("The child comes first", "We stay friends."),
        referral=beside.Referral(
            officer="r-line",
            consulted=("r-head", "r-any"),
            asked_at_each_stage=True,
            questions=("What is the harm?", "Is there time?"),
            steps=("Telephone", "Letter"),
            outcomes=("Settled", "Court"),
        ),
        legal_advice=beside.LegalAdvice(
            supported_by=("r-line", "r-any"),
            when="Rights are at stake",
            steps=("Ask", "Hear"),
            briefed=("r-head", "r-any"),
            notified=("r-chief", "r-any"),
        ),
        concerns=(
            beside.Concern(
                id="c-chair",
                title="About a reviewer",
                raised_by=("r-team", "r-head"),
                heard_by=("r-iro", "r-line"),
                signpost="See the staff rules",
                kept_as="A note of the manager",
            ),
        ),
        review_actions=beside.ReviewActions(
            title="To-do of the review",
            confirmed_with=("r-worker", "r-team"),
            discussed_with=("r-line", "r-any"),
            asks=("What went well?", "What was missing?"),
            signpost="Look at the list monthly",
        ),
        good_practice=beside.GoodPractice(shared_with=("r-team", "r-head"), signpost="Say thank you"),
        changes=(
            beside.Change(id="g-move", title="A move", review_first=True),
            beside.Change(id="g-school", title="A new school", signpost="Ring the virtual head"),
        ),
        duties=(
            beside.Duty(roles=("r-line", "r-head"), text="Supervise the raiser", stages=("s-answer", "s-meeting")),
        ),
        records=beside.Records(
            case_note_at_raising="Alert raised",
            case_note_at_end="Alert over",
            headings=("Facts", "Impact"),
            no_pasted_mail=True,
            file_copy="The sheet as a PDF",
            on_file_within=WITHIN,
            retention="Seventy-five years from birth (Regulation 50)",
        ),
        retention=(
            beside.Retention(
                id="n-care",
                years=75,
                source="Regulation 50",
                counted_from="birth",
                arenas=("a-care", "a-carer"),
                years_after_death=15,
            ),
            beside.Retention(id="n-rest", years=6, source="Schedule of the council"),
        ),
        reports=(
            beside.Report(
                id="o-month",
                title="Monthly themes",
                every="month",
                readers="the board",
                names_children=False,
                contents=("Themes", "Praise"),
            ),
        ),
        assumed=(Assumed(where="stages.s-talk.limit", chosen="one hour", why="The text gives no hour"),),
    )


def shaped(*stages: Stage, overall: int = 0, risk: str = "", body: str = "Cafcass") -> Procedure:
    """A procedure of these stages and little else. `overall`: working days; `risk`: where such a challenge starts."""
    return Procedure(
        id="p-shaped",
        authority="Shaped Council",
        title="A procedure of this shape",
        version="1",
        in_force=date(2026, 4, 6),
        source="Handbook",
        nation="england-and-wales",
        arenas=(Arena(id="a-care", title="Child in care", raiser="Reviewer", outside_body=body),),
        roles=ROLES,
        kinds=(Kind(id="k-delay", title="Delay"),),
        start=stages[0].id,
        stages=stages,
        overall=Overall(limit=Limit(count=overall), reminders=Reminders()) if overall else None,
        reminders=Reminders(),
        decide_within=Limit(count=2),
        decision_reminders=Reminders(),
        immediate_risk=beside.ImmediateRisk(
            question="Is the child in danger?", signpost="Ring the safeguarding desk first.", stage=risk
        )
        if risk
        else None,
    )
