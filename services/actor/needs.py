"""What a backend needs of the machine: packages, programs, keys, weights, devices. Looking imports none of them."""

import importlib.metadata
import importlib.util
import os
import shutil
import sys
from pathlib import Path
from typing import Literal

import msgspec

AGAIN = ".venv/bin/pip install -c .ci/constraints.txt -e ."
"""How what comes with the installation is installed once more."""
EXTRA = ".venv/bin/pip install -c .ci/constraints.txt -e '.[{}]'"
"""How an extra is."""


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a backend needs, and what of it is here."""

    kind: Literal["package", "program", "key", "weights", "device"]
    name: str
    cure: str
    """What to do where it is missing, in one line."""
    found: str = ""
    """Its version, its path, or a word for it; empty where it is missing. Never a key itself."""
    size: int = 0
    """Bytes of weights."""
    foreign: bool = False
    """Whether it exists for other systems only, so that nobody can do anything about it here."""

    @property
    def lack(self) -> str:
        """What is missing, in a few words."""
        return f"the {self.kind} {self.name}"


def package(module: str, cure: str, *, distribution: str = "") -> Need:
    """Return the need of a package; `module` is what one imports, without dots."""
    spec = importlib.util.find_spec(module)
    name = distribution or module
    return Need(kind="package", name=name, cure=cure, found=version_of(name) or "installed" if spec else "")


def version_of(distribution: str) -> str:
    """Return the version of an installed distribution; nothing where there is none."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def folder_of(module: str) -> Path:
    """Return the folder of a package, which need not be there. It is not imported."""
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent") / module


def program(name: str, cure: str, *, foreign: bool = False) -> Need:
    """Return the need of a program; `name` may be a path."""
    return Need(kind="program", name=name, cure=cure, found=shutil.which(name) or "", foreign=foreign)


def key(name: str, cure: str = "") -> Need:
    """Return the need of a secret in an environment variable."""
    cure = cure or f"write {name}=… into the project's .env"
    return Need(kind="key", name=name, cure=cure, found="set" if os.environ.get(name) else "")


def weights(name: str, path: Path, cure: str) -> Need:
    """Return the need of a model's weights: a file, or a folder that holds some."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    return Need(kind="weights", name=name, cure=cure, found=str(path) if size else "", size=size)


def portaudio() -> Need:
    """Return the need of the library behind `sounddevice`, which brings its own except on Linux."""
    cure = "Debian: apt install libportaudio2"
    if sys.platform != "linux":
        return Need(kind="package", name="PortAudio", cure=cure, found="comes with sounddevice")
    from ctypes.util import find_library  # noqa: PLC0415 - it asks the linker, and only who uses a card needs to

    return Need(kind="package", name="PortAudio", cure=cure, found=find_library("portaudio") or "")


def microphone() -> Need:
    """Return the need of anything to record from; which one it is, only PortAudio can tell."""
    cure = "plug a microphone in; it is opened as soon as it is there"
    if sys.platform != "linux":
        return Need(kind="device", name="microphone", cure=cure, found="not looked for on this system")
    cards = [*Path("/dev/snd").glob("pcmC*c")]
    servers = [*Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent").glob("pulse/native")]
    return Need(kind="device", name="microphone", cure=cure, found=next(map(str, (*cards, *servers)), ""))
