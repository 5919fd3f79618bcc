"""A fresh installation: a copy of a project that runs for a while, and of which nothing stays."""

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from services.actor.config import PROJECT_FILE
from services.actor.toml import TomlFile
from services.console.foreground import SIGNALS
from services.console.installation import CHECKOUT, Installation
from services.console.refusal import Refusal
from services.console.supervision import Supervision

COMMAND = Path(sys.executable).with_name("fantascope")
MADE = ("assets", "journal", "__pycache__")
"""What a project's folder holds that no author wrote."""


class Fresh(NamedTuple):
    """One that runs, and where."""

    installation: Installation
    address: str
    """Of its page."""
    seconds: float
    """From the command to every service being ready."""


def as_it_runs(installation: Installation) -> Fresh:
    """Return an installation that runs already. Raise Refusal when it does not."""
    supervision = Supervision.of(installation)
    about = supervision.about()
    if not supervision.pid() or not about:
        raise Refusal(f"{installation.name} does not run; `fantascope up` starts it")
    return Fresh(installation, about.address, 0.0)


@contextmanager
def fresh(project: Path, *, keep: bool = False) -> Iterator[Fresh]:
    """Run a copy of a project, beside whatever runs; bring it down and remove it, however the block ends.

    With `keep` the copy's folder stays, with its journals and assets. Raise Refusal when it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="fs")).resolve()
    installation = Installation(folder / project.name)
    try:
        copy_of(project, folder)
        begun = time.monotonic()
        said = command("up", installation)
        address = re.search(r"http://\S+", said)
        yield Fresh(installation, address[0] if address else "", time.monotonic() - begun)
    finally:
        command("down", installation)
        shutil.rmtree(installation.run, ignore_errors=True)
        if not keep:
            shutil.rmtree(folder)


def copy_of(project: Path, folder: Path) -> Path:
    """Return a copy of a project in `folder`, without what it made; its page gets any free port."""
    copy = folder / project.name
    shutil.copytree(project, copy, ignore=lambda place, _: MADE if Path(place) == project else ["__pycache__"])
    file = TomlFile(copy / PROJECT_FILE)
    lines = file.path.read_text(encoding="utf-8").splitlines()
    port, table = file.lines.get(("display", "port")), file.lines.get(("display",))
    if port:
        lines[port - 1] = re.sub(r"\bport(\s*)=(\s*)\d+", r"port\1=\g<2>0", lines[port - 1])
    elif table:
        lines.insert(table, "port = 0")
    else:
        lines += ["[display]", "port = 0"]
    file.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return copy


def command(name: str, installation: Installation) -> str:
    """Run a command on an installation to its end, whoever interrupts; return what it printed. Raise Refusal."""
    with undisturbed():
        done = subprocess.run(  # noqa: S603 - nothing of it comes from outside
            [COMMAND, name, "--project", str(installation.folder)],
            cwd=CHECKOUT,
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
        )
    said = done.stdout + done.stderr
    if done.returncode:
        raise Refusal(f"a copy of {installation.name} did not go {name}:", said.rstrip())
    return said


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let nothing end this process inside; raise KeyboardInterrupt at the end when something wanted to.

    An installation that is half up is not easily brought down.
    """
    wanted: list[int] = []
    before = {number: signal.signal(number, lambda number, _: wanted.append(number)) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if wanted:
        raise KeyboardInterrupt
