"""Palettes: which colours the light has, by hour, mood and weather."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from services.image.backends.painting.canvas import Colour, blend, colour, luminance
from services.image.backends.painting.plan import Hour, Plan

HOURS: dict[Hour, tuple[str, ...]] = {
    "dawn": ("#27386f", "#6f6fae", "#e3a0a8", "#ffd9b0", "#ffe0b8", "#1f1d38"),
    "day": ("#2a6cb6", "#63a4da", "#a9d2ec", "#e6f1ec", "#fff3d2", "#1a2c36"),
    "golden": ("#3d6c96", "#8fa9ae", "#f0bf7c", "#ffe0a0", "#ffd685", "#2b1f20"),
    "dusk": ("#191b47", "#4d2f72", "#bb4a70", "#ff9c58", "#ffb56e", "#140f26"),
    "night": ("#040818", "#0a1836", "#153458", "#2f627f", "#dbe8ff", "#03060f"),
    "moonlit": ("#071128", "#12294f", "#275480", "#5e95ab", "#eaf3ff", "#050a18"),
}
"""From the top of the sky down to the horizon; then the light; last the deepest shade."""

MOODS: dict[str, tuple[str, ...]] = {
    "wonder": ("#0f1b4f", "#40409c", "#a563a8", "#ffbda4", "#ffe8b8", "#0d0f2a"),
    "joy": ("#1f86c4", "#6cc5da", "#ffe2a6", "#ffc873", "#fff0b4", "#20323c"),
    "calm": ("#3b5f86", "#7fa5b5", "#cddcd2", "#f6e8c8", "#fff2d4", "#1c2a33"),
    "melancholy": ("#28304f", "#56618a", "#98a0b4", "#d4cbc4", "#eadfce", "#191d2e"),
    "eerie": ("#07130f", "#12302b", "#2f5b48", "#9bb56a", "#dbe89a", "#040a08"),
    "dread": ("#0a0608", "#2a0d14", "#661a1c", "#c2452a", "#ff8a4a", "#080405"),
    "mystery": ("#0d0b26", "#28205a", "#4f4088", "#8f86c0", "#d6ccff", "#08071a"),
    "tension": ("#16181d", "#343a40", "#6d6a5e", "#c9a464", "#ffd68a", "#0d0e11"),
    "tender": ("#6b6ca8", "#b893b8", "#f0b8b4", "#ffe0c8", "#ffeadb", "#332840"),
    "dream": ("#2a2f7a", "#7a63b8", "#d98fc0", "#ffd0c8", "#fff0e0", "#1c1740"),
    "hope": ("#2d5a8c", "#7aa3b8", "#f3d2a0", "#fff0c4", "#fff2c8", "#20282f"),
    "epic": ("#10233f", "#2f4f6a", "#b8713f", "#ffb04f", "#ffc870", "#0f1218"),
    "lonely": ("#1c2b44", "#3d587a", "#7d98ac", "#c8d4d6", "#eef2ee", "#10182a"),
}
"""The same for a mood, when the words name no hour."""

DARK_HOURS: frozenset[Hour] = frozenset({"night", "moonlit"})


@dataclass(frozen=True)
class Tones:
    """The colours of one picture."""

    sky: tuple[Colour, ...]
    """From the top to the horizon."""
    light: Colour
    """Of sun or moon, and of what it touches."""
    shade: Colour
    """The darkest there is."""
    power: float
    """How much light there is: 1 at noon."""

    @property
    def haze(self) -> Colour:
        """What far things turn into."""
        return blend(self.sky[-1], self.sky[-2], 0.35)

    @property
    def ambient(self) -> Colour:
        """The mean of the sky, which lights what the sun does not."""
        mean: Colour = np.mean(np.stack(self.sky), axis=0)
        return mean

    def lit(self, local: Colour, sun: float = 0.5, far: float = 0.0) -> Colour:
        """A thing's own colour in this light: `sun` is the share of direct light, `far` how much air lies before it."""
        sky = self.ambient / max(float(self.ambient.max()), 1e-3)
        reach = blend(sky, self.light / max(float(self.light.max()), 1e-3), sun)
        strength = self.power * (0.42 + 0.62 * sun)
        seen = blend(self.shade, local * reach, min(1.0, strength))
        return blend(seen, self.haze, far)


def tones_of(
    plan: Plan, palettes: Mapping[str, tuple[str, ...]], general: tuple[str, ...] | None, rng: np.random.Generator
) -> Tones:
    """The colours for a plan; a project's own palette is taken as it stands, only darker when night was named."""
    own = palettes.get(plan.mood_word) or palettes.get(plan.mood) or general
    ramp = _colours(own) if own else _built_in(plan)
    if own and plan.hour_said and plan.hour in DARK_HOURS:
        ramp = [(tone * 0.5) for tone in ramp[:-2]] + ramp[-2:]
    if not own:
        ramp = [_turned(tone, float(rng.uniform(-0.03, 0.03))) for tone in ramp]
    sky, light, shade = ramp[:-2], ramp[-2], ramp[-1]
    brightness = luminance(np.mean(np.stack(sky), axis=0))
    tones = Tones(sky=tuple(sky), light=light, shade=shade, power=0.34 + 0.8 * min(brightness, 0.8))
    return _weathered(tones, plan.weather)


def _colours(codes: tuple[str, ...]) -> list[Colour]:
    return [colour(code) for code in codes]


def _built_in(plan: Plan) -> list[Colour]:
    """The hour's colours, leaning to the mood's: fully when no hour was named, a little when one was."""
    hour, mood = _colours(HOURS[plan.hour]), MOODS.get(plan.mood)
    if mood is None:
        return hour
    share = 0.22 if plan.hour_said else 0.8
    return [blend(one, other, share) for one, other in zip(hour, _colours(mood), strict=True)]


def _turned(tone: Colour, share: float) -> Colour:
    """The colour with its hue turned a little."""
    return np.clip(tone + share * (np.roll(tone, 1) - np.roll(tone, -1)), 0.0, 1.0)


def _weathered(tones: Tones, weather: frozenset[str]) -> Tones:
    """The colours under clouds: greyer, flatter, dimmer."""
    grey = {"storm": 0.62, "rain": 0.5, "overcast": 0.55, "fog": 0.4, "snow": 0.28}
    cover = max((share for name, share in grey.items() if name in weather), default=0.0)
    if not cover:
        return tones
    cold = np.array([0.92, 1.0, 1.08], dtype=np.float32)
    dim = {"storm": 0.55, "rain": 0.78}.get(
        "storm" if "storm" in weather else "rain" if "rain" in weather else "", 0.95
    )
    sky = []
    for tone in tones.sky:
        flat = luminance(tone) * 0.75 + luminance(tones.ambient) * 0.25
        sky.append(blend(tone, flat * cold, cover) * dim)
    light = blend(tones.light, luminance(tones.light) * cold, cover * 0.6)
    return replace(tones, sky=tuple(sky), light=light, power=tones.power * (1.0 - 0.35 * cover))
