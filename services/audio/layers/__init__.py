"""What a place can sound like, one layer for each thing that is heard; and how words find them."""

from services.audio.layers import craft, hearth, night, people, tones, water, weather, wings
from services.audio.layers.registry import LAYERS, Layer

__all__ = ["LAYERS", "Layer", "craft", "hearth", "night", "people", "tones", "water", "weather", "wings"]
