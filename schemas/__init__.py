"""What is said: every event of the house, one file per conversation."""

from schemas.answers import Cancel, Cancelled, CancelReason, Failed, FailureClass
from schemas.base import Asset, Event, Lane, Reply, Report, Request, because, topic_of
from schemas.clock import ClockAdvanced
from schemas.forgetting import Forget, Forgotten
from schemas.health import Hello, RollCall, Status
from schemas.image import ImageProgress, ImageReady, ImageRequest
from schemas.mic import MicChunk
from schemas.music import MusicReady, MusicRequest
from schemas.narration import Mark, NarrationPart, NarrationReady, NarrationRequest
from schemas.scene import SceneFinished, SceneShown
from schemas.sound import SoundReady, SoundRequest
from schemas.speech import SpeechFinal, SpeechPartial, SpeechStarted, Word
from schemas.story import StoryBeat
from schemas.visit import TurnStarted, VisitEnded, VisitStarted

__all__ = [
    "EVENTS",
    "Asset",
    "Cancel",
    "CancelReason",
    "Cancelled",
    "ClockAdvanced",
    "Event",
    "Failed",
    "FailureClass",
    "Forget",
    "Forgotten",
    "Hello",
    "ImageProgress",
    "ImageReady",
    "ImageRequest",
    "Lane",
    "Mark",
    "MicChunk",
    "MusicReady",
    "MusicRequest",
    "NarrationPart",
    "NarrationReady",
    "NarrationRequest",
    "Reply",
    "Report",
    "Request",
    "RollCall",
    "SceneFinished",
    "SceneShown",
    "SoundReady",
    "SoundRequest",
    "SpeechFinal",
    "SpeechPartial",
    "SpeechStarted",
    "Status",
    "StoryBeat",
    "TurnStarted",
    "VisitEnded",
    "VisitStarted",
    "Word",
    "because",
    "topic_of",
]

EVENTS: dict[str, type[Event]] = {
    topic_of(kind): kind
    for kind in globals().values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind not in (Event, Request, Reply)
}
"""Every event class by its topic."""
