"""Where pictures lie in a Run's latent space."""

from __future__ import annotations

import io
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.neighbors import KNeighborsClassifier

from core.data import splits
from core.data.own.adding import add_file
from core.data.own.understand import Options
from core.data.pictures import PictureError
from core.latents.arrays import LatentError, Undefined
from core.metrics.label_efficiency import CLUSTERS, KNN, PIXELS, Plan
from core.runs import pipeline, placing
from core.runs.decoding import ImageError
from core.runs.run import Run
from core.runs.store import Store
from core.setting.recipes import RECIPES
from core.setting.setting import Setting

STORE = Store(Path(__file__).resolve().parents[2] / "checkpoints")


@pytest.fixture(scope="module")
def plain() -> Run:
    run = STORE.find(RECIPES["plain"].setting)
    assert run is not None
    return run


@pytest.fixture(scope="module")
def trained(tiny: Setting, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return pipeline.train(tiny, Store(tmp_path_factory.mktemp("store")), lambda *_: None)


def test_held_out_images_are_classified_as_knn_accuracy_does(plain: Run) -> None:
    data, known = splits.load(plain.setting), plain.training
    raw = data.test.pixels[data.test.index[:40]].numpy()
    answers = [plain.classify(image, k=5) for image in raw]
    expected = KNeighborsClassifier(5).fit(known.latents, known.labels)
    np.testing.assert_array_equal(
        [a.predicted for a in answers], expected.predict(plain.arrays["latents"][:40])
    )
    np.testing.assert_allclose(
        [a.latent for a in answers], plain.arrays["latents"][:40], rtol=1e-3, atol=1e-3
    )
    np.testing.assert_allclose(
        [a.error for a in answers],
        plain.arrays["errors"][:40] / plain.setting.pixel_range**2, rtol=0.02, atol=1e-5,
    )  # fmt: skip
    assert [a.cluster for a in answers] == plain.arrays["clusters"][:40].tolist()
    assert np.mean([a.is_usual for a in answers]) > 0.9
    first = answers[0]
    assert sum(first.votes.values()) == pytest.approx(1)
    assert list(first.votes.values()) == sorted(first.votes.values(), reverse=True)
    np.testing.assert_allclose(
        first.distances, np.linalg.norm(known.latents[first.rows] - first.latent, axis=1), rtol=1e-4
    )
    np.testing.assert_array_equal(first.labels, known.labels[first.rows])


def test_training_latents_are_kept_until_the_run_is_another(
    trained: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = placing.known_images(trained)
    file = trained.folder / "training.safetensors"
    monkeypatch.setattr(placing, "encode", lambda *_: torch.zeros(first.latents.shape))
    np.testing.assert_array_equal(placing.known_images(trained).latents, first.latents)
    for damage in (b"", file.read_bytes()[:-4] + b"ruin", b"{}", pickle.dumps({})):
        file.write_bytes(damage)
        assert not placing.known_images(trained).latents.any()
    file.unlink()
    other = replace(trained, evaluation=trained.evaluation)
    other.arrays["latents"][0, 0] += 1
    placing.known_images(other)
    monkeypatch.undo()
    np.testing.assert_array_equal(placing.known_images(trained).latents, first.latents)


def test_percentiles_are_those_of_held_out_images(plain: Run) -> None:
    """Held-out images themselves have percentiles that are spread evenly."""
    data = splits.load(plain.setting)
    raw = data.test.pixels[data.test.index[:200]].numpy()
    answers = [plain.classify(image) for image in raw]
    for found in ([a.distance_percentile for a in answers], [a.error_percentile for a in answers]):
        assert np.mean(found) == pytest.approx(50, abs=8)
    assert (np.diff(plain.usual) >= 0).all()


def test_noise_and_scribble_are_not_where_data_is(plain: Run) -> None:
    board = (np.indices((28, 28)).sum(axis=0) % 2).astype(np.float32)
    answer = plain.classify(board, prepare=False)
    assert not answer.is_usual
    assert "no data is" in answer.sentence or "can't draw it" in answer.sentence


def test_a_file_is_classified_as_its_grey_levels(plain: Run) -> None:
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    paper = np.where(np.abs(np.hypot(x / 0.5, y / 0.8) - 1) < 0.15, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(paper).save(file, "PNG")
    one, other = plain.classify(file.getvalue()), plain.classify(paper)
    np.testing.assert_array_equal(one.image, other.image)
    assert one.predicted == other.predicted == 0
    assert one.sentence == other.sentence


def test_what_is_prepared_already_is_taken_as_it_is(plain: Run) -> None:
    image = plain.decode(plain.arrays["latents"][0])[0]
    np.testing.assert_array_equal(plain.classify(image, prepare=False).image, image)
    with pytest.raises(ImageError):
        plain.classify(image[:14], prepare=False)


@pytest.mark.parametrize("k", [0, 201])
def test_a_k_out_of_its_range_is_a_sentence(plain: Run, k: int) -> None:
    with pytest.raises(LatentError, match="k must be from 1 to 200"):
        plain.classify(np.eye(28), k)


def test_an_empty_drawing_is_a_sentence(plain: Run) -> None:
    with pytest.raises(PictureError, match="must have ink"):
        plain.classify(np.zeros((28, 28), np.uint8))


def test_a_small_run_answers_and_says_how_many_labels_it_needs(trained: Run) -> None:
    assert trained.classify(np.eye(30), 3).image.shape == (8, 8)
    found = trained.label_efficiency(Plan(counts=(1, 5)))
    by_method = {e.method: e for e in found if e.per_class is None}
    known, held_out = trained.training, trained.arrays
    expected = KNeighborsClassifier(5).fit(known.latents, known.labels)
    assert by_method[KNN].mean == expected.score(held_out["latents"], held_out["labels"])
    assert by_method[PIXELS].mean == trained.evaluation.values["knn_accuracy_pixels"]
    assert CLUSTERS in by_method


def test_own_images_without_labels(
    tiny: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dark ink on light ground: pictures are turned to what the data is."""
    rng = np.random.default_rng(0)
    images = 255 - rng.integers(0, 60, (60, 12, 12)).astype(np.uint8)
    images[:, 4:8, 4:8] = rng.integers(0, 40, (60, 4, 4))
    file = io.BytesIO()
    np.savez(file, images=images)
    name = add_file({"own.npz": file.getvalue()}, tmp_path, options=Options(ground="dark"))
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)
    setting = Setting(dataset=name, image_size=12, epochs=1, latent_dim=1, clusters=2)
    run = pipeline.train(setting, Store(tmp_path / "store"), lambda *_: None)
    answer = run.classify(np.pad(np.full((10, 10), 200, np.uint8), 10), k=3)
    assert answer.image[0, 0] > 0.9
    assert answer.image[6, 6] < 0.3
    assert (answer.labels, answer.votes, answer.predicted) == (None, {}, None)
    assert answer.sentence
    assert len(run.morph(0, 1, frames=3).images) == 3
    with pytest.raises(Undefined, match="no labels"):
        run.label_efficiency()
