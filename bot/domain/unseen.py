"""Characters that nobody sees, and what becomes of them: the one place that says so.

Marks that turn the direction of reading (U+202A to U+202E, U+2066 to U+2069) make "no" look like "on", and can turn
what stands behind them: a name can pretend to be something else. They are taken out of whatever is shown or sent,
rather than enclosed in isolating marks: nobody types them, a text without them says the same, and not every client,
mail program or printer honours isolates. Letters that are written from right to left stay, ordered as Unicode says.

Characters of no width would hide the difference between two names, and control characters do what they like to a
terminal. What joins letters or pictures (U+200C, U+200D, U+FE0F) is needed by scripts and emoji, and stays.
"""

from __future__ import annotations

import re
from typing import Final

INVISIBLE: Final = "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"
"""Without width, or without an effect of their own; often pasted from elsewhere without anybody's knowing."""
TURNING: Final = "\u202a-\u202e\u2066-\u2069"
"""They turn the direction of what follows."""
CONTROL: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
"""Control characters but for tab and line feed."""

UNSEEN: Final = re.compile(f"[{CONTROL}{INVISIBLE}{TURNING}]")
