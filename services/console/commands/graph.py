"""`fantascope graph`: who listens to whom."""

from collections.abc import Iterator

import click
import msgspec

from services.console.conversations import Conversation, conversations, voices
from services.console.installation import Installation, for_project
from services.console.refusal import Refusal
from services.console.settings import read_settings

Edges = dict[tuple[str, str], list[str]]
"""By speaker and listener: the topics."""
COMMON = 4
"""What so many say or hear is left out of a drawing: an arrow from everybody to everybody shows nothing."""


@click.command()
@for_project
@click.option("--dot", "form", flag_value="dot", help="Draw it for Graphviz.")
@click.option("--mermaid", "form", flag_value="mermaid", help="Draw it for Mermaid.")
@click.option("--json", "form", flag_value="json", help="Print it as one JSON document.")
def command(installation: Installation, form: str | None) -> None:
    """Draw who listens to whom, from what services declare and from the project's settings.

    Ends with 1, and one line for each, when there is a topic that somebody says and nobody hears, or the other way
    round, or a request that no service or more than one would answer.

    \b
    Example:
      fantascope graph
      fantascope graph --dot | dot -Tsvg > graph.svg
    """
    settings = read_settings(installation.folder)
    if settings.problems:
        raise Refusal(*settings.problems)
    found = conversations(voices(settings))
    wrong = [each.wrong for each in found if each.wrong]
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode({"wrong": wrong, "topics": found})))
    else:
        for line in {"dot": dot, "mermaid": mermaid}.get(form or "", text)(found):
            click.echo(line)
    for each in wrong:
        click.secho(each, fg="red", err=True)
    raise SystemExit(1 if wrong else 0)


def edges(found: list[Conversation]) -> Edges:
    """Return who listens to whom, and to what."""
    arrows: Edges = {}
    for each in found:
        if max(len(each.says), len(each.hears)) < COMMON:
            for pair in ((one, other) for one in each.says for other in each.hears if one != other):
                arrows.setdefault(pair, []).append(each.topic)
    return arrows


def text(found: list[Conversation]) -> Iterator[str]:
    """Yield it for a terminal: what each says, and to whom."""
    arrows = edges(found)
    width = max((len(other) for _, other in arrows), default=0)
    for name in dict.fromkeys(one for one, _ in sorted(arrows)):
        yield click.style(name, bold=True)
        for (_, other), topics in sorted((pair, topics) for pair, topics in arrows.items() if pair[0] == name):
            yield from wrapped(f"  ─▶ {other:{width}}  ", topics)
    common = [each for each in found if max(len(each.says), len(each.hears)) >= COMMON]
    yield click.style("everybody", bold=True)
    for each in common:
        yield from wrapped(f"  {each.topic:18}", [f"{' '.join(each.says)} ─▶ {' '.join(each.hears)}"])


def wrapped(head: str, words: list[str], width: int = 80) -> Iterator[str]:
    """Yield words in lines that fit, below each other."""
    line = head
    for word in words:
        if len(line) > len(head) and len(line) + len(word) > width:
            yield line.rstrip()
            line = " " * len(head)
        line += f"{word} "
    yield line.rstrip()


def dot(found: list[Conversation]) -> Iterator[str]:
    """Yield it in the language of Graphviz."""
    yield "digraph fantascope {"
    yield "  rankdir=LR; node [shape=box, style=rounded];"
    for (one, other), topics in sorted(edges(found).items()):
        label = "\\n".join(topics)
        yield f'  "{one}" -> "{other}" [label="{label}"];'
    yield "}"


def mermaid(found: list[Conversation]) -> Iterator[str]:
    """Yield it in the language of Mermaid."""
    yield "flowchart LR"
    for (one, other), topics in sorted(edges(found).items()):
        yield f'  {one} -- "{"<br>".join(topics)}" --> {other}'
