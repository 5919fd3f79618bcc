"""The `fantascope` command itself. It imports a command's file only when that command is called."""

import gc
import importlib

import click
from click.shell_completion import CompletionItem

from services.actor.near import near
from services.console.refusal import Misuse

SECTIONS = {
    "Run": {
        "up": "Start the installation and wait until every service is ready.",
        "down": "Stop the installation, whatever state it is in.",
        "restart": "Start services anew, one after the other.",
        "reload": "Let services take up changed settings.",
    },
    "Look": {
        "status": "Show how every service is, and say what is wrong.",
        "top": "Show what services do and cost, again and again.",
        "logs": "Show what a service wrote into its log.",
        "watch": "Print what is said on the bus, as it is said.",
        "history": "Print what was said before.",
        "trace": "Follow any event back to the words that led to it, or draw a whole visit.",
        "why": "Say how a picture or a sound came about.",
        "bus": "Show who is on the bus, what goes over it, and its journals.",
    },
    "Drive": {
        "send": "Publish one event, as if a service or a visitor had.",
        "call": "Send a request and wait for its reply.",
        "rehearse": "Play a scenario: say this, wait for that, kill one of them.",
        "simulate": "Let a crowd of visitors come, and report how they were answered.",
        "forget": "Remove what visitors said, and all that was made of it.",
    },
    "Build": {
        "new": "Make a project from a template.",
        "check": "Look for mistakes in a project without starting anything.",
        "doctor": "Look at this machine: devices, keys, weights, ports, disk, clock, browser.",
        "backend": "List backends, make one from a template, and test it.",
        "models": "Show the models that a project uses, and where they are.",
        "topics": "List what can be said, and who says and hears it.",
        "graph": "Draw who listens to whom.",
        "schema": "Print the JSON Schema of one event or of all.",
        "completion": "Make a shell complete commands, topics and fields.",
        "version": "Print the versions of everything that matters.",
    },
}
"""Every command with one line of help, in the order in which an operator meets them."""
COMMANDS = {name: words for section in SECTIONS.values() for name, words in section.items()}


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
        gc.freeze()  # see `services.console.entry`
        gc.enable()
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the commands that begin as typed, and the options."""
        names = [CompletionItem(name, help=words) for name, words in COMMANDS.items() if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of commands into the help."""
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl(list(commands.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
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
