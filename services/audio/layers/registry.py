"""How a layer is announced."""

from collections.abc import Callable
from dataclasses import dataclass

from services.audio.sound.take import Stereo, Take

Render = Callable[[Take], Stereo]


@dataclass(frozen=True)
class Layer:
    """One thing that can be heard."""

    name: str
    render: Render
    also: tuple[str, ...]
    """Other words for it."""
    level: float
    """How loud its loudest moments are among others, in dB."""
    echo: float
    """How much of it goes into the room, 0 to 1."""


LAYERS: dict[str, Layer] = {}


def layer(name: str, also: str = "", *, level: float = 0.0, echo: float = 0.5) -> Callable[[Render], Render]:
    """Announce a function as the layer `name`; `also` holds other words for it."""

    def announce(render: Render) -> Render:
        LAYERS[name] = Layer(name, render, tuple(also.split()), level, echo)
        return render

    return announce
