"""The settings of `supervisord.conf` under a real supervisord: nothing is ever given up."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import pytest

from services.__main__ import PAUSE, pause_after
from services.catalogue import service_names
from services.console.installation import CHECKOUT
from services.console.supervision import CONF, Supervision, rendered
from tests.console.patience import until

PROGRAM = "program:"
DEFAULT_STARTS = 4
"""After which supervisord gives a program up, unless told otherwise."""


def conf() -> RawConfigParser:
    """Return the file that is shipped."""
    parser = RawConfigParser(inline_comment_prefixes=(";",))
    parser.read(CONF, encoding="utf-8")
    return parser


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder with a short path."""
    with tempfile.TemporaryDirectory(prefix="fs") as name:
        yield Path(name)


def test_every_service_is_a_program_and_all_are_kept_alike() -> None:
    programs = {
        name.removeprefix(PROGRAM): dict(conf()[name]) for name in conf().sections() if name.startswith(PROGRAM)
    }
    assert set(programs) == set(service_names())
    assert len({tuple(settings.items()) for settings in programs.values()}) == 1


def test_everything_it_makes_lies_in_the_installations_folder() -> None:
    text = rendered(CONF.read_text(encoding="utf-8"), Path("/run/100% mine"))
    made = RawConfigParser(inline_comment_prefixes=(";",))
    made.read_string(text)
    assert "%(here)s" not in text
    assert made["unix_http_server"]["file"] == "/run/100%% mine/ctl"
    assert {made["supervisord"][key].rpartition("/")[0] for key in ("pidfile", "logfile")} == {"/run/100%% mine"}
    assert made["program:story"]["directory"] == str(CHECKOUT)


def test_a_program_that_cannot_start_is_never_given_up(folder: Path) -> None:
    ends = {"failing": "sys.exit(3)", "crashing": "os.abort()", "ending": "sys.exit(0)"}
    shipped = conf()
    mine = RawConfigParser()
    mine.read_dict({name: shipped[name] for name in shipped.sections() if not name.startswith(PROGRAM)})
    for name, end in ends.items():
        code = f"import os, sys; open('{folder}/%(program_name)s.starts', 'a').write('x'); {end}"
        mine[PROGRAM + name] = {**shipped["program:story"], "command": f'{sys.executable} -c "{code}"'}
    own = Supervision(folder)
    with own.conf.open("w", encoding="utf-8") as file:
        mine.write(file)
    own.conf.write_text(rendered(own.conf.read_text(encoding="utf-8"), folder), encoding="utf-8")
    command = [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(own.conf)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        until(lambda: all(starts(folder, name) > DEFAULT_STARTS for name in ends))
        states = {known.statename for known in own.processes().values()}
        process.terminate()
    assert states.isdisjoint({"FATAL", "BACKOFF"})


def starts(folder: Path, name: str) -> int:
    """Return how often a program has started."""
    file = folder / f"{name}.starts"
    return file.stat().st_size if file.exists() else 0


def test_a_start_follows_the_last_one_after_a_pause_at_most() -> None:
    assert pause_after(PAUSE + 1) == 0
    assert pause_after(0.5) == PAUSE - 0.5
    assert pause_after(-3600) == PAUSE
