"""A step in words."""

from collections.abc import Callable
from typing import Any

from services.console.rehearsal.steps import (
    Advance,
    Arrive,
    Inject,
    Kill,
    Leave,
    Never,
    Noise,
    Pause,
    Play,
    Say,
    Stall,
    Step,
    Type,
    Wait,
)
from services.console.rehearsal.wanted import flat


def words_of(step: Step) -> str:
    """Return what a step does or waits for."""
    return WORDS[type(step)](step)


def fields(table: dict[str, Any]) -> str:
    """Return fields and what they are to be."""
    return ", ".join(f"{'.'.join(path)} {value(wanted)}" for path, wanted in flat(table))


def value(wanted: Any) -> str:
    """Return what a field is to be."""
    if isinstance(wanted, dict):
        return " and ".join(f"{'at least' if key == 'min' else 'at most'} {bound}" for key, bound in wanted.items())
    return f'"{wanted}"' if isinstance(wanted, str) else str(wanted).lower()


def wait(step: Wait) -> str:
    """Return what is waited for."""
    where = f" where {fields(step.where)}" if step.where else ""
    expect = f" with {fields(step.expect)}" if step.expect else ""
    return f"wait for {step.wait}{where}{expect}"


def never(step: Never) -> str:
    """Return what must not come."""
    where = f" where {fields(step.where)}" if step.where else ""
    return f"for {step.seconds:g} s no {step.never}{where}"


WORDS: dict[type[Step], Callable[[Any], str]] = {
    Arrive: lambda step: f"{step.arrive} arrives",
    Leave: lambda step: f"{step.leave} leaves",
    Type: lambda step: f'{step.by} types "{step.type}"',
    Say: lambda step: f'{step.by} says "{step.say}"',
    Noise: lambda step: f"{step.by} makes a noise: {step.noise}",
    Play: lambda step: f"{step.by} plays {step.play.name}",
    Wait: wait,
    Never: never,
    Inject: lambda step: f"inject {step.inject} {fields(step.fields)}".rstrip(),
    Kill: lambda step: f"kill {step.kill}",
    Stall: lambda step: f"stall {step.stall} for {step.seconds:g} s",
    Advance: lambda step: f"{step.advance:g} s pass",
    Pause: lambda step: f"pause for {step.pause:g} s",
}
