"""A backend on trial in a process of its own, which it may hang or take down without anything being lost.

Run as a program, this is that process: it says how each check begins and comes out, in one line of JSON each.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import anyio
import msgspec
from anyio.streams.buffered import BufferedByteReceiveStream

from services.actor.conformance import PATIENCE, Outcome, Trial, opens_and_closes
from services.actor.secrets import hide, load_secrets
from services.actor.threads import WEDGED
from services.console.choosing import chosen
from services.console.condition import last_words
from services.console.installation import CHECKOUT, Installation
from services.console.refusal import Refusal

SILENT = PATIENCE + 30
"""Seconds without a word after which the process hangs."""
LINE = 1_000_000
OPENING = opens_and_closes.__name__.replace("_", " ")
"""What cannot be opened cannot be tried any further."""

Tell = Callable[[Outcome], None]


async def examine(installation: Installation, named: str, role: str, tell: Tell) -> None:
    """Make every check; what takes the process down has failed, and the others are made in a new one."""
    done: list[str] = []

    def note(outcome: Outcome) -> None:
        done.append(outcome.check)
        tell(outcome)

    while True:
        command = [sys.executable, "-m", __name__, str(installation.folder), named, role, json.dumps(done)]
        fatal = await follow(command, note)
        if fatal is None:
            return
        note(fatal)
        if fatal.check == OPENING:
            return


async def follow(command: list[str], tell: Tell) -> Outcome | None:
    """Run one process to its end; return the check that was its end, or None when it made them all."""
    begun: Outcome | None = None
    with tempfile.NamedTemporaryFile() as log:
        async with await anyio.open_process(command, stdin=subprocess.DEVNULL, stderr=log, cwd=CHECKOUT) as process:
            lines = BufferedByteReceiveStream(process.stdout)  # type: ignore[arg-type]
            try:
                while True:
                    with anyio.fail_after(SILENT):
                        outcome = msgspec.json.decode(await lines.receive_until(b"\n", LINE), type=Outcome)
                    begun = outcome if outcome.state == "begun" else None
                    if begun is None:
                        tell(outcome)
            except TimeoutError:
                process.kill()
            except anyio.IncompleteRead:
                pass  # it is over
            code = await process.wait()
        said = last_words(Path(log.name))
    if code == 0:
        return None
    if begun is None:
        raise Refusal(f"the trial cannot begin: {hide(said)}")
    return msgspec.structs.replace(begun, state="failed", why=end_of(code, said))


def end_of(code: int, said: str) -> str:
    """Return why a process ended."""
    if code == WEDGED:
        return "does not stop when it is told to; a service would be ended and started anew"
    if code == -signal.SIGKILL:
        return f"hangs, or was killed: said nothing for {SILENT:.0f} s at most"
    how = signal.Signals(-code).name if code < 0 else f"code {code}"
    return f"takes its process down ({how})" + (f": {hide(said)}" if said else "")


def main(folder: str, named: str, role: str, done: str) -> None:
    """Be the process."""
    with os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        os.dup2(2, 1)  # a library that prints must not speak in our place
        load_secrets(Path(folder))
        chose, config = chosen(Installation(Path(folder)), named, role)

        def tell(outcome: Outcome) -> None:
            answers.write(msgspec.json.encode(outcome) + b"\n")

        anyio.run(Trial(chose.suite, config, tell).run, frozenset(json.loads(done)))


if __name__ == "__main__":
    main(*sys.argv[1:])
