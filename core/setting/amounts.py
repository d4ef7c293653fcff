"""How amounts are said to people, on pages and on the command line."""

from __future__ import annotations


def counted(count: int, one: str) -> str:
    """A number of things: `1 setting`, `2 settings`."""
    return f"{count:,} {one}" + "s" * (count != 1)


def percent(share: float, decimals: int = 1) -> str:
    """A share from 0 to 1 in percent, with a space that no line ends at."""
    return f"{100 * share:.{decimals}f}\u00a0%"


def duration(seconds: float) -> str:
    """A duration as people say it."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def in_bytes(size: int) -> str:
    """An amount of data as people say it."""
    if size < 1e6:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def age(seconds: float) -> str:
    """How long ago something was, as people say it."""
    units = ((31_557_600, "year"), (2_629_800, "month"), (604_800, "week"), (86_400, "day"),
             (3_600, "hour"), (60, "minute"))  # fmt: skip
    for length, one in units:
        if seconds >= length:
            return f"{counted(int(seconds // length), one)} ago"
    return "just now"
