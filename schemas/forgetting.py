"""What visitors said goes, and all that was made of it."""

from schemas.base import Event


class Forget(Event, tag="forget", frozen=True, kw_only=True):
    """Everybody removes from the own journal what belongs to some visits. Answered by each with `forgotten`."""

    visits: tuple[str, ...] = ()
    """Visits that go as a whole."""
    ids: tuple[str, ...] = ()
    """Ids of events that go, too: what was said outside of a visit and led to one."""
    rewrite: tuple[str, ...] = ()
    """Participants whose journals are written anew: traces were found between what they hold."""


class Forgotten(Event, tag="forgotten", frozen=True, kw_only=True):
    """Of what was to be forgotten nothing is left in a participant's journal. `cause` is the `forget`."""

    events: int = 0
    """Events that were removed."""
    letters: int = 0
    """Dead letters that were removed."""
    files: tuple[str, ...] = ()
    """Journals that had been put aside, held some of it, and were removed as a whole."""
