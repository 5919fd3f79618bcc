"""`fantascope schema` and the command line itself."""

import json

import pytest
from click.testing import CliRunner

from schemas import EVENTS
from services.console.main import COMMANDS, cli


def run(*arguments: str) -> str:
    """Return what a command prints when all goes well."""
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_schema_says_what_each_field_means() -> None:
    schema = json.loads(run("schema", "image.request"))
    request = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    assert request["properties"]["scene"]["description"] == "What is to be seen."
    assert request["properties"]["within"]["description"].startswith("Seconds")
    assert request["required"] == ["topic", "scene"]
    assert request["x-lane"] == "log"


def test_one_schema_holds_every_event() -> None:
    schema = json.loads(run("schema"))
    topics = {part["properties"]["topic"]["enum"][0] for part in schema["$defs"].values() if "x-lane" in part}
    assert topics == set(EVENTS)
    assert len(schema["oneOf"]) == len(EVENTS)


def test_every_topic_is_listed_with_its_meaning() -> None:
    lines = run("schema", "--list").splitlines()
    assert [line.split()[0] for line in lines] == sorted(EVENTS)


def test_an_unknown_command_gets_a_hint() -> None:
    result = CliRunner().invoke(cli, ["statsu"])
    assert result.exit_code == 2
    assert "did you mean `status`?" in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    text = run(name, "--help")
    assert COMMANDS[name].rstrip(".") in " ".join(text.split())
    assert f"fantascope {name}" in text.partition("Example:")[2]
