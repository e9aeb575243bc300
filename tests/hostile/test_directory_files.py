"""What a directory file holds does nothing to who imports it, nor to who opens what comes of it in a spreadsheet."""

from __future__ import annotations

import pytest

from tests.hostile.attempts import FORMULAS
from tests.usecases.test_read_directory import CHILDREN, PEOPLE, faults

SIGNS = "\x1b]0;evil\x07\x1b[31m\u202e\u200b"


@pytest.mark.parametrize("file", ["units", "people", "children"])
@pytest.mark.parametrize("cell", ["2016-05-04", "Imogen Reed", "Boston Team 1", "child-in-care", "name", "M-1"])
def test_a_fault_quotes_a_cell_without_what_would_change_a_terminal(file: str, cell: str) -> None:
    texts = {"people": PEOPLE, "children": CHILDREN, "units": "unit,parent\nCouncil,\nBoston Team 1,Nowhere\n"}
    found = faults(**{file: texts[file].replace(cell, f"{cell}{SIGNS}") + f"{SIGNS}\n"})
    assert found
    assert all(fault.isprintable() for fault in found)


@pytest.mark.parametrize("formula", [text for text in FORMULAS if text[0] not in "\t\r"])
def test_no_name_or_reference_that_a_spreadsheet_would_run_gets_in(formula: str) -> None:
    cell = '"' + formula.replace('"', '""') + '"'
    for fault in (faults(people=PEOPLE.replace("Tom Marsh", cell)), faults(children=CHILDREN.replace("M-1", cell))):
        assert any("which a spreadsheet takes for a formula" in line for line in fault)


def test_a_tab_or_a_break_before_a_formula_is_taken_off_before_it_is_looked_at() -> None:
    for before in ("\t", "\r", " ", "\u200b"):
        found = faults(people=PEOPLE.replace("Tom Marsh", f'"{before}=1+1"'))
        assert any("which a spreadsheet takes for a formula" in line for line in found)
