"""How many clusters are looked for: a field of Setting, not a matter of labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.own.adding import add_file
from core.data.splits import own_fields
from core.runs.pipeline import make
from core.setting.setting import Setting


@pytest.fixture
def unlabelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Fields of 400 images without labels, of four plain kinds."""
    draw = np.random.default_rng(0)
    images = draw.integers(0, 30, (400, 8, 8)).astype(np.uint8)
    for kind, image in enumerate(np.arange(400) % 4):
        images[kind, 2 * image : 2 * image + 2] += 200
    np.savez(tmp_path / "own.npz", images=images)
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)
    return own_fields(add_file(tmp_path / "own.npz", tmp_path))


def test_images_without_labels_are_looked_for_ten_clusters(unlabelled: dict[str, str]) -> None:
    setting = Setting.from_text(unlabelled | {"image_size": "8"})
    assert setting.n_clusters == 10


def test_terms_and_clusterings_use_as_many_as_are_asked_for(unlabelled: dict[str, str]) -> None:
    text = {"image_size": "8", "epochs": "4", "batch_size": "32", "clusters": "4"}
    setting = Setting.from_text(unlabelled | text | {"regularizer": "idec"})
    made = make(setting)
    assert made.model.terms["idec"].centroids.shape == (4, 3)
    assert made.history[-1]["train"]["idec"] > 0  # with one cluster it is 0 whatever happens
    assert made.evaluation.n_clusters == 4


def test_a_labelled_setting_may_ask_for_another_number(tiny: Setting) -> None:
    made = make(tiny.replace(clusters=6, epochs=1))
    assert made.evaluation.n_clusters == 6
    assert made.evaluation.values["acc"] is not None
