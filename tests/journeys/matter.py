"""One matter under any procedure: its people by their roles, its forms filled from the procedure's own words.

    with a_matter(url, load("bedford")) as matter:
        matter.raises()
        matter.told("opened")                      # the names of those whom the file wants told, and who did it
        matter.submits("social-worker", "answer")

The people are the demo's. Who is told is read off the file's lists of roles here, and not asked of the code that sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from bot.demo.people import CHILD, made_up_directory
from bot.domain.challenge import Challenge
from bot.domain.forms import Field, Form, FormId
from bot.domain.people import Directory
from bot.domain.procedure import Happening, Procedure
from bot.domain.raise_form import raise_form
from bot.domain.stages import Stage
from bot.domain.working_time import london_date
from bot.procedures.load import Loaded
from bot.usecases.fill import form_for
from cards.kit import LIMIT, size
from cards.verbs import FORMS
from tests.journeys.town import Town, a_town

REF = "PC-2026-0001"
DAY = timedelta(days=1)


class Matter:
    """What is asked and told about one child, in the words of a procedure."""

    def __init__(self, town: Town, directory: Directory, child: str) -> None:
        self.town = town
        self.procedure: Procedure = town.office.procedure
        self.child = directory.children[child]
        raiser = self.child.workers["iro"]
        self.holders = {
            role.id: [one.id for one in directory.holders(role, child=self.child, raiser=raiser, on=self.today)]
            for role in self.procedure.roles
        }

    @property
    def today(self) -> date:
        return london_date(self.town.clock.now())

    @property
    def now(self) -> Challenge:
        return self.town.record()[0]

    @property
    def stage(self) -> Stage:
        return self.procedure.stage(self.now.current.stage)

    def who(self, role: str) -> str:
        """The one who holds a role."""
        (person,) = self.holders[role]
        return person

    def names(self, roles: Iterable[str]) -> set[str]:
        return {self.town.names[person] for role in roles for person in self.holders[role]}

    # -- what is expected, by the file ---------------------------------------------------------------------------

    def told(self, *happenings: Happening, stage: str = "", and_: Iterable[str] = (), by: str = "iro") -> set[str]:
        """Everybody whom the file names for this, and those roles, without who did it."""
        here = stage or self.stage.id
        roles = [role for happening in happenings for role in self.procedure.told(here, happening)]
        return self.names((*roles, *and_)) - self.names([by])

    def opening(self, stage: str, *, first: bool) -> set[str]:
        """Whom the opening of a stage reaches: those asked, and those told."""
        also: Happening = "raised" if first else "escalated"
        return self.told("opened", also, stage=stage, and_=self.procedure.stage(stage).answered_by)

    def reached(self, *, without: str = "iro") -> set[str]:
        """Who got something in Teams since the last time besides whoever did it; digests and edits don't count."""
        lines = [line for line in self.town.ignores() if "igest" not in line]
        names = sorted(self.town.names.values(), key=len, reverse=True)
        found = {name for name in names for line in lines if line.startswith(f"{name} teams ")}
        return found - (self.names([without]) if without else set())

    # -- what people do ------------------------------------------------------------------------------------------

    def raises(self, stage: str = "", **entries: str) -> str:
        """By the form: previewed, then confirmed. What the raiser sees then."""
        assert "Nothing is sent yet" in self.previews(stage, **entries)
        return self.town.presses(self.who("iro"), "Raise it")

    def previews(self, stage: str = "", **entries: str) -> str:
        here = self.procedure.stage(stage or self.procedure.start)
        form = raise_form(self.procedure, (self.child,), arena=self.child.arena, role="iro")
        kind = next(kind for kind in self.procedure.kinds_in(self.child.arena) if kind.treated == "as a challenge")
        given = {"child": self.child.reference, "stage": here.id, "kind-1": kind.id, "arena": "", **self.opens(here)}
        given |= {"reason": "" if here.id == self.procedure.start else "It can't wait"}
        person = self.who("iro")
        self.town.says(person, f"raise {self.child.reference}")
        self.fits(person)
        return self.town.submits(person, "raise", "Preview", **_named({**self.filled(form), **given, **entries}))

    def opens(self, stage: Stage) -> dict[str, str]:
        """What opening this stage asks, and no other."""
        must = stage.limit is not None and stage.limit.must_be_set
        return {
            "ground": next(iter(stage.grounds), ""),
            "answer-by": (self.today + DAY).isoformat() if must else "",
        }

    def submits(self, role: str, form: FormId, **entries: str) -> str:
        """Open a form by its command, fill in all of it, press its button."""
        person, challenge = self.who(role), self.now
        self.town.says(person, f"{FORMS[form]} {REF}")
        self.fits(person)
        shape = form_for(form, challenge, self.procedure)
        given = {**self.filled(shape), **entries}
        if form == "escalate" and "to" in given:
            given = {**given, **self.opens(self.procedure.stage(given["to"])), **entries}
        return self.town.submits(person, form, shape.button, **_named(given))

    def filled(self, form: Form) -> dict[str, str]:
        """An answer to every question of a form."""
        return {field.id: field.value or self._answer(field) for field in form.fields if field.id != "also"}

    def _answer(self, field: Field) -> str:
        match field.kind:
            case "choice":
                return field.choices[0].value
            case "date":
                return (self.today + DAY).isoformat()
            case _:
                return f"About {field.id}"

    def goes_on(self, to: str, **entries: str) -> set[str]:
        """On to a stage, through its gate where it has one; whom that reaches besides the raiser."""
        self.submits("iro", "escalate", to=to, **entries)
        return self.agrees(to) | self.reached()

    def agrees(self, stage: str) -> set[str]:
        """Whoever is asked for their agreement to a stage agrees; whom the request for it has reached."""
        proposal, gate = self.now.proposal, self.procedure.stage(stage).gate
        if proposal is None or gate is None:
            return set()
        asked = self.reached()
        assert asked == self.told("agreement asked", stage=stage, and_=gate.agreed_by)
        self.submits(gate.agreed_by[0], "agree", agreed="yes")
        return asked

    def fits(self, person: str) -> None:
        """The card before a person is one that Teams takes."""
        assert size(self.town.card(person)) < LIMIT

    def days_pass(self, days: int) -> None:
        """So many days, each looked at after its reminders have fallen, on either side of the change of the clocks."""
        end = self.town.clock.now() + days * DAY
        self.town.passes(end, DAY)


def _named(entries: dict[str, str]) -> dict[str, str]:
    return {id.replace("-", "_"): value for id, value in entries.items()}


@contextmanager
def a_matter(
    url: str, loaded: Loaded, *, child: str = CHILD, now: str = "Tue 13 October 2026 10:30am"
) -> Iterator[Matter]:
    """A town under a procedure, with the people and children of the demo."""
    directory = made_up_directory(loaded.procedure)
    with a_town(url, now=now, loaded=loaded, directory=directory, everybody=False) as town:
        matter = Matter(town, directory, child)
        town.hello(*{person for people in matter.holders.values() for person in people})
        yield matter
