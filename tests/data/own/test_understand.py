"""What is made of arrays of any type, range and shape, and what is said about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.errors import DataError
from core.data.own.found import Found
from core.data.own.holdout import draw
from core.data.own.labels import clean_name, labels_of
from core.data.own.understand import Options, Understood, understand

RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 60, (20, 8, 8)).astype(np.uint8)
X[:, 3:5, 2:6] = 255
X[:, 0, 0] = 0


def of(images: Any, labels: Any = None, options: Options | None = None, **found: Any) -> Understood:
    return understand(Found("a test", images, labels, **found), options)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        pytest.param(X, "0 to 255", id="uint8"),
        pytest.param(X.astype(np.int64), "0 to 255", id="int64 from 0 to 255"),
        pytest.param(X.astype(np.float64), "0 to 255", id="float from 0 to 255"),
        pytest.param(X / 255.0, "0 to 1", id="float from 0 to 1"),
        pytest.param((X / 255.0).astype(np.float32), "0 to 1", id="float32 from 0 to 1"),
        pytest.param(X / 127.5 - 1, "-1 to 1", id="float from -1 to 1"),
        pytest.param(X / 255.0 - 0.5, "-0.5 to 0.5", id="float from -0.5 to 0.5"),
        pytest.param(X.astype(np.uint16) * 257, "0 to 65535", id="uint16"),
        pytest.param((X / 255.0).astype(">f8"), "0 to 1", id="big-endian"),
        pytest.param(np.asfortranarray(X), "0 to 255", id="Fortran order"),
    ],
)
def test_values_of_every_range_are_the_same_images(images: Any, said: str) -> None:
    found = of(images)
    np.testing.assert_array_equal(found.images, X)
    assert found.preview.values == said


@pytest.mark.parametrize(
    ("images", "said", "doubt", "expected"),
    [
        pytest.param(X > 100, "0 to 1", "", (X > 100) * 255, id="bool"),
        pytest.param((X > 99) * 1, "0 to 1", "1 was taken for white", (X > 99) * 255, id="0 and 1"),
        pytest.param(
            np.rint(X / 255 * 16), "0 to 16", "16 was taken for white",
            np.rint(np.rint(X / 255 * 16) * (255 / 16)), id="0 to 16",
        ),
        pytest.param(X // 5, "0 to 255", "the images are dark", X // 5, id="only up to 51"),
        pytest.param(
            X.astype(np.uint16) * 16, "0 to 4095", "12 bits",
            np.rint(X.astype(np.float64) * 16 * (255 / 4095)), id="12 bits in uint16",
        ),
    ],
)  # fmt: skip
def test_a_range_that_can_be_another_is_doubted(
    images: Any, said: str, doubt: str, expected: Any
) -> None:
    found = of(images)
    assert found.preview.values == said
    assert doubt in " ".join(found.preview.doubts)
    assert bool(found.preview.doubts) == bool(doubt)
    np.testing.assert_array_equal(found.images, expected)


def test_a_range_that_is_given_is_taken() -> None:
    normalised = (X / 255.0 - 0.1307) / 0.3081
    with pytest.raises(DataError, match=r"go from -0\.424213 to 2\.[78]"):
        of(normalised)
    found = of(
        normalised, options=Options(values=(float(normalised.min()), float(normalised.max())))
    )
    np.testing.assert_array_equal(found.images, X)
    with pytest.raises(DataError, match="between the given 0 and 100"):
        of(X, options=Options(values=(0, 100)))


@pytest.mark.parametrize(
    ("images", "note"),
    [
        pytest.param(X[..., None], "", id="channel of 1 last"),
        pytest.param(X[:, None], "", id="channel of 1 first"),
        pytest.param(np.repeat(X[..., None], 3, -1), "became grey", id="RGB last"),
        pytest.param(np.repeat(X[:, None], 3, 1), "became grey", id="RGB first"),
        pytest.param(
            np.concatenate([np.repeat(X[..., None], 3, -1), np.full((*X.shape, 1), 255)], -1),
            "opacity", id="RGBA, all opaque",
        ),
        pytest.param(X.reshape(20, 64), "Each row of 64 numbers", id="flat"),
        pytest.param(
            np.repeat(X[:, None], 3, 1).reshape(20, 192), "red, a green and a blue", id="flat RGB"
        ),
        pytest.param(np.moveaxis(X, 0, -1), "last of the three axes", id="count last, no labels"),
    ],
)  # fmt: skip
def test_every_order_of_axes_is_the_same_images(images: Any, note: str) -> None:
    found = of(images)
    np.testing.assert_array_equal(found.images, X)
    assert note in " ".join((*found.preview.sentences(), *found.preview.doubts))


def test_what_is_transparent_becomes_the_ground_that_the_ink_stands_out_from() -> None:
    ink = np.zeros((12, 8, 8, 4), np.uint8)
    ink[:, 2:6, 2:6, 3] = 255  # black, opaque in the middle alone
    found = of(ink)
    assert found.preview.turned  # on white ground
    assert found.images[0, 4, 4] == 255
    assert found.images[0, 0, 0] == 0


@pytest.mark.parametrize(
    ("shape", "side"),
    [
        pytest.param((20, 20), 20, id="its own size"),
        pytest.param((4, 4), 4, id="smallest"),
        pytest.param((64, 64), 64, id="largest"),
        pytest.param((128, 128), 64, id="larger: means over blocks"),
        pytest.param((70, 90), 64, id="larger and not square"),
        pytest.param((12, 16), 16, id="not square"),
    ],
)
def test_images_keep_their_size_within_bounds(shape: tuple[int, int], side: int) -> None:
    images = np.full((10, *shape), 9, np.uint8)
    images[5:, 1:-1, 1:-1] = 200
    found = of(images)
    assert found.images.shape == (10, side, side)
    assert found.preview.size == side
    assert (found.images[0] == 9).all()  # also what was put around
    said = found.preview.sentences()[0]
    assert f"{side} x {side} pixels" in said
    assert ("kept as" in said) == (shape != (side, side))


def test_a_large_image_is_the_mean_of_its_pixels() -> None:
    images = RANDOM.integers(0, 256, (10, 128, 128)).astype(np.uint8)
    by_hand = images.reshape(10, 64, 2, 64, 2).mean(axis=(2, 4))
    assert np.abs(of(images, options=Options("dark")).images - by_hand).max() <= 0.5


@pytest.mark.parametrize(
    ("images", "ground", "turned", "said"),
    [
        pytest.param(X, "auto", False, "ground is dark", id="dark ground stays"),
        pytest.param(255 - X, "auto", True, "ground is light", id="light ground is turned"),
        pytest.param(255 - X, "dark", False, "said to be dark", id="said to be dark: stays"),
        pytest.param(X, "light", True, "said to be light", id="said to be light: turned"),
        pytest.param(
            np.where(np.arange(8) < 4, 0, 255) * np.ones((20, 8, 1)), "auto", False,
            "neither light nor dark", id="neither: stays",
        ),
    ],
)  # fmt: skip
def test_light_ground_is_turned(images: Any, ground: Any, turned: bool, said: str) -> None:
    found = of(images, options=Options(ground))
    assert found.preview.turned == turned
    assert said in " ".join(found.preview.sentences())
    np.testing.assert_array_equal(found.images, 255 - images if turned else images)


def test_rows_and_columns_can_be_exchanged() -> None:
    found = of(X.swapaxes(1, 2), options=Options(swap_axes=True))
    np.testing.assert_array_equal(found.images, X)


FOUR = np.arange(20) % 4


@pytest.mark.parametrize(
    ("labels", "classes", "names"),
    [
        pytest.param(FOUR, FOUR, "0123", id="integers"),
        pytest.param(FOUR.astype(np.uint8), FOUR, "0123", id="uint8"),
        pytest.param(FOUR.astype(float), FOUR, "0123", id="whole floats"),
        pytest.param(FOUR[:, None], FOUR, "0123", id="a column"),
        pytest.param(np.eye(4)[FOUR], FOUR, "0123", id="one-hot"),
        pytest.param(FOUR.astype(str), FOUR, "0123", id="numbers as texts"),
        pytest.param(FOUR > 1, FOUR > 1, "01", id="bool"),
        pytest.param(FOUR + 1, FOUR + 1, "01234", id="from 1 to 4: as they are"),
        pytest.param(FOUR - 7, FOUR, ("-7", "-6", "-5", "-4"), id="negative: numbered"),
        pytest.param(FOUR + 5000, FOUR, ("5000", "5001", "5002", "5003"), id="large: numbered"),
        pytest.param(FOUR % 2 * 2 - 1, FOUR % 2, ("-1", "1"), id="-1 and 1 are two classes"),
        pytest.param(
            np.array(["cat", "ant", "dog", "bee"])[FOUR], np.array([2, 0, 3, 1])[FOUR],
            ("ant", "bee", "cat", "dog"), id="texts, in their order",
        ),
        pytest.param(
            np.array([b"cat", b"ant", b"dog", b"bee"])[FOUR], np.array([2, 0, 3, 1])[FOUR],
            ("ant", "bee", "cat", "dog"), id="bytes",
        ),
    ],
)  # fmt: skip
def test_labels_of_every_kind(labels: Any, classes: Any, names: Any) -> None:
    found = labels_of(labels, 20, (), [])
    assert found is not None
    np.testing.assert_array_equal(found.classes, np.asarray(classes).astype(int))
    assert found.names == tuple(names)


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(np.where(FOUR == 3, -1, FOUR), id="-1"),
        pytest.param(np.where(FOUR == 3, np.nan, FOUR), id="NaN"),
        pytest.param(np.where(FOUR == 3, "", FOUR.astype(str)), id="an empty text"),
    ],
)
def test_images_whose_label_is_unknown_are_left_out(labels: Any) -> None:
    found = of(X, labels)
    np.testing.assert_array_equal(found.images, X[FOUR != 3])
    np.testing.assert_array_equal(found.labels, FOUR[FOUR != 3])
    assert "5 images whose label is unknown" in " ".join(found.preview.sentences())


def test_when_no_label_is_known_there_are_none() -> None:
    found = of(X, np.full(20, -1))
    assert found.labels is None
    assert len(found.images) == 20


def test_names_of_classes_that_a_file_has_are_taken() -> None:
    found = of(X, FOUR, names=("T-shirt", "Coat", "Bag", "Boot"))
    assert found.preview.classes == {"T-shirt": 5, "Coat": 5, "Bag": 5, "Boot": 5}


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        pytest.param(X[0], None, r"square number of pixels|at least 10", id="one image"),
        pytest.param(X[:9], None, "at least 10 images; got 9", id="nine images"),
        pytest.param(X[:, :3], None, "sides from 4", id="three pixels high"),
        pytest.param(np.zeros((12, 4, 5000)), None, "sides from 4", id="5,000 pixels wide"),
        pytest.param(np.zeros((12, 5, 8, 8)), None, "must have shape", id="five channels"),
        pytest.param(np.zeros((12, 2, 2, 2, 2)), None, "must have shape", id="five axes"),
        pytest.param(np.zeros((12, 50)), None, "square number of pixels", id="rows of 50 numbers"),
        pytest.param(X.astype(str), None, "must be numbers", id="texts"),
        pytest.param(X.astype(complex), None, "must be numbers", id="complex"),
        pytest.param(np.where(X > 250, np.nan, 0.5), None, "image 0, counted from 0", id="NaN"),
        pytest.param(np.where(X > 250, np.inf, 0.5), None, "without NaN", id="infinite"),
        pytest.param(X - 300.0, None, "from -300 to -45", id="negative"),
        pytest.param(X / 60.0, None, "values must go from", id="0 to 4.25: no known range"),
        pytest.param(X.astype(int) * 10**6, None, "values must go from", id="above 65535"),
        pytest.param(X, FOUR[:-1], "one per image", id="a label too few"),
        pytest.param(
            X, np.zeros((20, 3)), "one per image", id="several columns that are no classes"
        ),
        pytest.param(X, FOUR + 0.5, "got 0.5", id="measured values"),
        pytest.param(X, FOUR.astype("M8[D]"), "whole numbers or texts", id="days"),
        pytest.param(np.zeros((1200, 4, 4)), np.arange(1200), "1,200 different", id="an id column"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(images: Any, labels: Any, message: str) -> None:
    with np.errstate(invalid="ignore"), pytest.raises(DataError, match=message):
        of(images, labels)


@pytest.mark.parametrize(
    ("images", "labels", "doubt"),
    [
        pytest.param(np.full((20, 8, 8), 7), None, "nothing to learn", id="all pixels equal"),
        pytest.param(np.zeros((20, 8, 8)), None, "All images are black", id="all black"),
        pytest.param(X, np.arange(20) // 19, "1 class is without a held-out", id="a class of one"),
        pytest.param(X, np.arange(20), "fewer than the 20 clusters", id="only classes of one"),
        pytest.param(X, np.zeros(20), "one class", id="one class"),
    ],
)
def test_what_is_unfit_to_learn_from_is_said(images: Any, labels: Any, doubt: str) -> None:
    if doubt.startswith("fewer"):
        labels = np.r_[np.arange(18), 18, 18]
        doubt = "fewer than the 19 clusters"
    assert doubt in " ".join(of(images, labels).preview.doubts)


# -------------------------------------------------------------------------------- held out
@pytest.mark.parametrize("classes", [1, 2, 5, 10])
@pytest.mark.parametrize("order", ["in turn", "sorted", "by chance"])
def test_of_each_class_a_fifth_is_held_out(classes: int, order: str) -> None:
    labels = np.arange(400) % classes
    labels = {"in turn": labels, "sorted": np.sort(labels)}.get(order, RANDOM.permutation(labels))
    pixels = RANDOM.integers(0, 256, (400, 4, 4)).astype(np.uint8)
    held_out = draw(pixels, labels)
    for c in range(classes):
        assert held_out[labels == c].sum() == 400 // classes // 5


@given(st.lists(st.integers(0, 5), min_size=4, max_size=60))
@settings(max_examples=50, deadline=None)
def test_no_class_of_two_or_more_is_lost(classes: list[int]) -> None:
    labels = np.array(classes)
    held_out = draw(np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1), labels)
    for c in np.unique(labels):
        here = held_out[labels == c]
        assert here.any() == (len(here) > 1)
        assert not here.all()


def test_the_draw_stays_the_same() -> None:
    """Names of data sets, and Runs, depend on it."""
    pixels = np.arange(12, dtype=np.uint8).repeat(4).reshape(12, 2, 2)
    assert (
        draw(pixels, None).nonzero()[0].tolist() == draw(pixels.copy(), None).nonzero()[0].tolist()
    )
    assert np.flatnonzero(draw(pixels, np.arange(12) % 3)).tolist() == [8, 9, 10]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T-shirt/top", "T-shirt/top"),
        ("お o", "お o"),
        ("a\tb\n", "a b"),
        ("<b>x</b>", "b x /b"),
        ("[x](http://evil.example)", "x (http //evil.example)"),
        ("$x$ `y` *z*", "x y z"),
        ("www.evil.example", "www evil.example"),
        ("x" * 200, "x" * 80),
    ],
)
def test_names_have_nothing_that_a_page_would_read(text: str, expected: str) -> None:
    assert clean_name(text) == expected


def test_sixteen_pictures_show_every_class() -> None:
    images = np.repeat(np.arange(100, dtype=np.uint8)[:, None, None], 8, 1).repeat(8, 2)
    labels = np.sort(np.arange(100) % 8)
    shown = of(images, labels, Options(values=(0, 255))).preview.pictures
    assert shown.shape == (16, 8, 8)
    assert sorted(labels[shown[:, 0, 0]].tolist()) == sorted([*range(8)] * 2)
