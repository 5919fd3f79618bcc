"""What the visitor really saw."""

from schemas.base import Event


class SceneShown(Event, tag="scene.shown", frozen=True, kw_only=True):
    """A picture is on the wall. `cause` is its `image.ready`."""

    path: str
    """The asset's path."""
    page: str = ""
    """Which page shows it."""
    seconds: float = 0.0
    """From the picture being ready to being seen."""


class SceneFinished(Event, tag="scene.finished", frozen=True, kw_only=True):
    """The narration of a beat was heard to its end. `cause` is its `narration.ready`."""

    page: str = ""
    """Which page played it."""
