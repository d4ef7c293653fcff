"""The Python side of the latent view: what is sent, and what of a visitor's answer is believed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from plotly.offline import get_plotlyjs_version

from core.figures import style
from core.figures.latent import RANDOM_HEIGHT
from core.figures.style import marker_size
from core.training.replay import Replay, Snapshot
from pages.parts.latent_view import payload, serving
from pages.parts.latent_view.component import chosen, picked
from pages.parts.latent_view.fields import (
    cluster_field,
    digit_field,
    error_field,
    mistake_field,
    silhouette_field,
)
from pages.parts.latent_view.payload import pieces_data, replay_data, view_data
from pages.parts.latent_view.records import Chosen, Medoid, Pieces, View


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
def test_a_visitor_picks(pinned: Any, selected: Any, expected: tuple[Any, Any]) -> None:
    answers = {"pinned": pinned, "selected": selected}
    sent = {name: {"images": "mnist", "rows": rows} for name, rows in answers.items()}
    assert tuple(picked(SimpleNamespace(**sent), 10, "mnist")) == expected
    # the same rows picked among other images mean other ones
    assert tuple(picked(SimpleNamespace(**sent), 10, "mnist-training")) == (None, None)
    assert tuple(picked(SimpleNamespace(**answers), 10, "mnist")) == (None, None)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(
            {"thumbnails": "on", "names": "off", "contours": True}, Chosen("on", "off", True),
            id="what there is to choose",
        ),
        pytest.param({"thumbnails": "on", "names": "off"}, None, id="something is missing"),
        pytest.param(
            {"thumbnails": ["on"], "names": "off", "contours": True}, None, id="a list"
        ),
        pytest.param(
            {"thumbnails": "on", "names": "all", "contours": True}, None, id="an unknown word"
        ),
        pytest.param({"thumbnails": "on", "names": "off", "contours": 1}, None, id="a number"),
        pytest.param("on", None, id="a text"),
        pytest.param(None, None, id="nothing"),
    ],
)  # fmt: skip
def test_what_a_visitor_chose_to_see_over_the_points(sent: Any, expected: Chosen | None) -> None:
    assert chosen(SimpleNamespace(chosen=sent)) == expected


def test_classes_keep_their_colours_and_noise_comes_last() -> None:
    field = digit_field(np.array([8, 0, 8]), [str(i) for i in range(10)])
    assert field.classes == (
        (0, "0", style.class_shades(0), False), (8, "8", style.class_shades(8), False)
    )  # fmt: skip
    assert [c[:2] for c in cluster_field(np.array([1, -1, 0])).classes] == [
        (0, "0"), (1, "1"), (-1, "noise")
    ]  # fmt: skip


def test_clusters_have_the_colours_of_their_digits() -> None:
    field = cluster_field(np.array([1, 0]), {0: 4, 1: 2}, tuple("0123456789"))
    assert [c[:3] for c in field.classes] == [
        (1, "1 ≈ digit 2", style.class_shades(2)), (0, "0 ≈ digit 4", style.class_shades(4))
    ]  # fmt: skip


def test_mistakes_stand_out_from_what_is_right() -> None:
    field = mistake_field(np.array([0, 1, 1]))
    assert [(c.id, c.is_quiet) for c in field.classes] == [(0, True), (1, False)]
    assert field.values.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        pytest.param(np.linspace(-0.2, 0.6, 1001), -0.192, 0.592, id="the inner 98 %"),
        pytest.param(np.linspace(0.5, 0.9, 1001), -0.05, 0.896, id="none below 0"),
        pytest.param(np.array([np.nan]), -1, 1, id="none at all"),
    ],
)
def test_silhouettes_are_scaled_to_the_data_and_0_is_grey(
    values: Any, low: float, high: float
) -> None:
    field = silhouette_field(values)
    assert (field.low, field.high) == pytest.approx((low, high))
    at, colour = field.scale[1]
    assert colour == style.DIVERGING[1][1]
    assert field.low + at * (field.high - field.low) == pytest.approx(0, abs=1e-3)


def test_one_bad_error_does_not_stretch_the_scale() -> None:
    errors = np.append(np.full(999, 0.1), 50.0)
    assert error_field(errors).high < 1


def test_only_arrays_that_the_browser_knows_are_sent() -> None:
    with pytest.raises(ValueError, match=r"must be one of float32.*; got float64"):
        serving.reference(np.zeros(3))


def _contents(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What is served from now on, by its path."""
    served: dict[str, bytes] = {}

    def serve(content: bytes, kind: str) -> str:
        served[f"media/{len(served)}"] = content
        return f"media/{len(served) - 1}"

    for module in (serving, payload):
        monkeypatch.setattr(module, "serve", serve)
    return served


def _view(points: Any, **more: Any) -> View:
    axes = ("z1", "z2", "z3")[: points.shape[1]]
    fields = {"error": error_field(np.ones(len(points)))}
    return View(points, axes, fields, "error", "mnist", "run", "An example.", **more)


def _clusters() -> View:
    fields = {"cluster": cluster_field(np.array([0, 1, 1]))}
    return View(np.zeros((3, 2)), ("z1", "z2"), fields, "cluster", "mnist", "run", "An example.")


def _replay(rows: Any, steps: tuple[int, ...] = (0, 5, 10)) -> Replay:
    draw = np.random.default_rng(0)
    return Replay.of([Snapshot(s, draw.normal(size=(len(rows), 2))) for s in steps], rows, None, 2)


def _described(name: str) -> set[str]:
    """Properties of a type in the browser's part."""
    text = (serving.STATIC / "latent_view" / "types.js").read_text(encoding="utf-8")
    comment = next(c for c in re.findall(r"/\*\*.*?\*/", text, re.DOTALL) if f"}} {name}\n" in c)
    return set(re.findall(r"@property \{.*?\} (\w+)", comment))


