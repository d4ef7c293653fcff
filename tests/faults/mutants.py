"""Inputs of every kind, changed at random: nothing may break, hang, or be told back at length.

`LATENT_CLUSTERS_MUTANTS=20000 python -m pytest tests/faults` tries so many instead of some hundred.
"""

from __future__ import annotations

import os
import random
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.setting.errors import UserError

MUTANTS = int(os.environ.get("LATENT_CLUSTERS_MUTANTS", "300"))
KINDS = 9  # tests that share them
SECONDS = 10.0  # that one may take
LONGEST, ECHOED = 1_500, 200  # characters of a sentence, and of what it may quote of the input

HEX = "0x" + "f" * 4000
TEXTS = (
    "", " ", "nan", "inf", "-inf", "-0.0", "1e400", "1e-400", "9" * 5000, "-1", "0", "1_000", "１２",
    "٣", "0x10", HEX, "1.5", "None", "null", "true", "\x00", "\u202e", "\ud800", "<script>", "²",
    "../../etc/passwd", "npz-../../../etc", "npz-0123456789ab", "npz-0123456789ab\n", "a" * 100_000,
    "%00", "=1+1", "sine:weight=inf", "sine:weight=-0.0", "+".join(["sine"] * 100), "+" * 10_000,
    "sine:" + ",".join(f"a{i}=1" for i in range(2000)), ",".join("0123456789" * 1000), ",,,,", "0,0",
    "1000", "0;1", "sine:weight==1", "sine:weight=1=2", "vae+vae", "2147483648", "9007199254740993",
    "self_labelling+contrastive+dec+idec", "1e3",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, [], {}, [[]], [{}], {"name": []}, [{"name": []}], 10**30, 10**400, -(10**400),
    10**5000, 1e308, float("inf"), float("-inf"), float("nan"), -0.0, [None], ["1"], [1.5], [True],
    [10**400], {"a": {"b": []}}, [{"name": "sine", "weight": []}], [{"name": "sine", "weight": {}}],
    [{"name": "sine", "weight": float("nan")}], [{"name": "sine" * 99_999}], b"x", 1j, object,
)  # fmt: skip


class Hung(BaseException):
    """More than `SECONDS` have gone; nobody may catch it on the way."""


def mutants(kind: str) -> Iterator[random.Random]:
    """A source of chance for each mutant of a kind; the same ones at every call."""
    for number in range(max(1, MUTANTS // KINDS)):
        yield random.Random(f"{kind} {number}")


def tried(work: Callable[[], object], given: str = "") -> str:
    """What work says of its input: the sentence of a UserError; empty where it takes it.

    Anything else that it raises, or more than ten seconds, fails the test.
    """
    with in_time(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            work()
        except UserError as error:
            check_sentence(str(error), given)
            return str(error)
    return ""


def check_sentence(said: str, given: str) -> None:
    """No longer than a sentence is, and no long part of the input in it."""
    assert said
    assert len(said) <= LONGEST, said[:300]
    for start in range(len(said) - ECHOED):
        assert said[start : start + ECHOED + 1] not in given, said[:300]


@contextmanager
def in_time() -> Iterator[None]:
    def ring(number: int, frame: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Bytes of a file, changed as disks, networks and people do."""
    changed = bytearray(data)
    match chance.randrange(6):
        case 0 | 1:
            for _ in range(chance.choice((1, 1, 8, 100))):
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        case 2:
            del changed[chance.randrange(len(changed)) :]
        case 3:
            at = chance.randrange(len(changed))
            changed[at:at] = chance.randbytes(chance.choice((1, 8, 500)))
        case 4:
            at = chance.randrange(len(changed))
            number = chance.choice((0, 1, 2**31, 2**63, 2**64 - 1)).to_bytes(8, "little")
            changed[at : at + 8] = number
        case _:
            at = chance.randrange(len(changed))
            changed[at:] = changed[at:] * 2
    return bytes(changed)


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where all entries of nested dicts and lists are; of long lists the first five."""
    found = [above] if above else []
    parts: dict[Any, Any] = value if isinstance(value, dict) else {}
    if isinstance(value, list):
        parts = dict(enumerate(value[:5]))
    for key, part in parts.items():
        found += places(part, (*above, key))
    return found


def put(value: Any, place: tuple[Any, ...], new: Any) -> None:
    """Change an entry of nested dicts and lists; `...` takes it out."""
    for key in place[:-1]:
        value = value[key]
    if new is ...:
        del value[place[-1]]
    else:
        value[place[-1]] = new
