"""A wish in, a recording out: the whole way of a soundscape or of a piece of music, on one core."""

import numpy as np

from services.audio.composer import Piece
from services.audio.composing.performance import perform
from services.audio.layers.mixing import render
from services.audio.layers.words import Vocabulary
from services.audio.sound.files import flac
from services.audio.sound.moods import Mood, mood_of
from services.audio.sound.take import RATE, Stereo, Take, smooth_length
from services.audio.soundscaper import Ambience, Recording


def surround(ambience: Ambience, seconds: float) -> Recording:
    """Return a soundscape. Raise ValueError when one of the project's own sounds cannot be made."""
    parts, unknown = Vocabulary(ambience.own).mix(ambience.sounds)
    mood = mood_of(ambience.mood)
    take = new_take(f"sound|{ambience.seed}", seconds, mood)
    sound = render(parts, mood, take, ambience.loudness)
    made: dict[str, str | int | float] = {"layers": ", ".join(part.layer for part in parts), "mood": mood.name}
    if unknown:
        made["unknown"] = ", ".join(unknown)
    return recorded(sound, take, made | {"seed": ambience.seed})


def compose(piece: Piece, seconds: float) -> Recording:
    """Return music."""
    mood = mood_of(piece.mood)
    take = new_take(f"music|{piece.seed}", seconds, mood)
    sound, form, players = perform(mood, piece.instruments, take, piece.loudness)
    made: dict[str, str | int | float] = {
        "mood": mood.name,
        "mode": form.key.mode,
        "beats_per_minute": round(60 / form.beat, 1),
        "instruments": ", ".join(players),
        "seed": piece.seed,
    }
    return recorded(sound, take, made)


def new_take(seed: str, seconds: float, mood: Mood) -> Take:
    """Return a take about as long as was asked for."""
    return Take(smooth_length(round(seconds * RATE)), seed, mood.root)


def recorded(sound: Stereo, take: Take, made: dict[str, str | int | float]) -> Recording:
    """Return the sound as a file."""
    data = flac(sound, take.rate, take.named("dither").rng)
    return Recording(
        data=data, seconds=round(take.seconds, 6), made=made | {"peak": round(float(np.abs(sound).max()), 3)}
    )
