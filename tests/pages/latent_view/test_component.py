"""The Python side of the latent view: what is sent, and what of a visitor's answer is believed."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.figures import style
from core.training.replay import Replay, Snapshot
from pages.parts.latent_view import component as module
from pages.parts.latent_view.component import cluster_field, digit_field, error_field


@pytest.mark.parametrize(
    ("pinned", "selected", "expected"),
    [
        pytest.param([3], [4, 2, 2], (3, [2, 4]), id="rows, sorted and once each"),
        pytest.param([3.0], None, (3, None), id="JSON's whole numbers"),
        pytest.param([10], [0, 10], (None, None), id="beyond the last row"),
        pytest.param([-1], [-1], (None, None), id="negative"),
        pytest.param("3", "0", (None, None), id="texts"),
        pytest.param([2.5], [2.5], (None, None), id="no row"),
        pytest.param([float("nan")], [float("inf")], (None, None), id="not finite"),
        pytest.param([True], [], (None, None), id="a truth value, an empty list"),
        pytest.param({"a": 1}, [[1]], (None, None), id="nested"),
        pytest.param([1, 2], [1, 2], (None, [1, 2]), id="one can be pinned, not two"),
    ],
)
def test_a_visitor_answers(pinned: Any, selected: Any, expected: tuple[Any, Any]) -> None:
    answers = {"pinned": pinned, "selected": selected}
    sent = {name: {"of": "mnist", "rows": rows} for name, rows in answers.items()}
    assert tuple(module._events(SimpleNamespace(**sent), 10, "mnist")) == expected
    # the same rows picked among other images mean other ones
    assert tuple(module._events(SimpleNamespace(**sent), 10, "mnist-training")) == (None, None)
    assert tuple(module._events(SimpleNamespace(**answers), 10, "mnist")) == (None, None)


def test_classes_keep_their_colours_and_noise_comes_last() -> None:
    field = digit_field(np.array([8, 0, 8]), [str(i) for i in range(10)])
    assert field.classes == (
        (0, "0", style.CLASS_COLOURS[0]), (8, "8", style.CLASS_COLOURS[8])
    )  # fmt: skip
    assert [c[:2] for c in cluster_field(np.array([1, -1, 0])).classes] == [
        (0, "0"), (1, "1"), (-1, "noise")
    ]  # fmt: skip


def test_one_bad_error_does_not_stretch_the_scale() -> None:
    errors = np.append(np.full(999, 0.1), 50.0)
    assert error_field(errors).high < 1


def test_only_arrays_that_the_browser_knows_are_sent() -> None:
    with pytest.raises(ValueError, match=r"must be one of float32.*; got float64"):
        module._reference(np.zeros(3))


def test_curves_of_a_replay_are_json_and_undefined_ones_left_out() -> None:
    snapshots = [
        Snapshot(step, np.random.default_rng(step).normal(size=(9, 2))) for step in (0, 5, 10)
    ]
    replay = Replay.of(snapshots, np.arange(9), None, 2)
    sent = module._replay(replay, {5: 0.5, 10: 0.25})
    assert sent["steps"] == [0, 5, 10]
    assert set(sent["curves"]) == {"cluster silhouette", "held-out error"}
    assert sent["curves"]["held-out error"] == [None, 0.5, 0.25]


def test_a_disk_that_takes_nothing_serves_plotly_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(module, "STATIC", tmp_path / "file")  # no folder: nothing can be written
    served = []
    monkeypatch.setattr(module, "_serve", lambda content, kind: served.append(kind) or "media/x")
    module._plotly.cache_clear()
    for _ in range(2):  # Streamlit drops what the latest run of a page did not serve again
        assert module.plotly_js() == "media/x"
    assert served == ["text/javascript"] * 2
    module._plotly.cache_clear()


def test_every_script_is_asked_for_by_the_version_of_all() -> None:
    folder = module.STATIC / "latent_view"
    for file in folder.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^import .*from", text, re.MULTILINE), f"{file.name}: no version"
        assert text.count("import(") == text.count(".js${")
