"""A number of clusters that images suggest, without labels and before anything is trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data import splits
from core.data.errors import DataError
from core.data.own.python_objects import found_of
from core.data.own.store import keep
from core.data.own.understand import understand
from core.runs.suggested_clusters import suggest_clusters
from core.setting.setting import Setting
from tests.data.own.forms import bars


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Keeps images, and labels if there are any; their Setting."""
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)
    splits._cache.clear()

    def kept(images: np.ndarray, labels: np.ndarray | None = None) -> Setting:
        return Setting.from_text(
            splits.own_fields(keep(understand(found_of(images, labels)), label="bars"))
        )

    return kept


def test_three_kinds_of_images_without_labels_are_three(own) -> None:
    setting = own(bars(240))
    assert setting.n_clusters == 10  # as nobody said how many
    found = suggest_clusters(setting)
    assert found.best == 3
    assert found.scores[1].mean > 0.9


def test_labels_do_not_matter_nor_how_many_are_looked_for(own) -> None:
    images = bars(200)
    free = suggest_clusters(own(images))
    labelled = own(images, np.arange(200) % 2)
    # which images are held out goes by labels: so not the same curve, but the same kinds of images
    assert suggest_clusters(labelled).best == free.best == 3
    assert suggest_clusters(labelled.replace(clusters=7)) == suggest_clusters(labelled)


@pytest.mark.parametrize(
    ("images", "different"),
    [
        pytest.param(np.tile(bars(1), (100, 1, 1)), 1, id="all the same"),
        pytest.param(bars(20), 16, id="too few"),
    ],
)
def test_images_that_say_nothing_are_a_sentence(own, images: np.ndarray, different: int) -> None:
    with pytest.raises(DataError, match=f"at least 40 different images .* it has {different} "):
        suggest_clusters(own(images))
