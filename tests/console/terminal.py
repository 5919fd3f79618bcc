"""A terminal of eighty columns and twenty-four lines, as one has it over ssh; and a picture of it."""

import fcntl
import html
import os
import pty
import re
import struct
import subprocess
import termios

from tests.console.hand import COMMAND, Hand

WIDTH, HEIGHT = 80, 24
COLOUR = re.compile(r"\x1b\[(\d*)m")
STYLES = {"31": "color: #ff7b72", "32": "color: #7ee787", "33": "color: #e3b341", "2": "color: #8b949e"}
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
