"""What a mood does to everything that is heard."""

import difflib
import re
import unicodedata
from dataclasses import dataclass

MODES: dict[str, tuple[int, ...]] = {
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "major": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
"""Semitones above the root, from the lightest to the darkest."""


@dataclass(frozen=True)
class Mood:
    """Where a mood lies. Everything else follows from its three coordinates."""

    name: str
    light: float
    """From -1, dark, to 1, bright."""
    energy: float
    """From 0, at rest, to 1, driven."""
    wonder: float
    """From 0, plain, to 1, as in a dream."""

    @property
    def mode(self) -> str:
        """The scale that suits."""
        names = list(MODES)
        if self.light > 0.2 and self.wonder > 0.7:
            return "lydian"
        return names[min(5, max(1, round(1 + (0.55 - self.light) * 2.8)))]

    @property
    def tempo(self) -> float:
        """Beats in a minute."""
        return 46 + 58 * self.energy

    @property
    def tilt(self) -> float:
        """How the spectrum leans, in dB per octave: dark moods lose their treble."""
        return 1.1 * self.light - 0.5 + 0.5 * self.energy

    @property
    def reverb(self) -> float:
        """How much of the room is heard, 0 to 1."""
        return 0.12 + 0.4 * self.wonder

    @property
    def room(self) -> float:
        """Seconds until the room is silent."""
        return 1.0 + 2.6 * self.wonder + 0.6 * (1 - self.energy)

    @property
    def level(self) -> float:
        """How much louder than usual, in dB."""
        return 3.0 * (self.energy - 0.4)

    @property
    def drone(self) -> float:
        """How much of a held tone is under everything, 0 to 1."""
        return max(0.0, 0.55 * self.wonder + 0.35 * max(0.0, -self.light) - 0.15)

    @property
    def root(self) -> float:
        """The tone in Hz on which everything rests: deep for dark moods."""
        return 55.0 * 2 ** (round(4 + 3.5 * self.light) / 12) * 2


NEUTRAL = Mood("neutral", 0.2, 0.35, 0.4)

PLACES: dict[str, tuple[float, float, float, str]] = {
    "calm": (
        0.35,
        0.12,
        0.45,
        "peaceful quiet serene gentle still relaxed soft tranquil cosy cozy warm ruhig sanft calme",
    ),
    "joyful": (0.95, 0.75, 0.35, "happy joy cheerful merry glad bright sunny froh heiter fröhlich joyeux heureux"),
    "playful": (0.8, 0.85, 0.45, "funny silly curious lively cheeky verspielt lustig drôle amusant"),
    "hopeful": (0.65, 0.45, 0.6, "hope optimistic uplifting confident hoffnungsvoll espoir"),
    "tender": (0.4, 0.2, 0.5, "loving love romantic kind sweet caring zärtlich liebevoll tendre"),
    "wonder": (
        0.55,
        0.3,
        1.0,
        "magical magic dreamy dream enchanted wondrous awe mystical fairytale ethereal zauberhaft magisch",
    ),
    "majestic": (0.45, 0.7, 0.8, "epic grand heroic triumphant glorious proud erhaben feierlich majestueux"),
    "adventurous": (0.5, 0.9, 0.4, "adventure excited exciting brave bold daring energetic abenteuerlich aufregend"),
    "nostalgic": (0.0, 0.25, 0.65, "wistful longing bittersweet remembering memory sehnsüchtig nostalgique"),
    "melancholy": (-0.35, 0.15, 0.55, "melancholic sad sorrowful blue lonely gloomy grief traurig einsam triste"),
    "mysterious": (
        -0.3,
        0.3,
        0.9,
        "mystery strange secret eerie uncanny enigmatic geheimnisvoll rätselhaft mystérieux",
    ),
    "tense": (-0.65, 0.7, 0.4, "suspense suspenseful anxious nervous dramatic urgent worried angespannt tendu"),
    "fearful": (
        -0.85,
        0.5,
        0.65,
        "scary fear afraid spooky creepy haunted horror unheimlich gruselig ängstlich effrayant",
    ),
    "dark": (-0.8, 0.3, 0.6, "ominous sinister grim bleak threatening finster dunkel bedrohlich sombre"),
    "stormy": (-0.5, 0.95, 0.35, "angry wild furious violent chaotic fierce stürmisch zornig wütend orageux"),
    "solemn": (-0.15, 0.2, 0.75, "sacred holy reverent meditative contemplative ernst heilig andächtig solennel"),
    "neutral": (0.2, 0.35, 0.4, "normal plain everyday none neutre"),
}

MOODS = {name: Mood(name, *where[:3]) for name, where in PLACES.items()}
KIN = {kin: name for name, where in PLACES.items() for kin in (name, *where[3].split())}


def mood_of(word: str) -> Mood:
    """Return the mood of a word or a few; the neutral one for words that name none."""
    for part in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", word).lower()):
        if part in KIN:
            return MOODS[KIN[part]]
        close = difflib.get_close_matches(part, KIN, n=1, cutoff=0.82)
        if close:
            return MOODS[KIN[close[0]]]
    return NEUTRAL
