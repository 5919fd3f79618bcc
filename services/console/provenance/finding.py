"""Finding an event by what somebody has of it: an id, a topic, a file, a part of a file's name, or nothing."""

import hashlib
from pathlib import Path

import msgspec

from bus import history
from schemas import EVENTS, Asset, Event, SceneShown
from services.actor.marks import mark_in, mark_of
from services.actor.near import near
from services.console.ids import long, short
from services.console.installation import Installation
from services.console.refusal import Refusal

MANY = 50
"""Frames that are looked at for a file's name."""


def holding_assets() -> list[str]:
    """Return the topics of what brings a file."""
    return [
        topic for topic, kind in EVENTS.items() if any(field.type is Asset for field in msgspec.structs.fields(kind))
    ]


def find(installation: Installation, wanted: str) -> Event:
    """Return the event of an id, or the newest of a topic. Raise Refusal when there is none."""
    folder = installation.journals
    if wanted in EVENTS:
        newest = history.read(folder, history.Query(topics=(wanted,), limit=1, newest=True))
        if not newest:
            raise Refusal(f"no {wanted} is in the journals of {installation.name}")
        return newest[0]
    event = history.get(folder, long(wanted))
    if event is None:
        kind = "live events are in no journal" if "~" in wanted else "an id reads `source:number`, or name a topic"
        raise Refusal(f"no event {wanted!r} is in the journals of {installation.name}; {kind}{near(wanted, EVENTS)}")
    return event


def find_asset(installation: Installation, wanted: str) -> Event:
    """Return the event that brought a file. Raise Refusal when none did."""
    if not wanted:
        return on_the_wall(installation)
    if wanted in EVENTS or history.NUMBER.fullmatch(long(wanted).rpartition(":")[2]):
        return behind(installation, find(installation, wanted))
    name = name_of(installation, wanted)
    named = [event for event in made_for(installation, name) if (asset := asset_of(event)) and asset.path == name]
    if named:
        return named[0]
    texts = [name]
    if Path(wanted).is_file():
        texts.append(hashlib.sha256(Path(wanted).read_bytes()).hexdigest())
    for text in texts:
        found = [event for event in mentioning(installation, text) if asset_of(event)]
        if found:
            return found[0]
    raise Refusal(
        f"no picture and no sound {wanted!r} is in the journals of {installation.name}; "
        "name a file of its assets, a part of its name, or an event"
    )


def made_for(installation: Installation, name: str) -> list[Event]:
    """Return what came of the request that a file was made for, which is known by its name."""
    source, _, number = mark_in(Path(name).name).rpartition("-")
    folder, found = installation.journals, list[Event]()
    for asker in history.sources(folder):
        if mark_of(asker) == source and history.NUMBER.fullmatch(number):
            found += history.read(folder, history.Query(cause=f"{asker}:{number}", limit=MANY))
    return found


def mentioning(installation: Installation, text: str) -> list[Event]:
    """Return events whose files have a text in their name, or as their hash; newest first."""
    found = history.mentions(installation.journals, holding_assets(), text, MANY)
    return [event for event in found if (asset := asset_of(event)) and (text in asset.path or text == asset.sha256)]


def name_of(installation: Installation, typed: str) -> str:
    """Return the name by which events know a file."""
    path, assets = Path(typed).resolve(), (installation.folder / "assets").resolve()
    return path.relative_to(assets).as_posix() if path.is_relative_to(assets) else typed


def asset_of(event: Event) -> Asset | None:
    """Return the file that an event brings."""
    asset = getattr(event, "asset", None)
    return asset if isinstance(asset, Asset) else None


def on_the_wall(installation: Installation) -> Event:
    """Return what brought the picture that was shown last, or that was ready last where no page says what it shows."""
    for topic in ("scene.shown", "image.ready"):
        newest = history.read(installation.journals, history.Query(topics=(topic,), limit=1, newest=True))
        if newest:
            return behind(installation, newest[0])
    raise Refusal(f"no picture is in the journals of {installation.name}")


def behind(installation: Installation, event: Event) -> Event:
    """Return the event that brought the file of what was shown."""
    brought = history.get(installation.journals, event.cause) if isinstance(event, SceneShown) else None
    return brought or event


def causes(installation: Installation, event: Event) -> list[Event]:
    """Return an event and everything that led to it, the first cause first."""
    chain, seen = [event], {event.id}
    while chain[0].cause not in seen:
        before = history.get(installation.journals, chain[0].cause)
        if before is None:
            break
        chain.insert(0, before)
        seen.add(before.id)
    return chain


def broken(chain: list[Event]) -> str:
    """Return what there is to say of a chain whose first cause is not there any more; nothing when it is whole."""
    if not chain[0].cause:
        return ""
    return f"{short(chain[0].id)} was caused by {short(chain[0].cause)}, which is in no journal any more"
