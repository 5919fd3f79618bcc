"""Secrets: in the environment, or in the project's `.env`; never in a log, an event or an error message."""

import os
import re
import stat
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from services.actor.toml import ConfigError

SECRETS_FILE = ".env"
NAMED = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
"""How variables end that hold a secret wherever they come from."""
SHORTEST = 8
"""Characters of a secret: what is shorter, such as `1`, stands in too many texts to be taken out of them."""
HIDDEN = "[secret]"

_known: set[str] = set()
"""What `hide` takes out. A process has one environment, and therefore one of these."""


def load_secrets(folder: Path) -> None:
    """Put what the `.env` of a project's folder holds into the environment, which wins; note what must be hidden.

    Raise ConfigError when the file is open to others, or cannot be read.
    """
    found = dict(secrets_in(folder / SECRETS_FILE))
    for name, value in found.items():
        os.environ.setdefault(name, value)
    named = {value for name, value in os.environ.items() if NAMED.search(name)}
    lines = {line for value in {*named, *found.values()} for line in value.splitlines()}
    _known.update(line for line in lines if len(line) >= SHORTEST)


def secrets_in(file: Path) -> Iterator[tuple[str, str]]:
    """Yield names and values of a `.env`. Raise ConfigError, which says nothing of what is in it."""
    if not file.exists():
        return
    from dotenv.parser import parse_stream  # noqa: PLC0415 - most projects have no secrets, and start without it

    try:
        with file.open(encoding="utf-8") as text:
            if stat.S_IMODE(os.fstat(text.fileno()).st_mode) & 0o077:
                raise ConfigError(file, 0, "", f"others can read it: chmod 600 {file}")
            bindings = list(parse_stream(text))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(file, 0, "", f"cannot be read: {reason}") from None
    for binding in bindings:
        if binding.error or (binding.key is not None and binding.value is None):
            raise ConfigError(file, binding.original.line, "", "is not NAME=value")
        if binding.key is not None and binding.value is not None:
            yield binding.key, binding.value


def hide(text: str) -> str:
    """Return a text without the secrets that this process knows."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text


def unguarded(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write the error that ends a process to stderr, as Python does, without the secrets."""
    sys.stderr.write(hide("".join(traceback.format_exception(kind, error, trace))))
