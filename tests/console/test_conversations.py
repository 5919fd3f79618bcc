"""What is wrong with a topic that nobody says or hears."""

import pytest

from schemas import Event, ImageRequest, StoryBeat
from services.console.conversations import Voice, conversations

Kinds = list[tuple[str, type[Event]]]
BEAT: Kinds = [("story.beat", StoryBeat)]
PICTURE: Kinds = [("image.request", ImageRequest)]


def wrong(kinds: Kinds, **voices: Voice) -> str:
    """Return what is wrong with one topic."""
    (found,) = conversations(voices, kinds)
    return found.wrong


def test_what_is_said_and_heard_is_in_order() -> None:
    assert wrong(BEAT, story=Voice([StoryBeat], []), display=Voice([], [StoryBeat])) == ""


def test_what_nobody_hears_is_named_with_its_speaker() -> None:
    assert wrong(BEAT, story=Voice([StoryBeat], [])) == "story.beat: story says it, and nobody hears it"


def test_what_nobody_says_is_named_with_its_listener() -> None:
    assert wrong(BEAT, display=Voice([], [StoryBeat])) == "story.beat: display hears it, and nobody says it"


def test_what_nobody_cares_for_is_named() -> None:
    assert wrong(BEAT) == "story.beat: nobody says it, and nobody hears it"


def test_what_a_project_has_no_use_for_may_be_listened_for() -> None:
    story, display = Voice([StoryBeat], [], [StoryBeat]), Voice([], [StoryBeat])
    assert wrong(BEAT, story=story, display=display) == ""


@pytest.mark.parametrize("name", ["image", "other"])
def test_a_request_is_answered_by_one_service_only(name: str) -> None:
    found = wrong(PICTURE, story=Voice([ImageRequest], []), **{name: Voice([], [ImageRequest])})
    assert found == ""
    both = wrong(PICTURE, story=Voice([ImageRequest], []), a=Voice([], [ImageRequest]), b=Voice([], [ImageRequest]))
    assert both == "image.request: a, b would all answer it; a request is answered by one service"
