"""Events as the messages that pages are told."""

from urllib.parse import quote

from schemas import ImageProgress, ImageReady, Mark, MusicReady, NarrationPart, NarrationReady, SoundReady, StoryBeat
from services.display.messages import Beat, Narrated, Part, Picture, Preview, Sound
from services.display.words import WordFilter

LONGEST = 400
"""Characters of a visitor's words that are drawn on the wall."""


def url(path: str) -> str:
    """Return where the page finds an asset."""
    return f"assets/{quote(path)}"


def beat(event: StoryBeat, words: WordFilter) -> Beat:
    """Return a beat with its words filtered: it may have taken up some of the visitor's."""
    sentences = tuple(words.clean(sentence) for sentence in event.sentences or (event.text,))
    return Beat(visit=event.visit, turn=event.turn, id=event.id, sentences=sentences, mood=event.mood, last=event.last)


def preview(event: ImageProgress) -> Preview:
    """Return a picture on its way."""
    return Preview(
        visit=event.visit,
        turn=event.turn,
        request=event.cause,
        step=event.step,
        of=event.of,
        data=event.preview,
        media_type=event.media_type,
    )


def picture(event: ImageReady, words: WordFilter) -> Picture:
    """Return a picture."""
    return Picture(
        visit=event.visit,
        turn=event.turn,
        id=event.id,
        request=event.cause,
        url=url(event.asset.path),
        alt=words.clean(event.alt),
        width=event.asset.width,
        height=event.asset.height,
    )


def part(event: NarrationPart, words: WordFilter) -> Part:
    """Return a spoken sentence."""
    return Part(
        visit=event.visit,
        turn=event.turn,
        id=event.id,
        request=event.cause,
        part=event.part,
        of=event.of,
        url=url(event.asset.path),
        seconds=event.asset.seconds,
        words=pieces(words.clean(event.text), event.marks, event.asset.seconds),
    )


def pieces(text: str, marks: tuple[Mark, ...], seconds: float) -> tuple[tuple[str, float, float], ...]:
    """Return the text cut at its marks; without marks the words share the time by their lengths.

    Cut here, because the page counts characters in another way.
    """
    cuts = [(mark.offset, mark.start, mark.end) for mark in sorted(marks, key=lambda mark: mark.offset)]
    cuts = [cut for cut in cuts if 0 <= cut[0] < len(text)] or shared(text, seconds)
    ends = [*(offset for offset, _, _ in cuts), len(text)][1:]
    found = [(text[offset:end], start, until) for (offset, start, until), end in zip(cuts, ends, strict=True)]
    if found and cuts[0][0] > 0:
        found[0] = (text[: cuts[0][0]] + found[0][0], *found[0][1:])
    return tuple(piece for piece in found if piece[0])


def shared(text: str, seconds: float) -> list[tuple[int, float, float]]:
    """Return where each word of a text begins, and when it is likely to be spoken."""
    pace = seconds / max(1, len(text))
    begins = [at for at, sign in enumerate(text) if not sign.isspace() and (at == 0 or text[at - 1].isspace())]
    return [(at, at * pace, end * pace) for at, end in zip(begins, [*begins, len(text)][1:], strict=True)]


def narrated(event: NarrationReady) -> Narrated:
    """Return that a narration is complete."""
    return Narrated(visit=event.visit, turn=event.turn, id=event.id, request=event.cause, parts=len(event.parts))


def bus_of(event: SoundReady | MusicReady) -> str:
    """Return by which of the page's busses a sound is played."""
    return "music" if isinstance(event, MusicReady) else "ambience"


def sound(event: SoundReady | MusicReady) -> Sound:
    """Return a soundscape or music."""
    return Sound(
        visit=event.visit,
        turn=event.turn,
        id=event.id,
        bus=bus_of(event),
        url=url(event.asset.path),
        loop=event.loop,
    )
