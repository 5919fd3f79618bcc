"""Figures in few characters, and rows below each other."""

import pytest

from services.console.columns import amount, columns, rate, span, times, weight


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0"), (9999, "9999"), (12_345, "12.3k"), (999_960, "1000k"), (9_999_400, "9999k"), (12_345_678, "12.3M")],
)
def test_an_amount_takes_five_characters_at_most(number: int, told: str) -> None:
    assert amount(number) == told


def test_few_events_a_second_are_told_more_exactly_than_many() -> None:
    assert [rate(number) for number in (None, 0, 0.04, 0.5, 9.94, 9.96, 20_000)] == [
        "",
        "0",
        "0.0",
        "0.5",
        "9.9",
        "10",
        "20.0k",
    ]


def test_sizes_and_spans_take_their_largest_unit() -> None:
    assert [weight(size) for size in (0, 137, 1500, 247_300, 3_100_000_000)] == [
        "0 B",
        "137 B",
        "1.5 kB",
        "247 kB",
        "3.1 GB",
    ]
    assert [span(seconds) for seconds in (0, 5, 90, 7200, 200_000)] == ["", "5 s", "2 min", "2 h", "2 d"]
    assert [times(1, "event"), times(1200, "event")] == ["1 event", "1,200 events"]


def test_rows_stand_below_each_other_and_fit() -> None:
    rows = [("who", "n", "why"), ("a", "12", "because"), ("b", "3", "\x1b[2Jx")]
    assert columns(rows, right=[1]) == ["who   n  why", "a    12  because", "b     3  ·[2Jx"]
    assert columns(rows, right=[1], width=12) == ["who   n  why", "a    12  be…", "b     3  ·[…"]
