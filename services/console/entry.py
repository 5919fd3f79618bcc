"""Where the `fantascope` command begins."""

import gc

gc.disable()  # What is imported is no garbage; looking for some takes a tenth of the time that a short command needs.

from services.console.main import cli  # noqa: E402


def main() -> None:
    """Run the command line."""
    cli(prog_name="fantascope")
