"""Moments as people type them: `14:30`, `2026-11-20`, `2026-11-20T14:30`, or `2h`, `30min`, `3d` ago."""

import re
from datetime import datetime, timedelta

import click

AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)(?: ago)?")
UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


class Moment(click.ParamType[float]):
    """Turns what was typed into seconds since 1970."""

    name = "when"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the moment."""
        if isinstance(value, float):
            return value
        try:
            return moment(str(value), datetime.now().astimezone())
        except ValueError:
            self.fail(f"{value!r} is no moment: write 14:30, 2026-11-20, 2026-11-20T14:30, 2h, 30min or 3d", param, ctx)


def moment(typed: str, now: datetime) -> float:
    """Return what somebody means now. Raise ValueError when that is nothing. A time of day that is yet to come was
    yesterday's.
    """
    text = typed.strip()
    ago = AGO.fullmatch(text)
    if ago:
        return (now - timedelta(**{UNITS[ago[2]]: float(ago[1])})).timestamp()
    clock = CLOCK.fullmatch(text)
    if clock:
        hour, minute, second = (int(part or 0) for part in clock.groups())
        then = now.replace(hour=hour, minute=minute, second=second, microsecond=0)
        return (then if then <= now else then - timedelta(days=1)).timestamp()
    then = datetime.fromisoformat(text)
    return (then if then.tzinfo else then.replace(tzinfo=now.tzinfo)).timestamp()
