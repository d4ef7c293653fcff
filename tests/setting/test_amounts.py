"""Amounts as they are said to people."""

from __future__ import annotations

import pytest

from core.setting.amounts import age, counted, duration, in_bytes


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (counted(1, "setting"), "1 setting"),
        (counted(0, "setting"), "0 settings"),
        (counted(2000, "run"), "2,000 runs"),
        (duration(0.2), "1 s"),
        (duration(89.4), "89 s"),
        (duration(90), "2 min"),
        (duration(9000), "2.5 h"),
        (age(-5), "just now"),
        (age(59), "just now"),
        (age(60), "1 minute ago"),
        (age(86_400 * 13), "1 week ago"),
        (age(1e9), "31 years ago"),
        (in_bytes(10), "1 kB"),
        (in_bytes(2_400_000), "2 MB"),
        (in_bytes(2_440_000_000), "2.4 GB"),
    ],
)
def test_by_hand(said: str, expected: str) -> None:
    assert said == expected