def test_what_is_sent_is_what_the_browser_describes() -> None:
    sent = view_data(_view(np.zeros((4, 2)), replay=_replay(np.arange(4))), "place")
    assert set(sent) == _described("ViewData")
    assert set(sent["fields"]["error"]) == _described("Field")
    (row, _) = view_data(_clusters(), "place")["fields"]["cluster"]["classes"]
    assert set(row) == _described("ClassOfPoints")
    assert set(sent["replay"]) == _described("ReplayData")
    assert set(sent["points"]) == _described("ArrayRef")
    medoids = {"cluster": [Medoid(1, 7, 200)]}
    pieces = Pieces("run", [[(b"a", b"b")]], 28, np.zeros((4, 1), int), medoids=medoids)
    pieces = pieces_data(pieces, "place")
    assert set(pieces) == _described("PiecesData")
    assert pieces["medoids"] == {"cluster": [{"id": 1, "row": 7, "size": 200}]}
    assert set(pieces["sprites"]) == _described("Sprites")


def test_a_single_dimension_stands_on_heights_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    served = _contents(monkeypatch)
    first, again = (view_data(_view(np.arange(5.0)[:, None]), "place") for _ in range(2))
    assert first["axes"] == ("z1", RANDOM_HEIGHT)
    assert first["heights"] is True
    points = np.frombuffer(served[first["points"]["url"]], np.float32).reshape(5, 2)
    np.testing.assert_array_equal(points[:, 0], np.arange(5))
    assert served[first["points"]["url"]] == served[again["points"]["url"]]


def test_markers_are_as_large_as_in_saved_figures() -> None:
    for n, m in ((4, 2), (4, 3), (5000, 2), (5000, 3)):
        assert view_data(_view(np.zeros((n, m))), "place")["size"] == marker_size(n, m)


def test_a_replay_is_sent_as_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    served = _contents(monkeypatch)
    replay = _replay(np.array([0, 2, 5]))
    sent = view_data(_view(np.zeros((9, 2)), replay=replay), "place")["replay"]
    positions = np.frombuffer(served[sent["positions"]["url"]], np.float32)
    np.testing.assert_array_equal(positions.reshape(3, 3, 2), replay.positions)
    assert np.frombuffer(served[sent["rows"]["url"]], np.int32).tolist() == [0, 2, 5]
    assert sent["size"] == marker_size(3, 2)
    assert sent["images"] == 3


def test_curves_of_a_replay_are_json_and_undefined_ones_left_out() -> None:
    replay = _replay(np.arange(9))
    sent = replay_data(replay, {5: 0.5, 10: 0.25})
    assert sent["steps"] == [0, 5, 10]
    assert set(sent["curves"]) == {"cluster silhouette", "held-out error"}
    assert sent["curves"]["held-out error"] == [None, 0.5, 0.25]


def test_a_disk_that_takes_nothing_serves_plotly_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(serving, "STATIC", tmp_path / "file")  # no folder: nothing can be written
    served = []
    monkeypatch.setattr(serving, "serve", lambda content, kind: served.append(kind) or "media/x")
    serving._plotly.cache_clear()
    for _ in range(2):  # Streamlit drops what the latest run of a page did not serve again
        assert serving.plotly_js() == "media/x"
    assert served == ["text/javascript"] * 2
    serving._plotly.cache_clear()


def test_the_build_that_views_draw_with_is_of_the_packages_version() -> None:
    """Another version of plotly wants another build: deploy/plotly/build.mjs says how."""
    version = get_plotlyjs_version()
    assert serving.view_plotly_js() == f"app/static/vendor/plotly-points.min.js?v={version}"
    package = json.loads((serving.STATIC.parent / "deploy" / "plotly" / "package.json").read_text())
    assert package["devDependencies"]["plotly.js"] == version


def test_a_build_of_another_version_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("/**\n* plotly.js v1.0.0 (scatter)\n*/", None):
        monkeypatch.setattr(serving, "BUILD", file := tmp_path / f"{text is None}.js")
        if text:
            file.write_text(text)
        serving._build.cache_clear()
        assert serving.view_plotly_js() == serving.plotly_js()
    serving._build.cache_clear()


def test_every_script_is_asked_for_by_the_version_of_all() -> None:
    folder = serving.STATIC / "latent_view"
    for file in folder.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^import .*from", text, re.MULTILINE), f"{file.name}: no version"
        code = re.sub(r"import\(\"[^\"]*\"\)", "", text)  # types name a file without asking for it
        assert code.count("import(") == code.count(".js${version}"), file.name


def test_the_first_script_asks_for_all_others_at_once() -> None:
    folder = serving.STATIC / "latent_view"
    text = (folder / "view.js").read_text(encoding="utf-8")
    listed = re.search(r"const FILES = \[(.*?)\];", text, re.DOTALL)
    assert listed is not None
    files = {file.stem for file in folder.glob("*.js")} - {
        "view",
        "types",
        "stylesheet",
    }  # asked for beside them
    assert set(re.findall(r'"(\w+)"', listed[1])) == files


def test_scripts_that_load_the_view_find_it_below_any_path() -> None:
    """Streamlit's root is looked for in one place; everything else goes by the module's own address."""
    marker = "static/js/"
    root = serving.STATIC.parent
    files = [*(root / "pages").rglob("*.py"), *(serving.STATIC / "latent_view").glob("*.js")]
    assert [file.name for file in files if marker in file.read_text("utf-8")] == ["serving.py"]
    assert serving.module_address() in serving.module_import()
