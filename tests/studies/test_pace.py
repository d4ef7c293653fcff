"""How long a sweep will still take: the start of the workers is in it until they begin."""

from __future__ import annotations

import pytest

from core.setting.setting import Setting
from core.studies import pace
from core.studies.pace import Pace
from core.training.capacity import Cost


def test_the_start_of_the_workers_counts_down_until_a_training_begins(monkeypatch) -> None:
    now = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    setting = Setting()
    ahead = Pace({setting: Cost(10.0, 0, 0), setting.replace(seed=1): Cost(10.0, 0, 0)}, 8.0)
    assert ahead.starting
    assert ahead.seconds_left(2) == pytest.approx(18.0)
    now[0] += 5
    assert ahead.seconds_left(2) == pytest.approx(13.0)
    now[0] += 50
    assert ahead.seconds_left(2) == pytest.approx(10.0)
    ahead.shares[setting] = 0.5
    assert not ahead.starting
    assert ahead.seconds_left(2) == pytest.approx(7.5)


def test_after_the_first_has_ended_nothing_starts_any_more() -> None:
    setting = Setting()
    ahead = Pace({setting: Cost(10.0, 0, 0), setting.replace(seed=1): Cost(10.0, 0, 0)})
    ahead.shares[setting] = 0.0
    ahead.end(setting, 20.0)
    assert not ahead.starting
    assert ahead.seconds_left(1) == pytest.approx(20.0)  # twice as slow as expected


def test_without_costs_nobody_knows() -> None:
    assert Pace({}).seconds_left(1) is None
