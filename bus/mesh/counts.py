"""What a bus counts for its operator: by topic, and over all."""

from collections import Counter
from collections.abc import Callable

from bus.api import Report
from bus.mesh.routes import Held, Routes
from bus.mesh.said import Said, Speech
from bus.wire import tag_of
from schemas import Event


class Counts:
    """One section of the report for each topic that this participant has said or heard."""

    def __init__(self, reports: dict[str, Callable[[], Report]], speech: Speech, routes: Routes) -> None:
        self._reports = reports
        self._speech = speech
        self._routes = routes
        self._heard: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        """Of subscriptions that are over."""
        speech.on_new = self._add

    def _add(self, kind: type[Event]) -> None:
        self._reports.setdefault(f"topic {tag_of(kind)}", lambda: self._topic(kind))

    def begin(self, subscription: Held) -> None:
        """Begin to count what a subscription hears."""
        for kind in subscription.kinds.values():
            self._add(kind)

    def end(self, subscription: Held) -> None:
        """Remember what a subscription has heard."""
        self._heard.update(subscription.heard)
        self._dropped.update(subscription.dropped)

    def _topic(self, kind: type[Event]) -> Report:
        topic = tag_of(kind)
        readers = [one for one in self._routes if topic in one.kinds]
        said = self._speech.find(kind) or Said(kind, self._speech.name)
        return {
            "lane": kind.lane,
            "said": said.events,
            "said_bytes": said.bytes,
            "frames": said.frames,
            "unsent": said.dropped,
            "heard": self._heard[topic] + sum(one.heard[topic] for one in readers),
            "dropped": self._dropped[topic] + sum(one.dropped.get(topic, 0) for one in readers),
            "readers": len(readers),
        }
