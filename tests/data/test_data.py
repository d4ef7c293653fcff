"""The images a Setting gets: counts, exact pixels, one shared copy, and clear refusals."""

from __future__ import annotations

import io
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.data import splits as module
from core.data.own.adding import add_file
from core.data.present import is_local
from core.data.sources import DATA_DIR, DataError
from core.data.splits import Split, load
from core.setting.setting import Setting

EVEN = (0, 2, 4, 6, 8)
ALL = tuple(range(10))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise urllib.error.URLError("no network in tests")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)


@pytest.fixture
def empty_cache() -> Iterator[None]:
    module._cache.clear()
    yield
    module._cache.clear()


@pytest.fixture
def mnist_copy(tmp_path: Path, empty_cache: None) -> Path:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for path in (DATA_DIR / "MNIST" / "raw").glob("*.gz"):
        (raw / path.name).write_bytes(path.read_bytes())
    return tmp_path


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def pictures(count: int = 40, height: int = 6, width: int = 6) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, height, width), dtype=np.uint8)


def split_of(pixels: np.ndarray[Any, Any]) -> Split:
    return Split(torch.from_numpy(pixels), torch.arange(len(pixels)), None)


# ------------------------------------------------------------------------------------- MNIST
@pytest.mark.parametrize(
    ("digits", "holdout", "train", "test"),
    [
        pytest.param(ALL, "test", 60_000, 10_000, id="MNIST: 60,000 to train, 10,000 held out"),
        pytest.param(EVEN, "test", 29_492, 4_926, id="even digits: 29,492 and 4,926"),
        pytest.param(EVEN, "first3000", 26_492, 3_000, id="as the post: 26,492 and 3,000"),
        pytest.param((7,), "test", 6_265, 1_028, id="a single class"),
    ],
)
def test_counts(digits: tuple[int, ...], holdout: str, train: int, test: int) -> None:
    data = load(Setting(digits=digits, holdout=holdout))
    assert (len(data.train), len(data.test)) == (train, test)
    for split in (data.train, data.test):
        assert split.labels is not None
        assert split.labels.dtype == torch.int64
        assert set(split.labels.tolist()) == set(digits)
    assert not set(data.train.index.tolist()) & set(data.test.index.tolist())


def test_the_first_3000_are_the_first_of_the_training_file() -> None:
    data = load(Setting(digits=EVEN, holdout="first3000"))
    assert data.test.index.max() < data.train.index.min()
    assert data.train.index.max() < 60_000  # none of the test file's images


def test_two_settings_share_one_array() -> None:
    one = load(Setting(digits=EVEN))
    two = load(Setting(digits=(1, 7), holdout="first3000", image_size=14, pixel_range=255))
    assert one.train.pixels.data_ptr() == two.test.pixels.data_ptr()
    assert one.train.pixels.dtype == torch.uint8


def test_threads_that_ask_at_once_get_one_array(empty_cache: None) -> None:
    found: list[int] = []

    def ask() -> None:
        found.append(load(Setting(dataset="digits")).train.pixels.data_ptr())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_at_most_two_data_sets_stay_in_memory(tmp_path: Path, empty_cache: None) -> None:
    names = [add_file({"x.npz": npz(images=pictures(count))}, tmp_path) for count in (60, 70, 80)]
    for name in names:
        load(Setting(dataset=name), tmp_path)
    assert [key[0] for key in module._cache] == names[1:]


# ------------------------------------------------------------------------------------ pixels
def test_2x2_mean_is_exact_and_not_rounded() -> None:
    setting = Setting(digits=EVEN, image_size=14, pixel_range=255)
    split = load(setting).test
    pixels = split.pixels[split.index[3]].numpy().astype(np.float64)
    image = split.images(setting, slice(3, 4))
    assert image.shape == (1, 1, 14, 14)
    assert image.dtype == torch.float32
    by_hand = [
        [pixels[2 * r : 2 * r + 2, 2 * c : 2 * c + 2].sum() / 4 for c in range(14)]
        for r in range(14)
    ]
    assert image[0, 0].tolist() == by_hand
    assert any(value % 1 for row in by_hand for value in row)  # there was something to round


@pytest.mark.parametrize(
    ("shape", "size", "expected"),
    [
        pytest.param((8, 8), 4, (4, 4), id="divisible: means over blocks"),
        pytest.param((10, 10), 4, (4, 4), id="not divisible: adaptive means"),
        pytest.param((5, 5), 8, (8, 8), id="smaller: enlarged"),
        pytest.param((6, 12), 12, (12, 12), id="wide: zeros above and below"),
        pytest.param((9, 4), 12, (12, 12), id="tall and odd: zeros, then enlarged"),
    ],
)
def test_sizes(shape: tuple[int, int], size: int, expected: tuple[int, int]) -> None:
    split = split_of(np.full((3, *shape), 255, dtype=np.uint8))
    images = split.images(Setting(image_size=size))
    assert images.shape == (3, 1, *expected)
    assert images.max() == 1
    if shape[0] == shape[1]:
        assert images.min() == 1  # a mean of equal pixels is that pixel
    else:
        assert images.min() == 0


def test_padding_keeps_the_image_in_the_middle() -> None:
    pixels = pictures(1, 4, 6)
    image = split_of(pixels).images(Setting(image_size=6, pixel_range=255))[0, 0]
    assert image[1:5].tolist() == pixels[0].tolist()
    assert image[0].sum() == image[5].sum() == 0


@pytest.mark.parametrize("pixel_range", [1, 255])
def test_pixels_reach_from_0_to_pixel_range(pixel_range: int) -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    setting = Setting(image_size=16, pixel_range=pixel_range)
    image = split_of(pixels).images(setting)
    assert (image.min(), image.max()) == (0, pixel_range)
    torch.testing.assert_close(image.flatten(), torch.linspace(0, pixel_range, 256))


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(torch.tensor([4, 0, 4]), id="positions, also twice"),
        pytest.param(slice(1, 4), id="a slice"),
        pytest.param(torch.tensor([], dtype=torch.int64), id="none"),
    ],
)
def test_rows_are_positions_within_the_split(
    rows: torch.Tensor | slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK", 2)  # more than one chunk
    setting = Setting(dataset="digits")
    split = load(setting).test
    assert torch.equal(split.images(setting, rows), split.images(setting)[rows])


# ---------------------------------------------------------------------------- 8x8 digits
def test_sklearn_digits_hold_out_every_fifth_of_the_whole() -> None:
    whole = load(Setting(dataset="digits", digits=ALL))
    assert (len(whole.train), len(whole.test)) == (1438, 359)
    assert (whole.test.index % 5 == 4).all()
    assert whole.train.pixels.shape == (1797, 8, 8)
    assert whole.train.pixels.max() == 255
    some = load(Setting(dataset="digits", digits=(1, 2)))
    assert set(some.test.index.tolist()) < set(whole.test.index.tolist())
    assert some.class_names[1] == "1"


def test_first3000_needs_4000_images() -> None:
    with pytest.raises(DataError, match=r"fewer than 4000 training images; .* has 718"):
        load(Setting(dataset="digits", holdout="first3000"))


@pytest.mark.parametrize(
    ("name", "local"),
    [
        pytest.param("mnist", True, id="MNIST is shipped"),
        pytest.param("digits", True, id="scikit-learn has its digits"),
        pytest.param("npz-000000000000", False, id="an .npz nobody added"),
        pytest.param("imagenet", False, id="unknown"),
    ],
)
def test_is_local(name: str, local: bool) -> None:
    assert is_local(name) is local
