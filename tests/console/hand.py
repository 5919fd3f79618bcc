"""What the tests of the console share: an installation of their own, and the command run as an operator runs it."""

import os
import subprocess
import sys
from pathlib import Path

from services.console.installation import Installation

COMMAND = str(Path(sys.executable).with_name("fantascope"))


class Hand:
    """Runs `fantascope` for one installation."""

    def __init__(self, folder: Path) -> None:
        self.installation = Installation(folder)
        self.environment = {**os.environ, "FANTASCOPE_PROJECT": str(folder)}

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Return how the command ended and what it printed."""
        return subprocess.run([COMMAND, *arguments], env=self.environment, capture_output=True, text=True, check=False)

    def write(self, text: str) -> None:
        """Write the project's settings."""
        (self.installation.folder / "project.toml").write_text(text, encoding="utf-8")

    def refused(self, *arguments: str) -> list[str]:
        """Return the lines with which a command says no."""
        done = self(*arguments)
        assert done.returncode in (1, 2)
        assert not done.stdout
        return done.stderr.strip().splitlines()
