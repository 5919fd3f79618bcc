"""`fantascope models`: the models that a project uses, where they are, and whether they work."""

from collections.abc import Iterator

import anyio
import click
import msgspec

from services.console.columns import columns, weight
from services.console.condition import listen
from services.console.installation import Installation, for_project
from services.console.screen import Screen
from services.console.settings import open_secrets, read_settings
from services.console.weights import Model, models, shortened
from services.console.wrapping import wrapped

COLUMNS = ("place", "backend", "weights", "state", "model")


@click.command()
@for_project
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON document.")
def command(installation: Installation, as_json: bool) -> None:
    """Show the models that a project uses, and where they are.

    While the installation runs, each tells its version and how it is. Ends with 1 when weights are missing; what to do
    stands below the table.

    \b
    Example:
      fantascope models
      fantascope models --json
    """
    open_secrets(installation)
    said = anyio.run(listen, installation, ())
    found = [*models(read_settings(installation.folder), said)]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
    else:
        for line in lines_of(found, Screen.here(False).width):
            click.echo(line)
        if not said:
            click.echo(f"{installation.name} does not run; `fantascope up` starts it")
    raise SystemExit(1 if any(model.missing for model in found) else 0)


def lines_of(found: list[Model], width: int) -> Iterator[str]:
    """Yield a table, and below it where weights are, or how to get them."""
    head, *lines = columns([COLUMNS, *map(row, found)], width=width)
    yield head
    for model, line in zip(found, lines, strict=True):
        yield click.style(line, fg=colour_of(model))
    for need in [need for model in found for need in model.weights]:
        text = shortened(need.found) if need.found else f"missing: {need.cure}"
        yield from wrapped(f"{need.name}  ", text, width)


def row(model: Model) -> tuple[str, ...]:
    """Return one line of the table."""
    size = weight(sum(need.size for need in model.weights)) if model.weights else ""
    state = model.state.partition(" ")[0]
    return model.place, model.backend, "missing" if model.missing else size, state, model.model


def colour_of(model: Model) -> str | None:
    """Return the colour of a line."""
    if model.missing:
        return "red"
    return "green" if model.state == "up" else None
