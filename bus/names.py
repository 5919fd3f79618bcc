"""Names and places: who may be called what, where the sockets lie, and the lock that keeps a name to one process."""

import fcntl
import hashlib
import os
import re
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bus.errors import BadFolder, BadName, NameTaken

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,23}")
LANES = ("log", "live")


class Place(NamedTuple):
    """Where one start of a participant is found."""

    run: Path
    name: str
    start: int

    def socket(self, lane: str) -> Path:
        """Return the path of the socket of a lane: a new one for every start, so that nobody connects to the dead."""
        return self.run / f"{self.name}.{self.start}.{lane}"


def check_name(name: str) -> None:
    """Raise `BadName` unless a participant may be called that."""
    if not NAME.fullmatch(name):
        raise BadName(f"{name!r} is no name for a participant: 1 to 24 letters, digits, '-' and '_'")


def check_path(path: Path) -> None:
    """Raise `BadName` when the path is too long for a socket of this system."""
    import zmq  # noqa: PLC0415 -- whoever only reads journals binds no socket

    length = len(os.fsencode(path)) + 1  # a dot goes in front while the socket is being bound
    if length > zmq.IPC_PATH_MAX_LEN:
        raise BadName(f"{path}: {length} bytes, and a socket's path has room for {zmq.IPC_PATH_MAX_LEN}: shorten `run`")


def run_folder(project: Path) -> Path:
    """Return the folder for the sockets of a project: private to this user, and gone with the session."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    home = Path(runtime) if runtime and Path(runtime).is_dir() else Path(tempfile.gettempdir())
    folder = "fantascope" if runtime and home == Path(runtime) else f"fantascope-{os.getuid()}"
    return home / folder / hashlib.sha256(os.fsencode(project.resolve())).hexdigest()[:8]


def make_private(folder: Path) -> None:
    """Make a folder that nobody else can look into, and those above it where they are missing; or raise `BadFolder`."""
    if not folder.parent.exists():
        make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise BadFolder(f"{folder} is not a directory")
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise BadFolder(f"{folder} is open to others: it has to be yours, with mode 0700")


class Lock:
    """Holds a name in a run directory for as long as the process lives."""

    def __init__(self, descriptor: int, before: int) -> None:
        self.descriptor = descriptor
        self.before = before
        """The number of the last start under this name."""

    def note(self, start: int) -> None:
        """Write down who holds the name, and its start."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{os.getpid()} {start}\n".encode(), 0)


@contextmanager
def taking(run: Path, name: str) -> Iterator[Lock]:
    """Hold a name; raise `NameTaken` when another process holds it."""
    check_name(name)
    make_private(run)
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(run / f"{name}.lock", flags, 0o600)
    try:
        words = os.pread(descriptor, 64, 0).split()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = words[0].decode() if words else "unknown"
            raise NameTaken(f"`{name}` is running already, as process {holder}") from None
        yield Lock(descriptor, int(words[1]) if len(words) == 2 and words[1].isdigit() else 0)
    finally:
        os.close(descriptor)


def living(run: Path) -> list[Place]:
    """Return everybody who accepts connections, and remove the sockets of those who died."""
    places = []
    for path in sorted(run.glob("[!.]*.log")):
        name, _, start = path.stem.rpartition(".")
        if not NAME.fullmatch(name) or not start.isdigit():
            continue
        place = Place(run, name, int(start))
        if accepts(path):
            places.append(place)
        else:
            remove(place)
    return places


def remove(place: Place) -> None:
    """Remove the sockets of a start that is over."""
    for lane in LANES:
        place.socket(lane).unlink(missing_ok=True)


def remove_older(place: Place) -> None:
    """Remove the sockets of earlier starts of a name, which its holder may do without asking."""
    for path in place.run.glob(f"{place.name}.*.l*"):
        path.unlink(missing_ok=True)


def accepts(path: Path) -> bool:
    """Say whether somebody listens at a socket's path. A stopped process still does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(path))
        except BlockingIOError:
            return True
        except OSError:
            return False
    return True
