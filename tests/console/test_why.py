"""`why`, `trace` and `history`: what journals tell of a visit, while nothing runs."""

import hashlib
import json
from pathlib import Path

import pytest

from bus import open_bus, open_hand
from schemas import ImageReady, SceneShown, SpeechFinal
from services.console.ids import short
from tests.console.hand import Hand
from tests.console.terminal import WIDTH, on_terminal, plain
from tests.console.told import VISIT, picture, tell

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shown(hand: Hand) -> SceneShown:
    """Return the last event of a visit that was told by one participant, who is gone."""
    async with open_bus("story", run=hand.installation.run, journals=hand.installation.journals) as bus:
        return await tell(bus)


def steps(text: str) -> dict[str, str]:
    """Return the last text of every label that `why` prints."""
    return {line[:10].strip(): line[10:].strip() for line in text.splitlines() if line[:10].strip()}


async def test_a_picture_is_explained_by_everything_that_led_to_it(hand: Hand, shown: SceneShown) -> None:
    said = hand("why", shown.path).stdout
    assert said.splitlines()[0] == f"{shown.path} 1280x720, 214 kB; the file is gone"
    found = steps(said)
    assert found["seen"].endswith("on page anna, 0.10 s after it was ready")
    assert found["prompt"].startswith("a fox at dusk")
    assert (found["seed"], found["alt"], found["story"]) == ("7", "a fox", "A fox ran over the snow.")
    assert "by painter oil 2.1 in 0.40 s" in found["made"]
    assert found["tried"] == "backend 1 of the list, 2 calls to it and others"
    assert f"turn 1 of visit {VISIT}" in found["turn"]
    assert found["words"] == "“a fox”"
    assert found["said"].endswith("written at page-anna")
    assert "0badcafe" in said
    assert "BY HAND" not in said


@pytest.mark.parametrize("wanted", ["", "scene.shown", "image.ready", "_fox_", "10-15-01"])
async def test_a_picture_is_found_by_whatever_one_has_of_it(hand: Hand, shown: SceneShown, wanted: str) -> None:
    arguments = ("why", wanted) if wanted else ("why",)
    assert hand(*arguments).stdout == hand("why", shown.cause).stdout != ""
    assert hand("why", short(shown.id)).stdout == hand("why", shown.id).stdout


async def test_a_copy_of_a_picture_is_known_by_its_content(hand: Hand, tmp_path: Path) -> None:
    copy = tmp_path / "renamed.jpg"
    copy.write_bytes(b"a picture")
    digest = hashlib.sha256(copy.read_bytes()).hexdigest()
    async with open_bus("story", run=hand.installation.run, journals=hand.installation.journals) as bus:
        await bus.publish(ImageReady(asset=picture("fox", digest)))
    assert hand("why", str(copy)).stdout.startswith(picture().path)


async def test_a_hand_in_it_is_shown(hand: Hand) -> None:
    where = {"run": hand.installation.run, "journals": hand.installation.journals}
    async with open_hand(**where, by="anna@gallery: send") as bus:
        await tell(bus)
    said = hand("why").stdout
    assert "BY HAND   anna@gallery: send" in said
    hands = json.loads(hand("why", "--json").stdout)["hands"]
    assert {each["hand"] for each in hands} == {"anna@gallery: send"}


async def test_an_event_says_who_sent_it(hand: Hand) -> None:
    sent = json.loads(hand("send", "speech.final", "text=hello", "--json").stdout)
    assert sent["hand"].endswith(": send")
    assert "@" in sent["hand"]
    assert "the bus fills that in" in hand.refused("send", "speech.final", "text=x", "hand=nobody")[0]
    async with open_bus("story", run=hand.installation.run, journals=hand.installation.journals) as bus:
        assert (await bus.publish(SpeechFinal(text="x"))).hand == ""


async def test_programs_get_the_whole_chain_and_whether_settings_have_changed(hand: Hand, shown: SceneShown) -> None:
    found = json.loads(hand("why", "--json").stdout)
    assert [each["topic"] for each in found["chain"]] == [
        "speech.final", "turn.started", "story.beat", "image.request", "image.ready",
    ]  # fmt: skip
    assert (found["asset"]["path"], found["there"], found["whole"]) == (shown.path, False, True)
    assert found["settings"]["story"]["then"] == "0badcafe" != found["settings"]["story"]["now"]


