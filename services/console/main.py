"""The `fantascope` command itself. It imports a command's file only when that command is called."""

import importlib

import click

from services.actor.toml import near
from services.console.refusal import Misuse

COMMANDS = {
    "up": "Start the installation and wait until every service is ready.",
    "down": "Stop the installation, whatever state it is in.",
    "status": "Show how every service is, and say what is wrong.",
    "send": "Publish one event, as if a service or a visitor had.",
    "bus": "Show who is on the bus, what goes over it, and its journals.",
    "watch": "Print what is said on the bus, as it is said.",
    "trace": "Follow any event back to the words that led to it.",
    "check": "Look for mistakes in a project without starting anything.",
    "schema": "Print the JSON Schema of one event or of all.",
}


class Commands(click.Group):
    """Knows its commands by name and one line of help, so that `--help` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order in which an operator meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002 - click's signature
        """Return a command, imported now."""
        if cmd_name not in COMMANDS:
            hint = near(cmd_name, COMMANDS)
            raise Misuse(f"there is no command {cmd_name!r}{hint}; `fantascope --help` lists them")
        command: click.Command = importlib.import_module(f"services.console.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of commands into the help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="fantascope")
def cli() -> None:
    """Run, watch and drive an installation: a room that answers visitors with a story.

    Every command works on one project: the folder given with --project, else the one named by the environment
    variable FANTASCOPE_PROJECT, else projects/demo.

    \b
    Example:
      fantascope up
      fantascope send speech.final text="a fox that collects lost shadows"
      fantascope watch
    """


def main() -> None:
    """Run the command line."""
    cli(prog_name="fantascope")
