"""The conformance suite on embedded backends, and on doubles that break what it checks."""

from typing import cast

import msgspec

from services.actor.backend import BackendConfig
from services.actor.conformance import Outcome, Suite, Trial


async def outcomes(suite: Suite, config: BackendConfig) -> list[Outcome]:
    """Return how every check came out."""
    told: list[Outcome] = []
    await Trial(suite, config, told.append).run()
    return [outcome for outcome in told if outcome.state != "begun"]


async def failures(suite: Suite, config: BackendConfig) -> dict[str, str]:
    """Return the checks that fail, and why."""
    return {outcome.check: outcome.why for outcome in await outcomes(suite, config) if outcome.state == "failed"}


def settings_of(double: type) -> BackendConfig:
    """Return settings that lead to a double."""
    kind = msgspec.defstruct("DoubleConfig", [], bases=(BackendConfig,), frozen=True, kw_only=True)
    kind.factory = f"{double.__module__}:{double.__qualname__}"  # type: ignore[attr-defined]
    return cast("BackendConfig", kind())
