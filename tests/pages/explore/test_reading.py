"""Read the clusters: which images a list has, what is said of it, what is pinned, and the address."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data.splits import own_fields
from core.latents import clustering_methods
from core.latents.reading import groups_to_read, most_frequent
from core.latents.typical import near_duplicates, suspected_mislabels
from core.runs.store import Store
from core.setting.setting import Setting
from pages.parts.explore import reading
from pages.parts.shared.space import held_out
from tests.pages.opened import components, downloads, open_explore, seen, texts, view
from tests.trained import train

TAB = "Read the clusters"


def _gallery(app: AppTest) -> dict[str, Any]:
    return next(data for data in components(app) if "sections" in data)


def _rows(section: dict[str, Any]) -> list[list[int]]:
    return [[tile["row"] for tile in strip["tiles"]] for strip in section["strips"]]


@pytest.mark.parametrize("by", ["cluster", "class"])
def test_each_group_shows_its_middle_and_its_edge(tiny: Setting, own_store: Store, by: str) -> None:
    run = train(tiny, own_store)
    app = open_explore(tiny, details=TAB, read_by=by)
    assert not app.exception
    latents, labels, clusters = run.arrays["latents"], run.arrays["labels"], run.clustering.labels
    of, other = (clusters, labels) if by == "cluster" else (labels, clusters)
    groups, shown = groups_to_read(latents, of, reading.EACH), _gallery(app)
    assert [_rows(section) for section in shown["sections"]] == [
        [g.typical.rows.tolist(), g.outliers.rows.tolist()] for g in groups
    ]
    shares = {g.id: most_frequent(other[of == g.id]) for g in groups}
    worst = min(shares, key=lambda g: shares[g].share)
    begins = f"Cluster {worst} " if by == "cluster" else f"Digit {worst} "
    said = f"{100 * shares[worst].share:.1f}\u00a0% are "
    sentence = next(seen(m.value) for m in app.markdown if "the most: of its images" in m.value)
    assert sentence.startswith(f"**{begins}")
    assert said in sentence
    assert downloads(app)["This list (CSV)"]
    assert app.query_params["details"] == TAB
    assert ("read_by" in app.query_params) == (by == "class")


def test_near_duplicates_are_pairs_with_how_far_they_are(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)
    app = open_explore(tiny, details=TAB, read="duplicates")
    assert not app.exception
    found = near_duplicates(run.arrays["latents"], reading.PAIRS)
    assert [_rows(s)[0] for s in _gallery(app)["sections"]] == found.rows.tolist()
    assert f"**The two nearest images are {found.distances[0]:.2g} apart" in texts(app)


def test_suspected_labels_are_suspicions_by_what_is_confused(
    tiny: Setting, own_store: Store
) -> None:
    run = train(tiny, own_store)
    labels = run.arrays["labels"]
    app = open_explore(tiny, details=TAB, read="suspects")
    assert not app.exception
    found = suspected_mislabels(run.arrays["latents"], labels, count=len(labels))
    assert f"**{len(found.rows)} of {len(labels)} images" in texts(app)
    assert "These are suspicions" in texts(app)
    others = dict(zip(found.rows.tolist(), found.others.tolist(), strict=True))
    shown = 0
    for section in _gallery(app)["sections"]:
        for row in _rows(section)[0]:
            assert section["heading"] == f"Labelled {labels[row]}, neighbours say {others[row]}"
            shown += 1
    assert shown == min(len(found.rows), reading.SUSPECTS)


def test_without_labels_clusters_are_read_and_no_label_is_suspected(
    own_store: Store, own_images: Callable[..., str]
) -> None:
    setting = Setting.from_text({**own_fields(own_images(200)), "epochs": "1"})
    run = train(setting, own_store)
    assert "labels" not in run.arrays
    app = open_explore(setting, details=TAB, read_by="class")
    assert not app.exception
    sizes = [g.size for g in groups_to_read(run.arrays["latents"], run.clustering.labels, 1)]
    assert f"**{len(sizes)} clusters of {min(sizes)} to {max(sizes)} images.**" in texts(app)
    assert len(_gallery(app)["sections"]) == len(sizes)
    app = open_explore(setting, details=TAB, read="suspects")
    assert not app.exception
    assert "These images have no labels, so none of them can be wrong." in texts(app)


def test_without_clusters_a_sentence_says_so(
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_noise(latents: Any, method: str, k: int, **_: Any) -> clustering_methods.Clustering:
        return clustering_methods.Clustering(method, np.full(len(latents), -1), 0, len(latents), k)

    monkeypatch.setattr("core.latents.clustering.cluster", only_noise)
    train(tiny, own_store)
    app = open_explore(tiny, details=TAB, clustering="hdbscan")
    assert not app.exception
    assert "No cluster was found, so there is none to read." in texts(app)


def test_the_file_of_a_list_names_each_image(tiny: Setting, own_store: Store) -> None:
    what = held_out(train(tiny, own_store))
    _, sections = reading._groups(what, "cluster")
    table = pd.read_csv(io.BytesIO(reading._csv(what, sections)))
    first = sections[0].strips[0]
    assert list(table.columns[:6]) == ["group", "list", "rank", "score", "split", "number"]
    assert table["number"][: len(first.rows)].tolist() == first.rows.tolist()
    assert table["list"].tolist()[0] == "most typical"
    np.testing.assert_allclose(table["score"][: len(first.rows)], first.scores, rtol=1e-4)
    assert len(table) == sum(len(strip.rows) for s in sections for strip in s.strips)


def test_the_address_says_what_is_pinned_and_what_lies_over_the_points(
    tiny: Setting, own_store: Store
) -> None:
    train(tiny, own_store)
    app = open_explore(tiny, details=TAB, pinned="7", thumbnails="on", names="off", contours="true")
    assert not app.exception
    assert "**Image 7** ·" in texts(app)
    assert view(app)["pinned"] == _gallery(app)["pinned"] == 7
    assert view(app)["chosen"] == {"thumbnails": "on", "names": "off", "contours": True}
    assert app.query_params["pinned"] == "7"


@pytest.mark.parametrize("pinned", ["100000", "-1", "seven"])
def test_a_pin_that_there_is_not_is_none(tiny: Setting, own_store: Store, pinned: str) -> None:
    train(tiny, own_store)
    app = open_explore(tiny, pinned=pinned)
    assert not app.exception
    assert view(app)["pinned"] == -1
    assert "pinned" not in app.query_params


def test_other_images_begin_without_a_pin(tiny: Setting, own_store: Store) -> None:
    train(tiny, own_store)
    app = open_explore(tiny, pinned="7")
    app.segmented_control(key="images").set_value("training").run()
    assert not app.exception
    assert view(app)["pinned"] == -1
    assert "pinned" not in app.query_params
