"""One service in a process of its own: `python -m services image --project projects/demo`."""

import argparse
import os
import sys
import time
from pathlib import Path

from bus.names import run_folder
from services.actor.config import load_project
from services.actor.run import run_service
from services.actor.toml import ConfigError
from services.catalogue import config_classes, serve_of, service_names

DEFAULT_PROJECT = "projects/demo"
PAUSE = 2.0
"""Seconds between two starts of a service that does not end in good order."""


def main(arguments: list[str] | None = None) -> int:
    """Run the service named on the command line until a signal ends it; return the exit code."""
    names = service_names()
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    parser.add_argument("name", choices=names, help="which service")
    parser.add_argument("--project", type=Path, default=Path(os.environ.get("FANTASCOPE_PROJECT") or DEFAULT_PROJECT))
    options = parser.parse_args(arguments)
    stamp = run_folder(options.project.resolve()) / f"{options.name}.started"
    space_out(stamp)
    try:
        config = load_project(options.project, config_classes())[options.name]
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    code = run_service(options.name, config, serve_of(options.name))
    if code == 0:
        stamp.unlink(missing_ok=True)
    return code


def space_out(stamp: Path) -> None:
    """Wait until the last start, if it did not end well, is `PAUSE` seconds ago; then note this one.

    Waiting before a start, not after a failure, also slows down a program that is killed or crashes outright.
    """
    if stamp.exists():
        age = time.time() - stamp.stat().st_mtime
        time.sleep(min(PAUSE, max(0.0, PAUSE - age)))
    stamp.touch()


if __name__ == "__main__":
    sys.exit(main())
