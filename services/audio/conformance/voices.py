"""What must be true of a voice."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from services.actor.conformance import Suite, require
from services.actor.errors import Unsupported
from services.audio.conformance.measuring import Heard, decoded
from services.audio.narrator import Line, Narrator, Spoken
from services.audio.speech.words import spans

SENTENCES = {
    "en": "Once, in 1799, a fox walked slowly into the snow; nobody saw her.",
    "de": "Der Fuchs läuft über die Brücke, und 25 Männer schauen zu.",
    "fr": "C'était l'été, et le renard dormait sous un vieux pommier.",
    "es": "El zorro cruzó la nieve muy despacio, y nadie lo vio pasar.",
    "it": "La volpe attraversò la neve molto lentamente, e nessuno la vide.",
}
"""The first language that a voice has is the one in which it is tried."""
NOBODYS = "tlh"
"""A language that no voice has."""
NAMES = ("woman", "man", "child", "old")
"""Characters that a cast may hold."""
ASKED, SOFTER = -18.0, -26.0
FAR = 3.0
"""LUFS by which a sentence may miss the loudness that was asked for."""
ROUNDED = 1e-3
"""Seconds by which marks may overlap or overrun, because somebody rounds."""
LONG = "x" * 10_000
"""One word: as many characters of prose take ten minutes to speak."""


class Said(NamedTuple):
    """A sentence, and what a voice made of it."""

    line: Line
    spoken: Spoken

    @property
    def sound(self) -> Heard:
        """What is heard. Raise Broken when that is nothing that can be played."""
        return decoded(self.spoken.data, self.spoken.media_type, self.spoken.seconds)


async def said(narrator: Narrator, **wishes: Any) -> Said:
    """Have a voice speak, in the first language that it has."""
    for language, sentence in SENTENCES.items():
        line = Line(**{"text": sentence, "language": language, "loudness": ASKED, **wishes})
        try:
            return Said(line, await narrator.speak(line))
        except Unsupported:
            continue
    raise Unsupported(f"speaks none of {', '.join(SENTENCES)}")


async def ask(narrator: Narrator, words: str) -> None:
    """Have words spoken, and listen."""
    sound = (await said(narrator, text=words)).sound
    if words.isascii() and spans(words):
        require(float(np.abs(sound.samples).max()) > 0.01, f"{words[:24]!r}: nothing is heard")


NARRATOR = Suite(ask, long=LONG)


@NARRATOR.check()
async def it_is_as_loud_as_asked(narrator: Narrator) -> None:
    """A sentence has about the loudness that was asked for."""
    for wanted in (ASKED, SOFTER):
        found = (await said(narrator, loudness=wanted)).sound.loudness
        require(abs(found - wanted) < FAR, f"{wanted:.0f} LUFS were asked for, {found:.1f} came")


@NARRATOR.check()
async def a_language_that_it_lacks_is_unsupported(narrator: Narrator) -> None:
    """For a language that it does not have it raises Unsupported, so that another voice is asked."""
    try:
        await narrator.speak(Line(text="nuqneH", language=NOBODYS))
    except Unsupported:
        return
    require(False, f"speaks {NOBODYS!r}, which nobody does")


@NARRATOR.check("MARKS")
async def every_word_is_marked(narrator: Narrator) -> None:
    """Each word of a sentence has a mark; they come one after the other, and end with the sound."""
    line, spoken = await said(narrator)
    places = [(mark.offset, mark.length) for mark in spoken.marks]
    words = spans(line.text)
    bare = [word.text for word in words if (word.offset, word.length) not in places]
    require(not bare, f"there is no mark for {', '.join(bare)}")
    require(len(places) == len(words), f"there are {len(places)} marks for {len(words)} words")
    require(all(0 <= mark.start <= mark.end for mark in spoken.marks), "a mark ends before it begins")
    mixed = [one for one, next_ in pairwise(spoken.marks) if one.end > next_.start + ROUNDED]
    require(not mixed, f"{len(mixed)} marks reach into the next")
    over = [mark for mark in spoken.marks if mark.end > spoken.seconds + ROUNDED]
    require(not over, f"{len(over)} marks end after the sound")


@NARRATOR.check("PACE")
async def a_faster_pace_is_shorter(narrator: Narrator) -> None:
    """The pace that is asked for is heard."""
    slow, usual, fast = [(await said(narrator, pace=pace)).spoken.seconds for pace in (0.7, 1.0, 1.5)]
    told = f"at 0.7, 1 and 1.5 it takes {slow:.2f}, {usual:.2f} and {fast:.2f} s"
    require(slow > 1.1 * usual > 1.21 * fast, told)


@NARRATOR.check("VOICES")
async def another_name_is_another_voice(narrator: Narrator) -> None:
    """It has more than one voice, and names that it does not know change nothing."""
    usual = await said(narrator)
    others = [await said(narrator, voice=name) for name in NAMES]
    same = [other for other in others if other.spoken.voice == usual.spoken.voice]
    require(len(same) < len(others), f"{', '.join(NAMES)}: all are spoken by {usual.spoken.voice!r}")
    strange = await said(narrator, voice="../no such: voice")
    require(strange.spoken.voice == usual.spoken.voice, f"a strange name is spoken by {strange.spoken.voice!r}")


@NARRATOR.check("MOODS")
async def moods_are_heard(narrator: Narrator) -> None:
    """The mood changes the sound."""
    glad, sad = [(await said(narrator, mood=mood)).spoken.data for mood in ("joyful", "melancholy")]
    require(glad != sad, "joyful and melancholy give the same bytes")


@NARRATOR.check("LANGUAGES")
async def it_has_several_languages(narrator: Narrator) -> None:
    """It speaks more than one language, and each in its own way."""
    spoken: dict[str, bytes] = {}
    for language in SENTENCES:
        try:
            spoken[language] = (await narrator.speak(Line(text="Sonata, piano, radio.", language=language))).data
        except Unsupported:
            continue
    require(len(spoken) > 1, f"of {', '.join(SENTENCES)} it speaks {', '.join(spoken) or 'none'}")
    require(len(set(spoken.values())) > 1, f"{', '.join(spoken)}: the same words give the same bytes")
