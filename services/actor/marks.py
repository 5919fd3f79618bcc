"""The mark of a request in the names of the files that were made for it. Reading one loads nothing."""

import re


def mark_of(request: str) -> str:
    """Return a request's id as it stands in the names of the files that were made for it."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", request) or "none"


def mark_in(name: str) -> str:
    """Return the mark in the name of a file, which may not be whole yet; any text where there is none."""
    return name.removeprefix(".").partition(".")[0].rpartition("_")[2]
