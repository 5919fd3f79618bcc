"""Imports point one way, and nothing heavy is imported before a backend is opened."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

import bus
from tests.house.sources import HOUSE, OURS, imports, module_name, modules, python_files

LIGHT = {"anyio", "click", "httpx", "msgspec", "numpy", "starlette", "structlog", "supervisor", "tenacity", "uvicorn"}
LIGHT |= {"dotenv", "packaging", "psutil", "websockets", "zmq"}
ROOTS = ("services.console", "services.catalogue", "services.__main__")
"""These put the parts together; nothing imports them."""


def room(name: str) -> str:
    """Return the top-level package of a module, or `services.<x>` within services."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "services" else parts[0]


def may_import(importer: str, imported: str) -> bool:
    """Return whether a module of ours may import another module of ours."""
    here, there = room(importer), room(imported)
    if there in (here, "schemas"):
        return True
    if here in ROOTS:
        return here == "services.console" or there != "services.console"
    if there == "bus":
        return here != "schemas"
    return there == "services.actor" and here not in ("schemas", "bus")


def third_party(file: Path) -> set[str]:
    """Return the packages of others that a file imports."""
    return {name for name in imports(file) if name.split(".")[0] not in (*OURS, *sys.stdlib_module_names)}


def test_imports_point_one_way() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, file in modules().items()
        for other in imports(file)
        if other.split(".")[0] in OURS and not may_import(name, other)
    ]
    assert not wrong


def test_the_program_imports_no_project_and_no_test() -> None:
    wrong = [
        f"{module_name(file)} imports {other}"
        for file in python_files("schemas", "bus", "services", "projects")
        for other in imports(file)
        if other.split(".")[0] in ("projects", "tests")
    ]
    assert not wrong


def test_the_words_need_msgspec_and_nothing_else() -> None:
    assert {name: third_party(modules()[name]) - {"msgspec"} for name in modules() if room(name) == "schemas"} == {
        name: set() for name in modules() if room(name) == "schemas"
    }


@pytest.mark.parametrize("name", [name for name in modules() if name.endswith(".config")])
def test_settings_need_msgspec_and_nothing_else(name: str) -> None:
    assert third_party(modules()[name]) <= {"msgspec"}


def test_numbers_are_crunched_in_the_services_only() -> None:
    plain = ("schemas", "bus", "services.actor", *ROOTS)
    assert not [name for name in modules() if room(name) in plain and "numpy" in third_party(modules()[name])]


def test_nothing_heavy_is_imported_before_a_backend_is_opened() -> None:
    """Follow the imports from everything that is neither a backend nor used by backends alone."""
    entrances = [
        name
        for name in modules()
        if room(name) in ("schemas", "bus", "services.actor", *ROOTS) or name.endswith((".config", ".service"))
    ]
    seen: set[str] = set()
    todo = list(entrances)
    while todo:
        name = todo.pop()
        if name in seen or name not in modules():
            continue
        seen.add(name)
        assert ".backends" not in name, f"{name} is imported before a backend is opened"
        heavy = third_party(modules()[name]) - LIGHT
        assert not heavy, f"{name} imports {heavy}, which belongs into a backend"
        todo += imports(modules()[name])


def test_no_file_of_the_program_imports_pydantic() -> None:
    assert not [name for name, file in modules().items() if "pydantic" in third_party(file)]


def test_no_file_changes_the_import_path() -> None:
    words = "sys." + "path"
    assert not [str(file.relative_to(HOUSE)) for file in python_files() if words in file.read_text(encoding="utf-8")]


def test_what_the_bus_offers_is_what_its_name_says() -> None:
    """A name that a module of the bus has, too, would mean either, depending on who was imported first."""
    assert {name: type(getattr(bus, name)) for name in bus.__all__ if isinstance(getattr(bus, name), ModuleType)} == {}
    assert not {f"bus.{name}" for name in bus.__all__} & modules().keys()
