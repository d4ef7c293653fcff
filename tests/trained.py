"""Runs for tests that are not about training: each Setting is trained once for all of them."""

from __future__ import annotations

from core.runs import pipeline
from core.runs.made import Made
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting

_made: dict[Setting, Made] = {}


def train(setting: Setting, store: Store) -> Run:
    """The Setting's Run in a test's own store."""
    if setting not in _made:
        _made[setting] = pipeline.make(setting)
    return store.save(_made[setting])
