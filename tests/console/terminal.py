"""A terminal of eighty columns and twenty-four lines, as one has it over ssh; and a picture of it."""

import fcntl
import html
import io
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

from PIL import Image

from tests.browser import open_browser
from tests.console.hand import COMMAND, Hand

WIDTH, HEIGHT = 80, 24
COLOUR = re.compile(r"\x1b\[(\d*)m")
STYLES = {
    "1": "font-weight: bold", "2": "color: #8b949e", "31": "color: #ff7b72", "32": "color: #7ee787",
    "33": "color: #e3b341", "34": "color: #79c0ff", "36": "color: #56d4dd", "97": "color: #ffffff",
}  # fmt: skip
PAGES = Path(__file__).parents[2] / "docs" / "pages"
PAGE = """<!doctype html><meta charset="utf-8"><style>body {{ margin: 0; background: #0d1117; color: #e6edf3 }}
pre {{ font: 15px/1.3 "DejaVu Sans Mono", Menlo, monospace; margin: 0; padding: 14px; width: 80ch; height: 24lh }}
</style><pre>{}</pre>"""


def on_terminal(hand: Hand, *arguments: str) -> tuple[str, int]:
    """Return what a command writes to a terminal, and how it ended."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    environment = {key: value for key, value in hand.environment.items() if key not in ("COLUMNS", "LINES")}
    with subprocess.Popen([COMMAND, *arguments], env=environment, stdout=theirs) as process:
        os.close(theirs)
        written = b""
        try:
            while data := os.read(ours, 65_536):
                written += data
        except OSError:
            pass  # Linux says so when the other end is closed
        finally:
            os.close(ours)
    return written.decode().replace("\r\n", "\n"), process.returncode


async def photograph(text: str, name: str) -> None:
    """Take a picture of a terminal for the docs; FANTASCOPE_DOCS=1 puts it there."""
    async with open_browser() as browser:
        page = await browser.new_page(device_scale_factor=1.5)
        await page.set_content(page_of(text))
        data = await page.locator("pre").screenshot(type="png")
    with Image.open(io.BytesIO(data)) as picture:
        assert len(picture.convert("RGB").getcolors(1_000_000) or ()) > 100, "the terminal is empty"
        if os.environ.get("FANTASCOPE_DOCS"):
            picture.convert("RGB").quantize(32).save(PAGES / f"{name}.png", optimize=True)
    assert (PAGES / f"{name}.png").exists()


def plain(text: str) -> str:
    """Return what is to be read, without colours."""
    return COLOUR.sub("", text)


def page_of(text: str) -> str:
    """Return a page that looks like the terminal."""
    spans = COLOUR.sub(lambda found: mark(found[1]), html.escape(text))
    return PAGE.format(spans)


def mark(code: str) -> str:
    """Return the beginning or the end of a colour."""
    return "</span>" if code in ("", "0") else f'<span style="{STYLES[code]}">'
