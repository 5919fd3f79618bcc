"""A whole installation for tests and benchmarks: real services under a real supervisord, in a copy of a project."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bus import history
from schemas import Event
from services.console.fresh import fresh

CHECKOUT = Path(__file__).parents[1]
MANY = 1_000_000
"""Events; more than any test makes."""
FANTASCOPE = Path(sys.executable).with_name("fantascope")


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """One that runs."""

    project: Path
    """Folder of its project."""
    address: str
    """Of its page."""
    seconds: float
    """From the command to every service being ready."""

    def command(self, *arguments: str, check: bool = True) -> str:
        """Run `fantascope` on it; return what was printed."""
        return fantascope(*arguments, "--project", str(self.project), check=check)

    def journaled(self, *topics: str, cause: str = "") -> list[Event]:
        """Return what was published on the log lane, oldest first."""
        return history.read(self.project / "journal", history.Query(topics=topics, cause=cause, limit=MANY))

    def causes(self, event: Event) -> list[Event]:
        """Return the event and what led to it, back to the first cause."""
        found: list[Event] = [event]
        while found[-1].cause:
            before = history.get(self.project / "journal", found[-1].cause)
            if before is None:
                break
            found.append(before)
        return found

    def wait_for(self, topic: str, wanted: Callable[[Event], bool] = bool, *, seconds: float = 30.0) -> Event:
        """Return the first event of a topic that is wanted, as soon as there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for event in self.journaled(topic):
                if wanted(event):
                    return event
            time.sleep(0.05)
        raise TimeoutError(f"no such {topic} in {seconds} s:\n{self.command('status', check=False)}")


def fantascope(*arguments: str, check: bool = True) -> str:
    """Run the command; return what was printed. Raise AssertionError when `check` and it did not end well."""
    done = subprocess.run([FANTASCOPE, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise AssertionError(f"fantascope {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


@contextmanager
def installed(project: Path) -> Iterator[Installation]:
    """Start a copy of a project; bring it down and remove it afterwards."""
    with fresh(project) as running:
        yield Installation(project=running.installation.folder, address=running.address, seconds=running.seconds)
