"""A new backend in a project, from a template that works at once."""

import keyword
import re
from pathlib import Path
from string import Template

from services.console.choosing import configs
from services.console.installation import Installation
from services.console.offers import use_of
from services.console.refusal import Misuse, Refusal
from services.console.roles import Role
from services.console.settings import Settings, read_settings

TEMPLATES = Path(__file__).with_name("templates") / "backends"
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


def begin(installation: Installation, name: str, role: Role) -> tuple[str, str]:
    """Write a backend into a project; return what it is called there, and the lines that make the project use it."""
    settings = read_settings(installation.folder)
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Misuse(
            f"{name!r} is no name for a backend: small letters, digits and _, a letter first, such as `stripes`"
        )
    if name in {use_of(type(config)) for config in configs(settings, role)}:
        raise Refusal(f"there is a backend called {name} already")
    file = installation.folder / f"{name}.py"
    if file.exists():
        raise Refusal(f"{file} is there already, and is left as it is")
    kind = "".join(part.capitalize() for part in name.split("_"))
    text = Template((TEMPLATES / f"{role.name}.txt").read_text(encoding="utf-8")).substitute(name=name, Class=kind)
    file.write_text(text, encoding="utf-8")
    use = f"{name}.py:{kind}"
    return use, lines(settings, role, use)


def lines(settings: Settings, role: Role, use: str) -> str:
    """Return what to write into a project's file. A list that is written replaces the one that is built in."""
    head = f"[[{role.service}.{role.field}]]\n"
    written = (role.service, role.field) in settings.lines
    built_in = getattr(settings.tables.get(role.service), role.field, ())
    others = [] if written else [use_of(type(config)) for config in built_in]
    return "\n".join(f'{head}use = "{each}"\n' for each in (use, *others))
