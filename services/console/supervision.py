"""The supervisord of one installation: started on a copy of `supervisord.conf`, asked over its socket, ended.

Its answers are XML that nobody else can have written: the socket lies in a folder that is this user's alone.
"""

import fcntl
import http.client
import os
import socket
import subprocess
import sys
import time
import xmlrpc.client  # nosec B411
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Self

import msgspec

from bus.names import accepts, make_private
from services.console.installation import CHECKOUT, Installation
from services.console.refusal import Refusal

CONF = CHECKOUT / "supervisord.conf"
ORDERLY = 15.0
"""Seconds for a program to end; supervisord kills one that takes more than ten."""
LOOK = 0.05
"""Seconds between two looks at a program that ends."""
DONE_ALREADY = (60, 70)
"""supervisord's numbers for a program that has been started, or ended, before it was told to."""
ANSWER = 5.0
"""Seconds that supervisord may take to answer."""


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """What supervisord knows of one program."""

    name: str
    statename: str
    pid: int = 0
    start: int = 0
    stop: int = 0
    exitstatus: int = 0
    spawnerr: str = ""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a started installation leaves word of."""

    folder: str
    """Of its project."""
    address: str
    """Of its page."""


class SocketConnection(http.client.HTTPConnection):
    """An HTTP connection over a socket in the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class SocketTransport(xmlrpc.client.Transport):
    """XML-RPC over one such connection."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.connection = SocketConnection(path)

    def make_connection(self, host: Any) -> http.client.HTTPConnection:  # noqa: ARG002 - the library's signature
        """Return the connection, whatever the host is called."""
        return self.connection

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class Supervision:
    """One installation's supervisord."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conf = self.folder / "supervisord.conf"
        self.socket = self.folder / "ctl"
        self.pidfile = self.folder / "supervisord.pid"
        self.lock = self.folder / "supervisord.lock"

    @classmethod
    def of(cls, installation: Installation) -> Self:
        """Return the supervisord of an installation, whether or not it runs.

        Plain `supervisord` in the checkout keeps its files there, and may run any project.
        """
        own, plain = cls(installation.run / "ops"), cls(CHECKOUT / ".run")
        return plain if not own.pid() and plain.runs(installation) else own

    def runs(self, installation: Installation) -> bool:
        """Return whether this supervisord started a service that is on the bus of an installation."""
        started = {process.pid for process in self.processes().values()}
        return not started.isdisjoint(installation.participants().values())

    def log_of(self, name: str) -> Path:
        """Return where a program's output goes."""
        return self.folder / f"{name}.log"

    def note(self, about: About) -> None:
        """Leave word for other commands, and for other installations, of what runs here."""
        (self.folder / "about.json").write_bytes(msgspec.json.encode(about))

    def about(self) -> About | None:
        """Return what the newest start left word of."""
        file = self.folder / "about.json"
        return msgspec.json.decode(file.read_bytes(), type=About) if file.exists() else None

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """Yield what it answers questions with. Raise Refusal when it is there and does not answer."""
        try:
            with xmlrpc.client.ServerProxy("http://localhost", transport=SocketTransport(self.socket)) as proxy:
                yield proxy.supervisor
        except TimeoutError as error:
            raise Refusal("supervisord is there and does not answer; `fantascope down` ends it") from error

    def pid(self) -> int:
        """Return the process id of the running supervisord, or 0. It need not be able to answer."""
        if not accepts(self.socket):
            return 0
        if self.pidfile.exists():
            return int(self.pidfile.read_text(encoding="ascii"))
        with self._asked() as supervisor:
            return int(supervisor.getPID())

    def processes(self) -> dict[str, Process]:
        """Return what it knows of each program; nothing when it does not run."""
        try:
            with self._asked() as supervisor:
                known = msgspec.convert(supervisor.getAllProcessInfo(), list[Process])
        except (FileNotFoundError, ConnectionRefusedError):
            return {}
        return {process.name: process for process in known}

    def start(self, installation: Installation) -> None:
        """Start supervisord; it has taken over the lock and listens when this returns. Raise Refusal when it cannot."""
        make_private(self.folder)
        with self._claimed() as lock:
            self.pidfile.unlink(missing_ok=True)
            self.conf.write_text(rendered(CONF.read_text(encoding="utf-8"), self.folder), encoding="utf-8")
            done = subprocess.run(  # noqa: S603 - nothing of it comes from outside
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.conf)],
                cwd=CHECKOUT,
                env=environment(installation),
                pass_fds=(lock,),
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            raise Refusal(f"supervisord does not start: {(done.stderr or done.stdout).strip().splitlines()[-1]}")

    @contextmanager
    def _claimed(self) -> Iterator[int]:
        """Hold the lock that the running supervisord holds. Raise Refusal when somebody else does."""
        lock = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield lock
        except BlockingIOError:
            raise Refusal("somebody else is starting or stopping it at this moment") from None
        finally:
            os.close(lock)

    def restart(self, name: str) -> None:
        """End a program and start it anew. Return as soon as it is started."""
        self._tell("stopProcess", name)
        end = time.monotonic() + ORDERLY
        while self.processes()[name].pid and time.monotonic() < end:
            time.sleep(LOOK)
        self._tell("startProcess", name)

    def _tell(self, what: Literal["startProcess", "stopProcess"], name: str) -> None:
        """Tell it to start or to end one program, and return at once. It is no error when that is done already."""
        with self._asked() as supervisor:
            try:
                getattr(supervisor, what)(name, False)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode not in DONE_ALREADY:
                    raise Refusal(f"{name}: supervisord says {fault.faultString}") from fault

    def stop(self) -> None:
        """Tell every program to end, all at once, and then supervisord itself; return when they have been told."""
        with self._asked() as supervisor:
            supervisor.stopAllProcesses(False)
            supervisor.shutdown()


def rendered(conf: str, folder: Path) -> str:
    """Return the text of `supervisord.conf` with all paths written out, and everything that it makes in `folder`."""
    return conf.replace("%(here)s/.run", escaped(folder)).replace("%(here)s", escaped(CHECKOUT))


def escaped(path: Path) -> str:
    """Return a path as supervisord's file wants it."""
    return str(path).replace("%", "%%")


def environment(installation: Installation) -> dict[str, str]:
    """Return what the services find in their environment: this project, and the Python that runs this command."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return {**os.environ, "PATH": path, "FANTASCOPE_PROJECT": str(installation.folder)}
