"""What a Run's scores rest on: each tab draws, and only the open one."""

from __future__ import annotations

import json

import pytest

from core.runs.store import Store
from core.setting.setting import Setting
from tests.pages.opened import open_explore
from tests.trained import train

TABS = ["Reconstructions", "Read the clusters", "Silhouettes", "Confusion", "Neighbours",
        "How many clusters?", "All scores", "Training", "Export"]  # fmt: skip


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("digits", [(0, 1, 2), (4,)], ids=["three digits", "one digit"])
def test_every_tab_draws_or_says_why_not(
    tiny: Setting, own_store: Store, tab: str, digits: tuple[int, ...]
) -> None:
    setting = tiny.replace(digits=digits, latent_dim=1)
    train(setting, own_store)
    app = open_explore(setting, details=tab)
    assert not app.exception
    assert not app.error
    opened = next(t for t in app.tabs if t.label == tab)
    assert opened.children
    assert all(not t.children for t in app.tabs if t.label != tab)  # nothing else was computed


def test_what_is_kept_of_one_run_is_not_shown_of_another(tiny: Setting, own_store: Store) -> None:
    charts = []
    for seed in (0, 1):
        train(tiny.replace(seed=seed), own_store)
        app = open_explore(tiny.replace(seed=seed), details="Silhouettes")
        assert not app.exception
        charts.append([json.loads(e.proto.spec)["data"] for e in app.get("plotly_chart")])
    assert charts[0] != charts[1]
    assert app.query_params["details"] == "Silhouettes"
