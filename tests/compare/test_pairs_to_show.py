"""The two Runs that are set side by side at first."""

from __future__ import annotations

from core.compare.pairs_to_show import pair_to_show
from tests.compare.rows import grid, rows_of


def test_none_stands_beside_the_best() -> None:
    rows = rows_of(grid("none", "vae", "l1", seeds=1), acc=[0.9, 0.5, 0.7])
    none, _, l1 = rows["id"]
    assert pair_to_show(rows, "acc") == [none, l1]
    # less error is better
    errors = rows.assign(reconstruction_mse=[0.01, 0.02, 0.03])
    assert pair_to_show(errors, "reconstruction_mse")[1] == rows["id"].iloc[1]


def test_none_is_of_the_same_images_in_the_same_dimension() -> None:
    rows = rows_of(grid("none", "vae", dims=(2, 3), seeds=1), acc=[0.1, 0.2, 0.3, 0.4])
    ids = list(rows["id"])  # none in 2-D and 3-D, VAE in 2-D and 3-D
    assert pair_to_show(rows, "acc") == [ids[1], ids[3]]
    other = rows.assign(digits=["0,2,4,6,8", "0,1", "0,2,4,6,8", "0,2,4,6,8"])
    assert pair_to_show(other, "acc") == [ids[0], ids[3]]  # same images rather than dimension


def test_without_enough_rows_there_is_no_pair() -> None:
    rows = rows_of(grid("none", seeds=1))
    assert pair_to_show(rows, "acc") == [rows["id"].iloc[0]]
    assert pair_to_show(rows.iloc[:0], "acc") == []
