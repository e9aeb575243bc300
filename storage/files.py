"""Files that must be there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_secret(file: Path, text: str) -> None:
    """Put a text in place at once, readable for its owner alone, safe against a loss of power."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # made with mode 600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def add_line_safely(file: Path, text: str) -> None:
    """Add a text at the end of a file, and have it on the disk before going on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as kept:
        kept.write(text)
        kept.flush()
        os.fsync(kept.fileno())
