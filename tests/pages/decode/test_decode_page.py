"""The Decode page in its states, through Streamlit's AppTest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.latents.planes import grid
from core.latents.reading import groups_to_read
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting
from pages.parts.decode.averages import in_gaps
from pages.parts.decode.planes import PlaneChoice, decoded, kinds
from pages.parts.shared import services
from tests.pages.opened import components, open_page, texts
from tests.trained import train


def _open(**url: str) -> AppTest:
    app = open_page("pages/Decode.py", **url)
    assert not app.exception
    return app


def _walks(app: AppTest) -> list[dict[str, Any]]:
    return [data for data in components(app) if "directions" in data]


@pytest.fixture
def run(tiny: Setting, store: Store) -> Run:
    return train(tiny, store)


def _of(store: Store, tiny: Setting, **changes: Any) -> Run:
    return train(tiny.replace(epochs=1, **changes), store)


def test_with_nothing_stored_it_says_where_to_go() -> None:
    app = _open()
    assert "nothing to decode" in app.info[0].value
    assert not _walks(app)


def test_a_map_has_the_decoder_its_data_and_where_one_is(run: Run) -> None:
    app = _open()
    (walk,) = _walks(app)
    assert walk["run"] == run.name
    assert len(walk["plane"]["xs"]) == len(walk["plane"]["ys"]) == 20
    assert [one["name"] for one in walk["directions"]] == ["z1", "z2", "z3"]
    assert walk["place"] == pytest.approx(run.arrays["latents"][0].tolist())
    assert "of the map lies in gaps" in texts(app)


def test_a_link_to_a_run_of_this_moment_shows_it(store: Store, tiny: Setting, run: Run) -> None:
    _open()  # reads what is stored, which is then not read again for a while
    new = _of(store, tiny, latent_dim=2)
    (walk,) = _walks(_open(run=new.name))
    assert walk["run"] == new.name


def test_two_runs_stand_beside_each_other(store: Store, tiny: Setting, run: Run) -> None:
    other = _of(store, tiny, latent_dim=2)
    app = _open(run=run.name, second=other.name, plane="pca-1-3")
    assert [walk["run"] for walk in _walks(app)] == [run.name, other.name]
    assert _walks(app)[1]["plane"]["names"] == ["z1", "z2"]  # it has no third direction


def test_a_place_of_the_address_is_where_one_begins(run: Run) -> None:
    app = _open(run=run.name, at="0.5,-1,2")
    assert _walks(app)[0]["place"] == [0.5, -1, 2]
    assert app.query_params["at"] in ("0.5,-1,2", ["0.5,-1,2"])


@pytest.mark.parametrize("at", ["0.5", "a,b,c", "nan,0,0", "1e999,0,0", "," * 900])
def test_a_place_that_is_none_is_said(run: Run, at: str) -> None:
    app = _open(run=run.name, at=at)
    assert "a place must be 3 numbers" in texts(app)
    assert len(_walks(app)) == 1


@pytest.mark.parametrize(
    "url",
    [
        {"plane": "three", "three": "0, 0, 1"},
        {"plane": "three", "three": "0, 1, 99999"},
        {"plane": "three", "three": "0, 1, x, 2"},
        {"through": "99999"},
        {"through": "-1"},
        {"through": "²"},
    ],
)
def test_images_that_there_are_not_are_a_sentence(run: Run, url: dict[str, str]) -> None:
    app = _open(run=run.name, **url)
    assert "must" in app.error[0].value
    assert not _walks(app)


@pytest.mark.parametrize("dims", [1, 2, 14])
@pytest.mark.parametrize("show", ["map", "morph", "averages"])
def test_every_dimension_is_shown(store: Store, tiny: Setting, dims: int, show: str) -> None:
    run = _of(store, tiny, latent_dim=dims)
    app = _open(run=run.name, show=show)
    assert not app.error
    if show == "map":
        (walk,) = _walks(app)
        assert len(walk["plane"]["ys"]) == (1 if dims == 1 else 20)
        assert len(walk["directions"]) == min(dims, 12)


def test_one_digit_has_no_difference_of_centres(store: Store, tiny: Setting) -> None:
    run = _of(store, tiny, digits=(3,))
    app = _open(run=run.name, show="averages")
    assert not app.error
    assert not [s for s in app.selectbox if s.label == "To the mean of"]


def test_averages_ask_nobody_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _open(run=run.name, show="averages")
    assert "the mean" in texts(app)

    def no_worker() -> None:
        raise AssertionError("a worker was asked")

    monkeypatch.setattr(services, "workers", no_worker)
    app.run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(
    ("far", "said"),
    [
        ([False, False], "the mean of each digit lies among the images"),
        ([False, True], "the mean of digit 7 lies in a gap"),
        ([True, True], "the means of digits 3 and 7 lie in a gap"),
    ],
)
def test_means_in_gaps_are_named(far: list[bool], said: str) -> None:
    assert in_gaps(far, ["3", "7"], "digit") == said


@pytest.mark.parametrize("way", ["straight", "spherical", "neighbours"])
def test_a_morph_says_whether_it_crosses_a_gap(run: Run, way: str) -> None:
    app = _open(run=run.name, show="morph", way=way, from_image="0", to_image="7", frames="5")
    assert "the path crosses" in texts(app)
    expected = run.morph(0, 7, way, 5)
    assert ("crosses a gap" in texts(app)) == expected.path.crosses_gap


def test_the_ends_of_a_morph_can_be_clicked(run: Run) -> None:
    app = _open(run=run.name, show="morph", from_image="3", to_image="7", pick_ends="true")
    assert not app.error
    start, end = [data for data in components(app) if "sections" in data]
    assert [start["pinned"], end["pinned"]] == [3, 7]
    assert [wall["sections"][0]["heading"] for wall in (start, end)] == ["From", "To"]
    rows = [tile["row"] for tile in start["sections"][0]["strips"][0]["tiles"]]
    groups = groups_to_read(run.arrays["latents"], run.arrays["labels"], 2)
    assert rows == [
        int(row) for g in groups for row in (*g.typical.rows, g.outliers.rows[0])
    ]  # fmt: skip
    assert not [
        d for d in components(_open(run=run.name, show="morph")) if "sections" in d
    ]  # closed at first


def test_nonsense_in_the_address_changes_nothing(run: Run) -> None:
    app = _open(run="none", second="such", show="up", plane="q", size="7", spacing="odd")
    assert len(_walks(app)) == 1


def test_a_grid_is_decoded_as_one_by_one(run: Run) -> None:
    found = decoded(run, PlaneChoice("pca-1-2", 10, "quantiles", None, ()))
    one_by_one = np.concatenate([run.decode(latent) for latent in grid(found.plane)])
    np.testing.assert_allclose(found.images, one_by_one, atol=1e-5)


def test_planes_by_dimension() -> None:
    assert kinds(1) == ["z-1"]
    assert kinds(2) == ["z-1-2"]
    assert kinds(3)[:2] == ["pca-1-2", "pca-1-3"]
    assert kinds(64)[-1] == "three"
