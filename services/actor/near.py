"""What somebody meant who mistyped a name."""

from collections.abc import Iterable


def near(name: str, known: Iterable[str]) -> str:
    """Return ` (did you mean …?)` for the known name that resembles `name`, or nothing."""
    import difflib  # noqa: PLC0415 -- nobody needs it who types well, and every command would wait for it

    match = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean `{match[0]}`?)" if match else ""
