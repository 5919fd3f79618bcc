"""What must be true of voices, and of what makes sounds and music. Loaded by who tries one, and by nobody else."""

from services.audio.conformance.makers import COMPOSER, SOUNDSCAPER
from services.audio.conformance.voices import NARRATOR

__all__ = ["COMPOSER", "NARRATOR", "SOUNDSCAPER", "SUITES"]

SUITES = {"voices": NARRATOR, "soundscapes": SOUNDSCAPER, "composers": COMPOSER}
"""By the list of backends that each is for."""
