"""One CSV file of the directory as rows of clean cells, with every fault of its form.

What spreadsheets do to files is put right where it is harmless (a byte order mark, stray spaces, empty rows) and
refused with a remedy where it is not.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from bot.domain.unseen import INVISIBLE, TURNING, UNSEEN
from bot.domain.validity import Trouble

_FORMULA = ("=", "+", "-", "@", "|")  # OWASP's list of what a spreadsheet may run, and DDE's bar
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_TURNS = re.compile(f"[{TURNING}]")
_BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_OLDEST = 1900
_MANY = 300


@dataclass
class Troubles:
    """Collects what is wrong, so that everything can be named at once."""

    found: list[Trouble] = field(default_factory=list)

    def add(self, file: str, line: int | None, what: str) -> None:
        said = UNSEEN.sub("", what)  # it quotes cells, and goes to somebody's terminal
        self.found.append(Trouble(file if line is None else f"{file} line {line}", said))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its cells by column, and where it stands."""

    file: str
    line: int
    cells: Mapping[str, str]
    troubles: Troubles

    def fault(self, what: str) -> None:
        self.troubles.add(self.file, self.line, what)

    def need(self, column: str) -> str:
        """The cell, which must not be empty; an empty string when it is, and the fault is noted."""
        found = self.cells[column]
        if not found:
            self.fault(f"{column} is empty; fill it in")
        return found

    def day(self, column: str) -> date | None:
        """The cell as a date; None when it is empty, or faulty, which is noted."""
        text = self.cells[column]
        if not text:
            return None
        found = _day(text)
        if found is None or found.year < _OLDEST:
            self.fault(f"{column} “{text}” is no date; write it like 2016-05-04 or 04/05/2016 (day first)")
            return None
        return found

    def number(self, column: str) -> int | None:
        """The cell as a whole number; None when it is empty, or faulty, which is noted."""
        text = self.cells[column]
        if text and not (text.isascii() and text.isdigit() and len(text) < 5):
            self.fault(f"{column} “{text}” is no whole number; write it like 3")
            return None
        return int(text) if text else None


def read_rows(
    file: str, content: str | bytes, columns: Iterable[str], troubles: Troubles, optional: tuple[str, ...] = ()
) -> tuple[Row, ...] | None:
    """The rows of a file that must have exactly these columns, in any order, and may have the optional ones.

    None when the file as a whole can't be read, so that nobody complains about what it would have said.
    """
    text = _decoded(file, content, troubles)
    if text is None:
        return None
    records = _records(file, text, troubles)
    _, head = next(records, (1, []))
    needed = tuple(columns)
    wanted = {column.casefold(): column for column in (*needed, *optional)}
    names = [wanted.get(clean(name).casefold(), clean(name)) for name in head]
    if not _header_is_right(file, names, needed, optional, troubles):
        return None
    absent = [column for column in optional if column not in names]
    rows = (
        _row(file, line, names, cells, troubles, absent)
        for line, cells in records
        if any(cell.strip() for cell in cells)
    )
    return tuple(row for row in rows if row is not None)


def clean(cell: str) -> str:
    """A cell with one kind of space, one way to write an accented letter, and nothing invisible around."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", cell)).split())


def near(word: str, known: Iterable[str]) -> str:
    """A hint for what may have been meant: the nearest known word, or all of a few."""
    options = tuple(sorted(set(known)))
    guess = _guess(word, options) if len(options) <= _MANY else None
    if guess:
        return f"did you mean “{guess}”?"
    return f"there are: {', '.join(options)}" if 0 < len(options) <= 12 else "check its spelling"


@lru_cache(maxsize=1000)  # a unit spelt wrong is so for all its children
def _guess(word: str, options: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(word, options, n=1)), None)


def _day(text: str) -> date | None:
    iso, british = _ISO.fullmatch(text), _BRITISH.fullmatch(text)
    parts = iso.groups() if iso else british.groups()[::-1] if british else None
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None


def _decoded(file: str, content: str | bytes, troubles: Troubles) -> str | None:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        troubles.add(file, line, "is not in UTF-8; in Excel save it as “CSV UTF-8 (Comma delimited)”")
        return None


def _records(file: str, text: str, troubles: Troubles) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins: a quoted cell may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as broken:
            troubles.add(file, line, f"is not CSV from here on ({broken}); put cells with quotation marks in quotes")
            return
        if record is None:
            return
        yield line, record


def _header_is_right(
    file: str, names: list[str], columns: tuple[str, ...], optional: tuple[str, ...], troubles: Troubles
) -> bool:
    before = len(troubles.found)
    if not any(names):
        troubles.add(file, 1, f"has no header; the first line must be: {','.join(columns)}")
        return False
    if len(names) == 1 and re.search("[;\t]", names[0]):
        troubles.add(file, 1, "is not separated by commas; in Excel save it as “CSV UTF-8 (Comma delimited)”")
        return False
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            troubles.add(file, 1, f"has the column “{name}” twice; remove one")
        elif name and name not in columns and name not in optional:
            troubles.add(file, 1, f"has a column “{name}” that nothing reads; remove it, or {near(name, columns)}")
    for column in columns:
        if column not in names:
            troubles.add(file, 1, f"lacks the column “{column}”; add it, with empty cells where nothing is known")
    return len(troubles.found) == before


def _row(
    file: str, line: int, names: list[str], cells: list[str], troubles: Troubles, absent: Iterable[str]
) -> Row | None:
    """The row, or None when its cells can't be told apart."""
    spare = [cell for cell in cells[len(names) :] if cell.strip()]
    if spare or len(cells) < len(names):
        what = f"has {len(cells)} cells and the header {len(names)}; put a cell that holds a comma in quotes"
        troubles.add(file, line, what)
        return None
    found: dict[str, str] = dict.fromkeys(absent, "")
    for name, cell in zip(names, cells, strict=False):
        if not name:
            if cell.strip():
                troubles.add(file, line, f"holds “{clean(cell)}” in a column without a name; remove it")
            continue
        found[name] = clean(cell)
        trouble = _unfit(found[name])
        if trouble:
            troubles.add(file, line, f"{name} {trouble}")
    return Row(file=file, line=line, cells=found, troubles=troubles)


def _unfit(cell: str) -> str | None:
    if unicodedata.normalize("NFKC", cell[:1]).startswith(_FORMULA):  # some take the full-width sign for one as well
        return f"begins with “{cell[0]}”, which a spreadsheet takes for a formula; remove it, or leave the cell empty"
    if _TURNS.search(cell) or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cell):
        return "holds a control character; type the cell anew"
    return None
