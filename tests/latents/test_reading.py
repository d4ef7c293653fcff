"""Clusters to be read: middles, edges, mixtures and odd labels, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.latents.arrays import Undefined
from core.latents.reading import by_confusion, groups_to_read, most_frequent
from core.latents.typical import Suspects, centres, outliers

RNG = np.random.default_rng(4)


def test_a_group_has_its_medoid_in_the_middle_and_its_outliers_at_the_edge() -> None:
    X, clusters = RNG.normal(size=(200, 3)), RNG.integers(-1, 2, 200)
    found = groups_to_read(X, clusters, 5)
    assert [group.id for group in found] == [0, 1]  # noise is no group
    assert [group.size for group in found] == centres(X, clusters).sizes.tolist()
    for group, medoid in zip(found, centres(X, clusters).medoids, strict=True):
        assert group.typical.rows[0] == medoid
        assert (np.diff(group.typical.scores) >= 0).all()
        assert group.outliers.rows.tolist() == outliers(X, clusters, 5)[group.id].rows.tolist()


def test_all_noise_leaves_nothing_to_read() -> None:
    assert groups_to_read(np.zeros((3, 2)), np.full(3, -1), 5) == []


def test_too_few_images_have_no_neighbours() -> None:
    with pytest.raises(Undefined, match="fewer than 15 neighbours"):
        groups_to_read(np.zeros((3, 2)), np.zeros(3, int), 5)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([3, 3, 1, 3], (3, 0.75), id="three of four"),
        pytest.param([2, 1], (1, 0.5), id="of equal counts the lower value"),
        pytest.param([-1, -1, 0], (-1, 2 / 3), id="noise counts"),
    ],
)
def test_the_most_frequent_value(values: list[int], expected: tuple[int, float]) -> None:
    assert most_frequent(np.array(values)) == pytest.approx(expected)


def test_no_values_have_no_most_frequent() -> None:
    with pytest.raises(ValueError, match="got none"):
        most_frequent(np.array([], int))


def test_suspects_are_grouped_by_what_is_confused() -> None:
    labels = np.array([4, 9, 4, 4, 7])
    suspects = Suspects(np.array([1, 0, 4, 3]), np.array([4, 9, 9, 9]), np.ones(4))
    found = by_confusion(suspects, labels)
    assert {pair: places.tolist() for pair, places in found.items()} == {
        (4, 9): [1, 3], (7, 9): [2], (9, 4): [0]
    }  # fmt: skip
    assert next(iter(found)) == (4, 9)