async def test_what_nobody_made_is_refused(hand: Hand, shown: SceneShown) -> None:
    assert hand.refused("why", "heron.jpg")[0].startswith("no picture and no sound 'heron.jpg' is in the journals")
    assert hand.refused("why", "story:99.1")[0].startswith("no event 'story:99.1'")
    assert shown.path


async def test_it_fits_a_terminal(hand: Hand, shown: SceneShown) -> None:
    text, code = on_terminal(hand, "why", shown.path)
    assert code == 0
    assert max(map(len, plain(text).splitlines())) <= WIDTH


async def test_a_visit_is_drawn_with_what_became_of_every_wish(hand: Hand, shown: SceneShown) -> None:
    text, code = on_terminal(hand, "trace", "--visit")
    lines = plain(text).splitlines()
    assert code == 0
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith(f"{VISIT}  1 turn, 1 beat, ")
    assert "“a fox”  page-anna" in lines[1]
    rows = {line.split()[0]: line for line in lines[3:]}
    assert "█" in rows["picture"]
    assert "◆" in rows["picture"]
    assert "painter" in rows["picture"]
    assert "failed (transient" in rows["sound"]
    assert "cancelled: super" in rows["music"]
    assert "flite, 2.0 s long, heard to its end" in plain(
        on_terminal(hand, "trace", "--visit", VISIT[-4:], "--full")[0]
    )
    assert len(json.loads(hand("trace", "--visit", VISIT, "--json").stdout.splitlines()[0])) > 3
    assert shown.visit == VISIT


async def test_a_visit_is_found_by_a_part_of_its_name_alone(hand: Hand) -> None:
    async with open_bus("story", run=hand.installation.run, journals=hand.installation.journals) as bus:
        await tell(bus, visit="20261128-100000-aa11", words="an owl")
        await tell(bus, visit="20261128-110000-bb11", words="a whale")
    assert "“an owl”" in hand("trace", "--visit", "aa11").stdout
    assert "“a whale”" in hand("trace", "--visit").stdout
    assert hand.refused("trace", "--visit", "11")[0].startswith("2 visits have '11' in their names: 20261128-")
    assert "the newest is 20261128-110000-bb11" in hand.refused("trace", "--visit", "cc")[0]
    assert hand.refused("trace") == ["name an event or a topic to follow, or draw a visit with --visit"]


async def test_history_finds_by_topic_source_visit_cause_and_time(hand: Hand, shown: SceneShown) -> None:
    def topics(*arguments: str) -> list[str]:
        return [json.loads(line)["topic"] for line in hand("history", *arguments, "--json").stdout.splitlines()]

    assert topics("image") == ["image.request", "image.ready"]
    assert topics("*.started", "--visit", "ab12") == ["visit.started", "turn.started"]
    assert topics("--cause", shown.cause) == ["scene.shown"]
    assert topics("--cause", short(shown.cause)) == ["scene.shown"]
    assert topics("--source", "image") == []
    assert topics("-n", "1") == ["scene.shown"]
    assert len(topics("-n", "0")) == 15
    assert topics("--since", "1h") == topics()
    assert topics("--until", "1h") == []
    assert hand("history", "--source", "image").returncode == 1
    assert "it is in no journal; `fantascope watch mic`" in hand.refused("history", "mic")[0]
    assert "'25:61' is no moment" in hand("history", "--since", "25:61").stderr


async def test_history_fits_a_terminal_unless_all_is_wanted(hand: Hand, shown: SceneShown) -> None:
    cut, whole = (plain(on_terminal(hand, "history", *more)[0]).splitlines() for more in ((), ("--full",)))
    assert max(map(len, cut)) <= WIDTH < max(map(len, whole))
    assert len(cut) == len(whole) == 15
    assert "ab12/1" in cut[-1]
    assert shown.path in whole[-1]
