"""Whatever the procedure and whatever happened, every card can be drawn for everybody, and fits into a message."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.access import Relation
from bot.usecases.fill import form_for
from bot.usecases.show import age_in, present_card
from cards.chronology import happened
from cards.form import form_card
from cards.kit import LIMIT, Drawn, size
from cards.mail import mail_body, mail_html, mail_subject
from cards.notice import notice_card
from cards.record import overview_card, record_card
from cards.why import why_card
from tests.domain.any_command import FORM_OF
from tests.domain.any_walk import AnyWalk, walking


class Drawing(AnyWalk):
    """A challenge that is drawn as it was left, for everybody who is anything to it, with all that was told of it."""

    def teardown(self) -> None:
        if not self.states:
            return
        for drawn in (*self.cards(), *self.notices(), *self.forms()):
            assert size(drawn.card) < LIMIT, drawn.summary
            assert drawn.summary.startswith("PC-2026-0001")
            assert "None" not in drawn.summary
        for recorded in self.history:
            assert happened(recorded.event, self.challenge, self.procedure)

    def cards(self) -> Iterator[Drawn]:
        challenge, facts = self.challenge, self.facts
        relations: list[Relation] = ["raiser", "decides", *(["asked"] if challenge.requests else [])]  # type: ignore[list-item]
        if challenge.proposal is not None:
            relations.append("agrees")
        yield from (present_card(challenge, facts, relation, self.now) for relation in relations)
        for request in challenge.requests[:-1]:
            yield present_card(challenge, facts, "asked", self.now, number=request.number)
        yield record_card(challenge, self.history, self.procedure, now=self.now)
        yield overview_card(challenge, self.procedure, now=self.now)
        yield why_card(challenge, self.procedure)

    def notices(self) -> Iterator[Drawn]:
        age = age_in(self.challenge, self.facts, self.now)
        for notice in self.messages():
            recorded = self.history[notice.position - 1]
            drawn = notice_card(notice.kind, recorded, self.challenge, self.procedure, age=age, to=notice.to)
            assert mail_subject(notice.kind, drawn, "Alert")
            assert mail_body(drawn)
            assert mail_html(drawn)
            yield drawn

    def forms(self) -> Iterator[Drawn]:
        data = {"ref": "PC-2026-0001", "n": 1, "nonce": "n"}
        for form in set(FORM_OF.values()) - {"raise"}:
            shape = form_for(form, self.challenge, self.procedure)
            drawn = form_card(shape, data=data)
            yield Drawn(drawn.card, f"PC-2026-0001: {drawn.summary}")


Drawing.TestCase.settings = walking(30, 15)
TestAnyWalkDrawn = Drawing.TestCase
