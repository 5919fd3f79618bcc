"""Events made of what is typed."""

import pytest

from schemas import ImageReady, ImageRequest, MicChunk
from services.console.build import build
from services.console.refusal import Misuse


def test_typed_values_take_the_type_of_their_field() -> None:
    event = build("image.request", ["scene=42", "seed=7", "within=2.5", "requires=SEEDS"])
    assert event == ImageRequest(scene="42", seed=7, within=2.5, requires=frozenset({"SEEDS"}))


def test_a_field_given_twice_holds_both() -> None:
    event = build("image.request", ["scene=a port", "characters=a cat, grey", "characters=a gull"])
    assert event == ImageRequest(scene="a port", characters=("a cat, grey", "a gull"))


def test_a_list_and_what_is_nested_are_json() -> None:
    asset = '{"path": "a.jpg", "media_type": "image/jpeg", "sha256": "0", "size": 3}'
    event = build("image.ready", [f"asset={asset}"])
    assert isinstance(event, ImageReady)
    assert event.asset.path == "a.jpg"
    assert build("image.request", ["scene=x", 'characters=["a", "b"]']) == ImageRequest(
        scene="x", characters=("a", "b")
    )


def test_bytes_are_base64_and_truth_is_a_word() -> None:
    assert build("mic.chunk", ["mic=a", "pcm=AAEC", "last=true"]) == MicChunk(mic="a", pcm=b"\x00\x01\x02", last=True)


@pytest.mark.parametrize(
    ("topic", "words", "said"),
    [
        ("imge.request", [], "no event has the topic 'imge.request' (did you mean `image.request`?)"),
        ("image.request", ["scen=x"], "image.request has no field 'scen' (did you mean `scene`?)"),
        ("image.request", [], "missing required field `scene`\n  scene=…  What is to be seen."),
        ("image.request", ["scene=x", "seed=many"], "image.request: seed: Expected `int | null`, got `str`"),
        ("image.request", ["scene=x", "scene=y"], "scene is given 2 times, and takes one value"),
        ("image.request", ["a fox"], "'a fox' is no field: write a fox=value"),
        ("image.request", ["id=image:1"], "id: the bus fills that in"),
        ("image.ready", ["asset={"], "asset: '{' is no JSON"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_hint(topic: str, words: list[str], said: str) -> None:
    with pytest.raises(Misuse) as refusal:
        build(topic, words)
    assert said in refusal.value.message
