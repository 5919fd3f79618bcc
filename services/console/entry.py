"""Where the `fantascope` command begins."""

import gc

# What is imported is no garbage. Looking for some, on the way and once more at the end, takes a quarter of the time
# that a short command needs; `main` freezes what was loaded when the command is there.
gc.disable()

from services.console.main import cli  # noqa: E402


def main() -> None:
    """Run the command line."""
    cli(prog_name="fantascope")
