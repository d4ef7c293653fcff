"""The Runs page: nothing, then a table, with what is broken."""

from __future__ import annotations

import json

from core.runs.content import to_bytes
from core.runs.store import Store
from core.setting.setting import Setting
from tests.pages.opened import open_page, texts
from tests.trained import train


def test_warnings_of_runs_are_on_their_cards(tiny: Setting, own_store: Store) -> None:
    weight = {"regularizer": "l1:weight=100", "epochs": "20"}
    train(Setting.from_text({**tiny.to_text(), **weight}), own_store)
    app = open_page("pages/Runs.py")
    assert not app.exception
    assert "Read these scores with care: collapsed" in texts(app)


def test_a_run_that_is_well_has_no_warning(tiny: Setting, own_store: Store) -> None:
    path = train(tiny, own_store).folder / "run.json"
    content = json.loads(path.read_text())
    content["evaluation"]["warnings"] = {}
    path.write_bytes(to_bytes(content))
    assert "Read these scores" not in texts(open_page("pages/Runs.py"))
