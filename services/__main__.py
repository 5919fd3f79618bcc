"""One service in a process of its own: `python -m services image --project projects/demo`."""

import argparse
import os
import signal
import sys
import threading
import time
from pathlib import Path

from bus.names import make_private, run_folder
from services.actor.config import load_project
from services.actor.run import run_service
from services.actor.secrets import load_secrets, unguarded
from services.actor.toml import ConfigError
from services.catalogue import config_classes, service_names, service_of

DEFAULT_PROJECT = "projects/demo"
PAUSE = 2.0
"""Seconds between two starts of a service that did not end in good order."""
GRACE = 10.0
"""Seconds to end in good order when supervisord is gone."""


def main(arguments: list[str] | None = None) -> int:
    """Run the service named on the command line until a signal ends it; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    parser.add_argument("name", choices=service_names(), help="which service")
    parser.add_argument("--project", type=Path, default=Path(os.environ.get("FANTASCOPE_PROJECT") or DEFAULT_PROJECT))
    options = parser.parse_args(arguments)
    if os.environ.get("SUPERVISOR_PROCESS_NAME") == options.name:
        threading.Thread(target=end_with_supervisor, name="supervisor", daemon=True).start()
    run = run_folder(options.project)
    make_private(run)
    stamp = run / f"{options.name}.started"
    space_out(stamp)
    sys.excepthook = unguarded
    try:
        load_secrets(options.project)
        config = load_project(options.project, config_classes())[options.name]
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    code = run_service(options.name, config, service_of(options.name))
    if code == 0:
        stamp.unlink(missing_ok=True)
    return code


def space_out(stamp: Path) -> None:
    """Wait as long as the last start asks for, then note this one."""
    if stamp.exists():
        time.sleep(pause_after(time.time() - stamp.stat().st_mtime))
    stamp.touch()


def pause_after(age: float) -> float:
    """Return the seconds to wait when the last start, which did not end well, is so many seconds ago.

    Waiting before a start, not after a failure, also slows down a program that is killed or crashes outright.
    """
    return min(PAUSE, max(0.0, PAUSE - age))


def end_with_supervisor() -> None:
    """End this process when supervisord, which holds the other end of its standard input, is killed.

    Nobody would start it again, and it would keep its name from the next installation's services.
    """
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
