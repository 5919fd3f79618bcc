"""Long lines on a terminal: broken between words, what follows indented."""

import textwrap


def wrapped(head: str, text: str, width: int) -> list[str]:
    """Return `head` and a text as lines that fit, the text in a column of its own; 0 is as wide as it needs."""
    if not width:
        return [f"{head}{text}"]
    column = " " * len(head)
    return textwrap.wrap(
        text, width, initial_indent=head, subsequent_indent=column, break_long_words=False, break_on_hyphens=False
    ) or [head.rstrip()]
