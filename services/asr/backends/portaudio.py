"""Sound cards, through PortAudio."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import sounddevice as sd

from services.actor.errors import Unavailable
from services.asr.vad import RATE

BLOCK = 0.03
"""Seconds."""


class Stream:
    """An open microphone. `block` and `ended` are called on a thread of PortAudio."""

    def __init__(self, device: str, block: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        """`device` is part of a name, or a number; empty for the system's choice."""
        self.device: int | str | None = int(device) if device.isdigit() else device or None
        self.block, self.ended = block, ended
        self.rate, self.channels = RATE, 1
        self.stack = ExitStack()

    def open(self) -> None:
        """Begin to record. Raise Unavailable when there is no such microphone."""
        try:
            sd._terminate()  # the list of cards is made once; this has it made anew
            sd._initialize()
            found = sd.query_devices(self.device, "input")
            self.stack.enter_context(self._best(found))
        except (sd.PortAudioError, ValueError) as error:
            raise Unavailable(f"no microphone at a sound card: {error}") from error

    def close(self) -> None:
        """Stop recording."""
        try:
            self.stack.close()
        except sd.PortAudioError as error:
            raise Unavailable(f"the sound card went away: {error}") from error

    def _best(self, found: dict[str, Any]) -> Any:
        """Return a stream of the recognisers' own rate where the card can, else of its own."""
        for rate, channels in ((RATE, 1), (int(found["default_samplerate"]), min(2, found["max_input_channels"]))):
            self.rate, self.channels = rate, channels
            try:
                sd.check_input_settings(self.device, channels, "int16", None, rate)
            except sd.PortAudioError:
                continue
            break
        return sd.RawInputStream(
            rate,
            round(rate * BLOCK),
            self.device,
            self.channels,
            "int16",
            "low",
            callback=lambda data, *_: self.block(bytes(data)),
            finished_callback=self.ended,
        )
