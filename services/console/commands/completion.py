"""`fantascope completion`: what a shell needs to complete this command's words."""

import click
from click.shell_completion import BashComplete, get_completion_class

from services.console.main import cli

NAME = "fantascope"
VARIABLE = "_FANTASCOPE_COMPLETE"
HOW = {
    "bash": 'eval "$(fantascope completion bash)"      # in ~/.bashrc',
    "zsh": 'eval "$(fantascope completion zsh)"       # in ~/.zshrc, after compinit',
    "fish": "fantascope completion fish | source       # in ~/.config/fish/config.fish",
}
OPEN = "\n    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n\n    return 0\n"
"""No space after `field=`: the value comes next."""


@click.command()
@click.argument("shell", type=click.Choice(list(HOW)), required=False)
def command(shell: str | None) -> None:
    """Make a shell complete commands, topics and fields.

    Values, visits and services, too. Prints what the shell has to read. Without SHELL, print where to put it.

    \b
    Example:
      eval "$(fantascope completion bash)"
    """
    if shell is None:
        click.echo("\n".join(HOW.values()))
        return
    kind = get_completion_class(shell)
    if kind is None:  # click knows them all
        raise click.UsageError(f"{shell} is not known")
    text = kind(cli, {}, NAME, VARIABLE).source()
    click.echo(text.replace("\n    return 0\n", OPEN) if issubclass(kind, BashComplete) else text)
