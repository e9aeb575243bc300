"""What somebody could try by pressing buttons that were never drawn, or by typing: strategies for hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from hypothesis import strategies as st

from bot.domain.forms import FormId
from cards import verbs

VERBS = tuple(value for name, value in vars(verbs).items() if name.isupper() and isinstance(value, str))
COMMANDS = tuple(dict.fromkeys([*verbs.FORMS.values(), *verbs.COMMANDS.values(), "find", "cards", "digest", "stop"]))
FIELDS = (
    ["child", "arena", "impact", "stage", "reason", "to", "how", "outcome", "achieved", "words", "kind", "agreed"]
    + ["verdict-1", "words-1", "who-1", "when-1", "until", "day", "where", "pause", "ground", "q-conversation-how"]
    + ["issue-1", "outcome-1", "kind-1", "issue-2", "kind-2", "issue-99", "issue-x", "issue-²", "issue-99999999", ""]
)
GOOD = ["accepted", "challenged", "stage-1", "stage-3", "informal", "delay", "yes", "no", "2026-04-14", "MOS-10423"]
FORMULAS = ["=cmd|'/c calc'!A1", "+1", "@SUM(1)", "-2", "\t=1", "\r=1", "＝1"]
MARKUP = [
    "<at>All</at>",
    "<a href='https://evil.example'>x</a>",
    "[x](https://evil.example)",
    "![x](https://evil.example)",
    "**bold** _it_ ~~no~~ `code`",
    "# Head\n- one\n1. two\n> quote\n***",
    "{{DATE(2026-04-07T10:00:00Z)}}",
    "&lt;at&gt;All&lt;/at&gt; &#42;&#42;b&#42;&#42;",
    "ends with \\",
]
UNSEEN = ["\u202eevil\u202c", "a\u200bb", "\u2066x", "\ufeff", "\x00", "\x1b[31m", "\U000e0041", "\u00ad", "שלום (5)"]
SIZES = ["x" * 601, "x" * 7990, "漢" * 7990, "ﬃ" * 100, "İ" * 60, " ", "\n" * 50]
MOMENTS = ["9999-12-31", "0001-01-01", "2999-12-31", "31/02/2026", "next friday", "٣ April 2026", "2026-04-31"]
TEXTS = st.sampled_from([*GOOD, *FORMULAS, *MARKUP, *UNSEEN, *SIZES, *MOMENTS]) | st.text(max_size=30)
SCALARS = TEXTS | st.integers(-3, 9) | st.sampled_from([10**18, -(10**18), 1.5, 1e308, True, False, None, ""])


def presses(
    refs: Sequence[str], nonces: Sequence[str], codes: Sequence[str]
) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A verb and its data: with references, nonces and codes of others, or with none of it, or with nonsense."""

    @st.composite
    def press(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
        form = draw(st.sampled_from([*get_args(FormId), "decision", "__class__"]))
        known = st.fixed_dictionaries(
            {},
            optional={
                "ref": st.sampled_from(list(refs)) | SCALARS,
                "n": st.sampled_from([1, 1, "1", 2, 0]) | SCALARS,
                "nonce": st.sampled_from(list(nonces)) | SCALARS,
                "code": st.sampled_from(list(codes)) | SCALARS,
                "form": st.just(form),
                "page": SCALARS,
                "kept": st.sampled_from(["words-1 impact", "x y"]) | SCALARS,
                "verb": SCALARS,
            },
        )
        inputs = st.dictionaries(st.sampled_from(FIELDS), SCALARS, max_size=8)
        data = draw(known) | {f"{form}.{field}": value for field, value in draw(inputs).items()}
        return draw(st.sampled_from([*VERBS, verbs.SUBMIT, verbs.SUBMIT, verbs.SUBMIT, "x"])), data

    return press()


def lines(refs: Sequence[str], codes: Sequence[str]) -> st.SearchStrategy[str]:
    """A typed line: a command with what may stand behind it, or anything."""
    behind = st.sampled_from([*refs, *codes]) | TEXTS
    return st.builds(lambda *parts: " ".join(parts), st.sampled_from(COMMANDS), behind, TEXTS) | TEXTS
