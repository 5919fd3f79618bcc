"""What the project asks for: its settings, and what its backends need of the machine."""

from collections.abc import Iterator

from services.actor.needs import Need
from services.console.columns import weight
from services.console.diagnosis.finding import Case, Finding, Placed, note, ok, wrong
from services.console.mistakes import mistakes
from services.console.offers import use_of


def project(case: Case) -> Iterator[Finding]:
    """Yield each mistake in it."""
    found = mistakes(case.settings)
    yield from map(wrong, found)
    if not found:
        yield ok(f"{case.installation.folder}: no mistakes in it")


def keys(case: Case) -> Iterator[Finding]:
    """Yield the secrets that backends need."""
    yield from needed(case, "key", "none is needed")


def weights(case: Case) -> Iterator[Finding]:
    """Yield the models that backends need."""
    yield from needed(case, "weights", "none are needed")


def programs(case: Case) -> Iterator[Finding]:
    """Yield the programs that backends need."""
    yield from needed(case, "program", "none is needed")


def libraries(case: Case) -> Iterator[Finding]:
    """Yield the packages that backends need."""
    yield from needed(case, "package", "none is needed")


def needed(case: Case, kind: str, nothing: str) -> Iterator[Finding]:
    """Yield what backends need of one kind: what is missing each by itself, what is here in one line."""
    found = [(placed, need) for placed in case.backends() for need in placed.config.needs() if need.kind == kind]
    missing = [(placed, need) for placed, need in found if not need.found]
    for placed, need in missing:
        if placed.written or not need.foreign:
            yield lack(placed, need)
    here = dict.fromkeys(described(need) for _, need in found if need.found)
    if here or not missing:
        yield ok(", ".join(here) or nothing)


def lack(placed: Placed, need: Need) -> Finding:
    """Return that something is missing: wrong where it was asked for, or nobody stands in."""
    able = [use_of(type(other)) for other in placed.others if all(each.found for each in other.needs())]
    text = f"{need.name} is missing for {use_of(type(placed.config))} ({placed.place})"
    if not able:
        return wrong(text, need.cure)
    return (wrong if placed.written else note)(f"{text}; {able[0]} stands in", need.cure)


def described(need: Need) -> str:
    """Return what is here in a few words."""
    if need.kind == "weights":
        return f"{need.name} ({weight(need.size)})"
    return f"{need.name} {need.found}" if need.kind == "package" else need.name
