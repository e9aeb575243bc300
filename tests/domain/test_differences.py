"""What is different between two versions of a procedure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.differences import Difference, differences
from bot.domain.terms import Limit
from tests.builders import lincolnshire
from tests.procedures.made_up import everything


def test_two_versions_that_say_the_same_have_no_differences() -> None:
    assert differences(lincolnshire(), replace(lincolnshire(), fingerprint="another")) == ()
    assert differences(everything(), everything()) == ()


@pytest.mark.requirement("OXF-20")
def test_another_limit_is_one_sentence_gone_and_one_new_under_its_stage() -> None:
    old = lincolnshire()
    first, second, *others = old.stages
    new = replace(old, stages=(first, replace(second, limit=Limit(count=3)), *others))
    assert differences(old, new) == (
        Difference(
            title=f"The stages: {second.title}",
            gone=("The answer is due within 5 working days of receipt.",),
            new=("The answer is due within 3 working days of receipt.",),
        ),
    )


def test_a_part_that_only_one_version_has_is_wholly_gone_or_wholly_new() -> None:
    old = everything()
    new = replace(old, legal_advice=None)
    (gone,) = differences(old, new)
    (added,) = differences(new, old)
    assert gone.title == "Independent legal advice"
    assert gone.gone == added.new
    assert gone.new == added.gone == ()
    assert len(gone.gone) == 6


def test_of_two_like_sentences_one_that_is_gone_is_missed() -> None:
    old = everything()
    new = replace(old, kinds=(*old.kinds, replace(old.kinds[-1], id="k-again")))
    (difference,) = differences(old, new)
    assert difference.title == "Kinds of issue"
    assert difference.new == ("A complaint. This procedure does not deal with it. Write to the complaints team.",)
