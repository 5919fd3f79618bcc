"""Moments as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from services.console.moments import moment

NOW = datetime(2026, 11, 28, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        ("14:30", NOW - timedelta(minutes=30)),
        ("14:30:10", NOW - timedelta(minutes=29, seconds=50)),
        ("18:00", NOW - timedelta(hours=21)),
        ("90s", NOW - timedelta(seconds=90)),
        ("2h", NOW - timedelta(hours=2)),
        ("1.5h ago", NOW - timedelta(minutes=90)),
        ("3d", NOW - timedelta(days=3)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T14:30", datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("2026-11-20T14:30+02:00", datetime(2026, 11, 20, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_understood(typed: str, then: datetime) -> None:
    assert moment(typed, NOW) == then.timestamp()


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "12", "3 weeks", "2026-13-01"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moment(typed, NOW)
