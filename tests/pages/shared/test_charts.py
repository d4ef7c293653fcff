"""A chart can be saved; what is saved is made when it is asked for."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from core.runs.store import Store
from core.setting.setting import Setting
from tests.pages.opened import components, downloads, open_explore
from tests.trained import train


def test_a_chart_can_be_saved(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)

    def saving(app: AppTest) -> list[dict]:
        return [data for data in components(app) if "figure" in data]

    closed = open_explore(tiny, details="Training")
    assert saving(closed) == []
    assert "HTML, works offline" not in downloads(closed)
    (chart,) = [e for e in closed.get("plotly_chart") if e.proto.config]
    config = json.loads(chart.proto.config)
    assert config["toImageButtonOptions"]["filename"] == f"{run.name}-training"
    opened = open_explore(tiny, {"loss_save_open": True}, details="Training")
    (sent,) = saving(opened)
    figure = json.loads(sent["figure"])
    assert figure["layout"]["title"]["text"] == f"{run.name}: training"
    assert figure["layout"]["paper_bgcolor"] == "white"
    assert sent["options"]["filename"] == f"{run.name}-training"
    assert downloads(opened)["HTML, works offline"]
