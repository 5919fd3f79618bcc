"""`fantascope version`: the versions of everything that matters."""

import importlib.metadata
import platform
import sqlite3
import sys

import click
import msgspec
import zmq

from services.console.columns import columns

PACKAGES = (
    "pyzmq",
    "msgspec",
    "anyio",
    "click",
    "starlette",
    "uvicorn",
    "supervisor",
    "numpy",
    "pillow",
    "pocketsphinx",
)
EXTRAS = ("sounddevice", "torch", "diffusers", "faster-whisper")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(as_json: bool) -> None:
    """Print the versions of everything that matters.

    For a report to those who made it.

    \b
    Example:
      fantascope version
    """
    found = versions()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
        return
    for line in columns(list(found.items())):
        click.echo(line)


def versions() -> dict[str, str]:
    """Return versions by name; what is not installed is left out."""
    found = {
        "fantascope": installed("fantascope"),
        "python": f"{platform.python_version()} ({sys.implementation.name})",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "libzmq": zmq.zmq_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    found |= {name: installed(name) for name in (*PACKAGES, *EXTRAS)}
    return {name: version for name, version in found.items() if version}


def installed(package: str) -> str:
    """Return the version of a package; nothing when it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
