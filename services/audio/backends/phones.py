"""Which of the sounds of a sentence begin its words."""

from difflib import SequenceMatcher
from typing import NamedTuple

PAUSE = "pau"


class Phone(NamedTuple):
    """One sound of speech."""

    name: str
    end: float
    """Seconds."""


def word_onsets(said: list[Phone], apart: list[str], count: int) -> tuple[float | None, ...]:
    """Return when each of `count` words begins.

    `said` are the sounds of the sentence, `apart` those of its words spoken one by one with pauses between them. They
    differ a little, as people too slur words that stand together; where they agree, a word's first sound is found.
    """
    words = grouped(apart)
    if len(words) != count:
        return (None,) * count
    sounds = [(phone.name, start) for phone, start in zip(said, starts(said), strict=True) if phone.name != PAUSE]
    alone = [name for word in words for name in word]
    matcher = SequenceMatcher(None, alone, [name for name, _ in sounds], autojunk=False)
    partner = {block.a + step: block.b + step for block in matcher.get_matching_blocks() for step in range(block.size)}
    onsets: list[float | None] = []
    first = 0
    for word in words:
        onsets.append(onset(first, len(word), partner, sounds))
        first += len(word)
    return tuple(onsets)


def onset(first: int, size: int, partner: dict[int, int], sounds: list[tuple[str, float]]) -> float | None:
    """Return when a word begins that has `size` sounds; by its second or third sound if the first was slurred."""
    for step in range(min(size, 3)):
        found = partner.get(first + step)
        if found is not None:
            return sounds[max(0, found - step)][1]
    return None


def starts(said: list[Phone]) -> list[float]:
    """Return when each sound begins, which is when the one before it ends."""
    return [0.0, *(phone.end for phone in said[:-1])] if said else []


def grouped(apart: list[str]) -> list[list[str]]:
    """Return runs of sounds between pauses."""
    groups: list[list[str]] = [[]]
    for name in apart:
        if name == PAUSE:
            groups.append([])
        else:
            groups[-1].append(name)
    return [group for group in groups if group]
