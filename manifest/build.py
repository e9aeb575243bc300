"""Build the Teams app package: the manifest filled in, and two icons drawn here.

    python manifest/build.py --app-id GUID --host bot.council.gov.uk \\
        --organisation "Anyshire County Council" --website https://www.anyshire.gov.uk

Standard library only. The same arguments give the same bytes, so a package can be compared with the one in use.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import struct
import sys
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent
ACCENT = "#0B5563"
INK, WHITE = (0x0B, 0x55, 0x63), (255, 255, 255)
LONGEST_ORGANISATION = 32
"""Characters that Teams takes for the name of the developer."""

_GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_PAGE = re.compile(r"https://[^\s\"<>]+")

Distance = Callable[[float, float], float]
"""How far a point is from the edge of a shape, in pixels; below 0 inside."""
Pixel = tuple[int, int, int, int]


def build(values: Mapping[str, str]) -> bytes:
    """The zip for `app_id`, `host`, `organisation`, `website`, `privacy` and `terms`. Raises ValueError with every
    fault in them."""
    found = list(_faults(values))
    if found:
        raise ValueError("\n".join(found))
    filled = {**values, "version": version(), "accent": ACCENT}
    quoted = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in filled.items()}
    template = (HERE / "manifest.json").read_text("utf-8")
    manifest = re.sub(r"\$\{(\w+)\}", lambda place: quoted[place[1]], template)
    return _zip({"manifest.json": manifest.encode(), "color.png": colour_icon(), "outline.png": outline_icon()})


def version() -> str:
    """The version of the program, which is the version of the package."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def _faults(values: Mapping[str, str]) -> Iterator[str]:
    if not _GUID.fullmatch(values["app_id"]):
        yield f"--app-id “{values['app_id']}” is no id; copy “Application (client) ID” from the bot's registration."
    if not _HOST.fullmatch(values["host"]):
        yield f"--host “{values['host']}” is no host name; give it like bot.council.gov.uk, without https://."
    if not 0 < len(values["organisation"].strip()) <= LONGEST_ORGANISATION:
        yield f"--organisation “{values['organisation']}” must have 1 to {LONGEST_ORGANISATION} characters."
    for name in ("website", "privacy", "terms"):
        if not _PAGE.fullmatch(values[name]) and (name == "website" or values[name] != values["website"]):
            yield f"--{name} “{values[name]}” must be the address of a page, starting with https://."


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


@cache
def colour_icon() -> bytes:
    """192 × 192: a white speech bubble with a tick, on the accent colour, within the middle that Teams never crops."""
    bubble, tick = _bubble(192, 0.62), _tick(192, 0.62, thickness=13)

    def pixel(x: float, y: float) -> Pixel:
        white = _covered(bubble(x, y)) * (1 - _covered(tick(x, y)))
        red, green, blue = (round(ink + (paper - ink) * white) for ink, paper in zip(INK, WHITE, strict=True))
        return red, green, blue, 255

    return _png(192, pixel)


@cache
def outline_icon() -> bytes:
    """32 × 32: the same as white lines on nothing."""
    bubble, tick = _bubble(32, 0.9), _tick(32, 0.9, thickness=2.6)

    def pixel(x: float, y: float) -> Pixel:
        line = abs(bubble(x, y) + 1.1) - 1.1
        return (*WHITE, round(255 * max(_covered(line), _covered(tick(x, y)))))

    return _png(32, pixel)


def _bubble(size: float, scale: float) -> Distance:
    """A rounded box with a tail at the lower left."""
    unit = size * scale
    left, top = (size - unit) / 2, (size - unit * 0.9) / 2
    half_width, half_height, radius = unit / 2, unit * 0.36, unit * 0.17
    middle_x, middle_y = left + half_width, top + half_height
    bottom = top + 2 * half_height
    tail = (
        (left + unit * 0.20, bottom - unit * 0.06),
        (left + unit * 0.46, bottom - unit * 0.06),
        (left + unit * 0.20, bottom + unit * 0.18),
    )

    def distance(x: float, y: float) -> float:
        across = abs(x - middle_x) - half_width + radius
        down = abs(y - middle_y) - half_height + radius
        box = math.hypot(max(across, 0), max(down, 0)) + min(max(across, down), 0) - radius
        return min(box, _triangle(x, y, tail))

    return distance


def _tick(size: float, scale: float, *, thickness: float) -> Distance:
    unit = size * scale
    left, top = (size - unit) / 2, (size - unit * 0.9) / 2
    corners = [(left + unit * x, top + unit * y) for x, y in ((0.29, 0.375), (0.44, 0.52), (0.72, 0.22))]

    def distance(x: float, y: float) -> float:
        return min(_line(x, y, corners[0], corners[1]), _line(x, y, corners[1], corners[2])) - thickness / 2

    return distance


def _line(x: float, y: float, start: tuple[float, float], end: tuple[float, float]) -> float:
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    share = ((x - start[0]) * along_x + (y - start[1]) * along_y) / (along_x**2 + along_y**2)
    share = min(max(share, 0), 1)
    return math.hypot(x - start[0] - share * along_x, y - start[1] - share * along_y)


def _triangle(x: float, y: float, corners: tuple[tuple[float, float], ...]) -> float:
    """Distance from the edges; the corners run clockwise as seen on the screen."""
    edges = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    inside = all((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) >= 0 for a, b in edges)
    nearest = min(_line(x, y, a, b) for a, b in edges)
    return -nearest if inside else nearest


def _covered(distance: float) -> float:
    """The share of a pixel that a shape covers: what makes its edge smooth."""
    return min(max(0.5 - distance, 0.0), 1.0)


def _png(size: int, pixel: Callable[[float, float], Pixel]) -> bytes:
    rows = (b"".join(bytes(pixel(x + 0.5, y + 0.5)) for x in range(size)) for y in range(size))
    data = b"".join(b"\0" + row for row in rows)
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"sRGB", b"\0")
        + _chunk(b"IDAT", zlib.compress(data, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def main(arguments: list[str]) -> int:
    """Write the package. Returns 0, or 1 after saying on standard error what is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="manifest/build.py", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    app_id = os.environ.get("MicrosoftAppId")  # noqa: SIM112  (the SDK's own name)
    parser.add_argument(
        "--app-id",
        default=app_id,
        required=not app_id,
        help="of the Azure Bot registration; MicrosoftAppId where it is set",
    )
    parser.add_argument("--host", required=True, help="the bot's public host name")
    parser.add_argument("--organisation", required=True, help=f"at most {LONGEST_ORGANISATION} characters")
    parser.add_argument("--website", required=True, help="where people find help with the app")
    parser.add_argument("--privacy", help="its privacy notice; the website if not given")
    parser.add_argument("--terms", help="its terms of use; the website if not given")
    parser.add_argument("--out", type=Path, default=Path("positive-challenge.zip"))
    given = parser.parse_args(arguments)
    values = {
        "app_id": given.app_id.strip().lower(),
        "host": given.host.strip().lower(),
        "organisation": given.organisation.strip(),
        "website": given.website,
        "privacy": given.privacy or given.website,
        "terms": given.terms or given.website,
    }
    try:
        given.out.write_bytes(build(values))
    except (ValueError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"{given.out}: version {version()} for {values['host']}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
