"""What must be true of what makes soundscapes and music."""

import math
from typing import Any

from services.actor.conformance import Suite, require
from services.audio.composer import Composer, Piece
from services.audio.conformance.measuring import Heard, bend, decoded, seam
from services.audio.soundscaper import Ambience, Recording, Soundscaper

LASTS = 4.0
OFF = 0.2
"""Share by which a recording may be longer or shorter than asked."""
ASKED, SOFTER = -21.0, -36.0
FAR = 7.0
"""LUFS by which a recording may miss what was asked for: moods and kinds of sounds move it."""
NONSENSE = "qwertzuiop"
STEP, BEND = 1.5, 2.6
"""How much sharper than anything else in it a loop may be where it begins anew."""


def ambience(*sounds: str, **wishes: Any) -> Ambience:
    """Return a wish for a soundscape."""
    return Ambience(**{"sounds": sounds, "mood": "calm", "seconds": LASTS, "seed": 7, "loudness": ASKED, **wishes})


def piece(*instruments: str, **wishes: Any) -> Piece:
    """Return a wish for music."""
    plain = {"instruments": instruments, "mood": "calm", "seconds": LASTS, "seed": 7, "loudness": ASKED}
    return Piece(**{**plain, **wishes})


def listened(recording: Recording) -> Heard:
    """Return what is heard. Raise Broken when that is nothing that can be played."""
    return decoded(recording.data, recording.media_type, recording.seconds)


def lasts(recording: Recording) -> None:
    """Raise Broken when a recording is not as long as was asked, or silent."""
    sound = listened(recording)
    require(abs(sound.seconds / LASTS - 1) < OFF, f"{LASTS:.0f} s were asked for, {sound.seconds:.1f} came")
    require(sound.loudness > ASKED - 3 * FAR, "nothing is heard")


def seeded(first: Recording, again: Recording, other: Recording) -> None:
    """Raise Broken unless the first two are the same, and the third is another."""
    require(first.data == again.data, "the same seed gives other bytes")
    require(first.data != other.data, "another seed gives the same bytes")


def loops(recording: Recording) -> None:
    """Raise Broken when a recording cannot be heard again and again without a seam."""
    require(recording.loop, "claims LOOPS, and says that this is none")
    sound = listened(recording).samples
    step, turn = seam(sound), bend(sound)
    require(step < STEP, f"the step where it begins anew is {step:.1f} times the largest in it")
    require(turn < BEND, f"the bend where it begins anew is {turn:.1f} times the sharpest in it")


def is_loud(recording: Recording, wanted: float) -> float:
    """Return how loud a recording is. Raise Broken when that is far from what was asked for."""
    found = listened(recording).loudness
    require(abs(found - wanted) < FAR, f"{wanted:.0f} LUFS were asked for, {found:.1f} came")
    return found


async def surrounded(soundscaper: Soundscaper, words: str) -> None:
    """Have a soundscape made and listen to it."""
    lasts(await soundscaper.surround(ambience(words)))


async def composed(composer: Composer, words: str) -> None:
    """Have music made and listen to it."""
    lasts(await composer.compose(piece(mood=words)))


SOUNDSCAPER = Suite(surrounded, wrong=(lambda maker: maker.surround(ambience("rain", seconds=math.nan)),))
COMPOSER = Suite(composed, wrong=(lambda maker: maker.compose(piece("piano", seconds=math.nan)),))


@SOUNDSCAPER.check()
async def a_soundscape_is_as_loud_as_asked(soundscaper: Soundscaper) -> None:
    """A soundscape has about the loudness that was asked for."""
    for wanted in (ASKED, SOFTER):
        is_loud(await soundscaper.surround(ambience("rain", loudness=wanted)), wanted)


@COMPOSER.check()
async def music_is_as_loud_as_asked(composer: Composer) -> None:
    """Music has about the loudness that was asked for."""
    for wanted in (ASKED, SOFTER):
        is_loud(await composer.compose(piece("piano", loudness=wanted)), wanted)


@SOUNDSCAPER.check()
async def other_sounds_sound_different(soundscaper: Soundscaper) -> None:
    """What is heard depends on the sounds that are asked for."""
    rain, bells = [(await soundscaper.surround(ambience(name))).data for name in ("rain", "bells")]
    require(rain != bells, "rain and bells give the same bytes")


@COMPOSER.check()
async def other_moods_and_players_sound_different(composer: Composer) -> None:
    """What is heard depends on the mood and on the instruments."""
    wishes = (piece("piano"), piece("drum"), piece("piano", mood="tense"))
    calm, other, tense = [(await composer.compose(wish)).data for wish in wishes]
    require(calm != other, "piano and drum give the same bytes")
    require(calm != tense, "calm and tense give the same bytes")


@SOUNDSCAPER.check()
async def unknown_sounds_are_told(soundscaper: Soundscaper) -> None:
    """A name that stands for nothing changes the sound all the same, or is told in `made` as `unknown`."""
    strange = await soundscaper.surround(ambience(NONSENSE))
    nothing = await soundscaper.surround(ambience())
    told = NONSENSE in str(strange.made.get("unknown", ""))
    require(told or strange.data != nothing.data, f"{NONSENSE!r} changes nothing, and nobody is told")


@SOUNDSCAPER.check("SEEDS")
async def seeds_decide(soundscaper: Soundscaper) -> None:
    """The same seed gives the same bytes, another seed others."""
    seeded(*[await soundscaper.surround(ambience("rain", "bells", seed=seed)) for seed in (7, 7, 8)])


@COMPOSER.check("SEEDS")
async def seeds_decide_the_music(composer: Composer) -> None:
    """The same seed gives the same bytes, another seed others."""
    seeded(*[await composer.compose(piece(seed=seed)) for seed in (7, 7, 8)])


@SOUNDSCAPER.check("LOOPS")
async def a_soundscape_has_no_seam(soundscaper: Soundscaper) -> None:
    """A soundscape begins anew without a seam."""
    loops(await soundscaper.surround(ambience("wind", "bells")))


@COMPOSER.check("LOOPS")
async def music_has_no_seam(composer: Composer) -> None:
    """Music begins anew without a seam."""
    loops(await composer.compose(piece()))
