"""Where two features of the procedure language meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.commands import (
    OPERATOR,
    Escalate,
    FixMeeting,
    GiveAgreement,
    MoveToVersion,
    PauseClocks,
    ResumeClocks,
    SetLimit,
)
from bot.domain.events import DatesMoved, StageAssigned
from bot.domain.words import Words
from bot.procedures.calendar import load_calendar
from tests.builders import Story, an_answer, day, ids, only, satisfied
from tests.language.town import (
    SISTER,
    TUESDAY,
    a_story,
    a_town,
    another,
    due,
    going_on,
    looked_at,
    names,
    on,
    raised,
    raising,
)
from tests.procedures.small import a_procedure

GATE = 'gate = { agreed_by = ["iro-manager"], within = { count = 2 } }'
PAUSE = '[[pauses]]\nid = "court"\ntitle = "Court proceedings"\nby = ["iro"]'
YES = GiveAgreement(proposal=1, agreed=True, words=Words(""))
COURT = PauseClocks(pause="court", reason=Words("A hearing is listed"))
GO_ON = ResumeClocks(reason=Words("The hearing is over"))


def test_a_direct_entry_waits_for_the_agreement_that_its_stage_needs() -> None:
    story = raised(stage={"first": GATE})
    assert story.now.state == "waiting for agreement"
    story.does("iro-manager", YES, "Wed 8 April 2026 10am")
    assert story.now.current.because == "direct entry"
    assert due(story) == "Wed 15 April 2026 5pm"


def test_an_answer_that_comes_while_agreement_is_waited_for_makes_the_next_step_a_choice_again() -> None:
    story = raised(stage={"second": GATE})
    story.does("iro", going_on("second"), "Wed 8 April 2026 10am")
    story.does("manager", an_answer(), "Wed 8 April 2026 11am")
    events = story.does("iro-manager", YES, "Wed 8 April 2026 2pm")
    assert names(events) == ["AgreementGiven"]
    assert story.now.state == "waiting for a decision"
    assert names(story.does("iro", going_on("second"), "Wed 8 April 2026 3pm")) == ["StageOpened"]


def test_a_pause_inside_a_meeting_stage_keeps_the_meeting_and_moves_the_date_counted_from_it() -> None:
    counted = 'kind = "meeting"\nlimit = { count = 2, counted_from = "the meeting" }'
    story = raised(stage={"first": counted}, extra=PAUSE)
    fixed = FixMeeting(request=1, day=day("Fri 10 April 2026"), where=Words("Room 2"))
    story.does("manager", fixed, "Tue 7 April 2026 11am")
    assert due(story) == "Tue 14 April 2026 5pm"
    story.does("iro", COURT, "Mon 13 April 2026 10am")
    story.does("iro", GO_ON, "Wed 15 April 2026 10am")
    assert due(story) == "Thu 16 April 2026 5pm"
    assert story.now.current.meeting is not None
    assert story.now.current.meeting.day == day("Fri 10 April 2026")


def test_a_bank_holiday_announced_late_leaves_a_day_that_somebody_set_unless_it_is_that_very_day() -> None:
    set_by = 'limit = { count = 5, set_by = ["iro"] }'
    for chosen, then in (("Tue 20 September 2022", ""), ("Mon 19 September 2022", "Tue 20 September 2022 5pm")):
        procedure = a_procedure(stage={"first": set_by}, without=("overall",))
        story = Story(a_town(procedure, known_on=date(2022, 9, 8)))
        story.does("iro", raising("first"), "Wed 7 September 2022 10am")
        story.does("iro", SetLimit(request=1, until=day(chosen), reason=Words("Leave")), "Wed 7 September 2022 11am")
        story.facts = replace(story.facts, calendar=load_calendar("england-and-wales"))
        moved = [event for event in looked_at(story, "Fri 9 September 2022 9am") if isinstance(event, DatesMoved)]
        assert [on(event.dates.due) for event in moved] == ([then] if then else []), chosen


def test_a_day_that_somebody_sets_is_capped_by_the_end_of_the_whole_and_its_own_date_is_kept() -> None:
    short = 'overall = { limit = { count = 6 }, reminders = {}, beyond = "cap" }'
    story = raised(top=short, stage={"first": 'limit = { count = 5, set_by = ["iro"] }'})
    later = SetLimit(request=1, until=day("Mon 20 April 2026"), reason=Words("Leave"))
    story.does("iro", later, "Tue 7 April 2026 11am")
    assert due(story) == "Wed 15 April 2026 5pm"
    found = story.now.current.due
    assert found is not None
    assert found.own_due_at is not None
    assert found.own_due_at.date() == day("Mon 20 April 2026")


def test_a_stage_opened_after_the_end_of_the_whole_keeps_its_own_date_and_without_a_limit_has_none() -> None:
    short = 'overall = { limit = { count = 2 }, reminders = {}, beyond = "cap" }'
    dated, undated = raised(top=short), raised(top=short, without=("stages.second.limit",))
    for story, expected in ((dated, "Tue 21 April 2026 5pm"), (undated, "")):
        story.does("iro", going_on("second"), "Tue 14 April 2026 10am")
        assert due(story) == expected


def test_of_two_who_must_each_answer_the_vacancy_is_filled_later_and_the_other_keeps_the_request() -> None:
    procedure = a_procedure(stage={"first": 'answered_by = ["manager", "director"]\nanswers_needed = "each"'})
    story = Story(a_town(procedure, vacant=("director",)))
    story.does("iro", raising("first"), TUESDAY)
    assert ids(story.now.current.asked) == {"manager"}
    story.facts = a_town(procedure)
    assigned = only(StageAssigned, looked_at(story, "Wed 8 April 2026 9am"))
    assert (ids(assigned.asked), ids(assigned.kept)) == ({"director"}, {"manager"})
    states = []
    for person in ("manager", "director"):
        story.does(person, an_answer(), "Wed 8 April 2026 10am")
        states.append(story.now.state)
    assert states == ["waiting for an answer", "waiting for a decision"]


def test_an_empty_post_does_not_keep_the_others_from_being_satisfied_together() -> None:
    procedure = a_procedure(stage={"first": 'satisfied_by = ["iro", "iro-manager"]'})
    for vacant, first in (((), "SatisfactionGiven"), (("iro-manager",), "ChallengeResolved")):
        story = Story(a_town(procedure, vacant=vacant))
        story.does("iro", raising("first"), TUESDAY)
        story.does("manager", an_answer(), "Wed 8 April 2026 10am")
        assert names(story.does("iro", satisfied(), "Wed 8 April 2026 11am")) == [first], vacant


def test_nobodys_agreement_stands_between_a_child_at_immediate_risk_and_the_stage() -> None:
    risk = '[immediate_risk]\nquestion = "At risk now?"\nsignpost = "Ring 999."\nstage = "second"'
    story = a_story(extra=risk, stage={"second": GATE})
    story.does("iro", replace(raising("second"), immediate_risk=True), TUESDAY)
    assert names(story.history) == ["ChallengeRaised", "StageOpened"]
    assert story.now.current.because == "immediate risk"


def test_silence_means_nothing_while_the_clock_stands_still() -> None:
    story = raised(stage={"first": 'on_silence = "accepted"'}, extra=PAUSE)
    story.does("iro", COURT, "Fri 10 April 2026 10am")
    story.passes("Mon 20 April 2026 10am")
    assert story.now.state == "waiting for an answer"
    story.does("iro", GO_ON, "Mon 20 April 2026 11am")
    story.passes("Wed 29 April 2026 10am")
    assert names(story.history).count("SilenceAccepted") == 1


def test_of_brothers_and_sisters_each_ones_own_social_worker_is_asked() -> None:
    story = Story(a_town(a_procedure(), sister_with={"worker": another("worker")}))
    story.does("iro", replace(raising("talk"), also=(SISTER,)), TUESDAY)
    assert ids(story.now.current.asked) == {"worker", another("worker")}
    story.does(another("worker"), an_answer(), "Wed 8 April 2026 10am")
    assert story.now.state == "waiting for a decision"


def test_another_version_moves_the_dates_of_the_running_stage_but_not_a_day_that_somebody_set() -> None:
    old = a_procedure(stage={"first": 'limit = { count = 5, set_by = ["iro"] }'})
    new = a_procedure(stage={"first": 'limit = { count = 3, set_by = ["iro"] }'})
    move = MoveToVersion(reason=Words("The text was revised"))
    for set_first, expected in ((False, "Fri 10 April 2026 5pm"), (True, "Mon 20 April 2026 5pm")):
        story = Story(a_town(old))
        story.does("iro", raising("first"), TUESDAY)
        if set_first:
            limit = SetLimit(request=1, until=day("Mon 20 April 2026"), reason=Words("Leave"))
            story.does("iro", limit, "Tue 7 April 2026 11am")
        story.facts = a_town(new)
        story.does(OPERATOR, move, "Wed 8 April 2026 10am")
        assert due(story) == expected
        assert story.now.procedure == new.fingerprint


def test_another_version_that_has_no_such_stage_is_refused() -> None:
    story = raised("first")
    story.facts = a_town(a_procedure(without=("stages.first",)))
    said = story.refused(OPERATOR, MoveToVersion(reason=Words("Revised")), "Wed 8 April 2026 10am")
    assert "no stage “first”" in said


def test_after_the_gate_is_refused_the_raiser_opens_the_stage_with_a_reason_and_the_ground_stays() -> None:
    grounds = GATE + '\ngrounds = ["Drift", "Harm"]'
    story = raised(stage={"second": grounds})
    story.does("iro", Escalate(request=1, to="second", reason=Words("Drift"), ground="Drift"), "Wed 8 April 2026 10am")
    story.does("iro-manager", GiveAgreement(proposal=1, agreed=False, words=Words("Wait")), "Wed 8 April 2026 11am")
    story.does("iro", going_on("second"), "Wed 8 April 2026 2pm")
    assert (story.now.current.stage, story.now.current.ground) == ("second", "Drift")
