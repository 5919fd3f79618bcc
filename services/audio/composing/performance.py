"""Notes played by instruments in a room."""

import difflib
from collections.abc import Iterable

import numpy as np

from services.audio.composing.form import Form, Note
from services.audio.composing.instruments import INSTRUMENTS
from services.audio.layers.mixing import balanced, coloured
from services.audio.sound.grains import put
from services.audio.sound.moods import Mood
from services.audio.sound.take import Mono, Stereo, Take

HUMAN = 0.012
"""Seconds by which nobody plays exactly in time."""
MIDDLE = 3.0
"""dB taken from where a voice has its consonants."""


def perform(mood: Mood, instruments: Iterable[str], take: Take, target: float) -> tuple[Stereo, Form, list[str]]:
    """Return a piece that loops without a seam, its form, and who played."""
    players = ensemble_of(mood, instruments, take)
    form = Form(mood, take.seconds, take.named("form").rng)
    direct, sent = take.silence(), take.silence()
    shelf: dict[tuple[str, int, float], Mono] = {}
    hands = take.named("hands")
    for note in form.notes(players):
        at = take.at(note.beat * form.beat + hands.between(-HUMAN, HUMAN))
        sound = played(note, form, take, shelf)
        level = note.level * INSTRUMENTS[note.instrument].level
        put(direct, sound, at, pan=note.pan, gain=level)
    sent += direct * np.float32(0.9)
    return (
        balanced(coloured(direct, sent, mood, take, hollow=MIDDLE), take.rate, target + 0.5 * mood.level),
        form,
        players,
    )


def played(note: Note, form: Form, take: Take, shelf: dict[tuple[str, int, float], Mono]) -> Mono:
    """Return the sound of a note, made once for each pitch and length."""
    key = (note.instrument, note.pitch, note.beats)
    if key not in shelf:
        luck = take.named(f"{note.instrument} {note.pitch}").rng
        shelf[key] = INSTRUMENTS[note.instrument].play(form.key.hertz(note.pitch), note.beats * form.beat, luck)
    return shelf[key]


def ensemble_of(mood: Mood, wanted: Iterable[str], take: Take) -> list[str]:
    """Return who plays: those who were asked for, or those whom the mood calls."""
    asked = [name for name in map(instrument_of, wanted) if name]
    if asked:
        return list(dict.fromkeys(asked))
    luck = take.named("players")
    dreamy, lively, gloomy = mood.wonder > 0.6, mood.energy > 0.6, mood.light < -0.2
    players = ["choir" if dreamy and luck.between(0, 1) < 0.5 else "pad" if dreamy else "strings"]
    players.append("drone" if dreamy or not gloomy else "cello")
    if not gloomy or lively:
        players.append(("harp", "guitar", "piano", "marimba")[int(luck.rng.integers(4 if lively else 3))])
    players.append(
        "bells"
        if dreamy and not lively
        else "flute"
        if gloomy
        else ("celesta", "piano", "flute")[int(luck.rng.integers(3))]
    )
    if lively:
        players.append("drum")
    return list(dict.fromkeys(players))


def instrument_of(word: str) -> str | None:
    """Return the instrument that a word means, or None."""
    known = {kin: name for name, instrument in INSTRUMENTS.items() for kin in (name, *instrument.also.split())}
    plain = word.lower().strip().replace(" ", "")
    for form in (plain, plain.removesuffix("s")):
        if form in known:
            return known[form]
    close = difflib.get_close_matches(plain, known, n=1, cutoff=0.8)
    return known[close[0]] if close else None
