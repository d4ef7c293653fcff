"""Columns and values in words."""

from __future__ import annotations

from typing import Any

import pytest

from core.compare.words import cell, column_name, described, in_words


@pytest.mark.parametrize(
    ("column", "value", "alone", "beside"),
    [
        ("latent_dim", 3, "3-D", "3-D"),
        ("epochs", 10, "10 epochs", "10"),
        ("epochs", 1, "1 epoch", "1"),
        ("digits", "0,2,4,6,8", "even digits", "0, 2, 4, 6, 8"),
        ("dataset", "mnist", "MNIST", "MNIST"),
        ("dataset", "no-such", "no-such", "no-such"),
        ("architecture", "mlp", "network mlp", "mlp"),
        ("learning_rate", 0.002, "learning rate 0.002", "0.002"),
        ("split", "heldout", "measured on held-out images", "held-out images"),
        ("clustering", "kmeans", "clusters by k-means", "k-means"),
        ("regularizer", "none", "None", "none"),
    ],
)
def test_a_value_in_words(column: str, value: Any, alone: str, beside: str) -> None:
    assert in_words(column, value) == alone
    assert cell(column, value) == beside


def test_a_column_in_words() -> None:
    names = ("latent_dim", "acc", "split", "sine.weight")
    assert [column_name(n) for n in names] == [
        "Latent dimension", "ACC", "Measured on", "Sine weight",
    ]  # fmt: skip


def test_images_come_first_then_the_dimension() -> None:
    values = {"epochs": 10, "dataset": "mnist", "digits": "0,2,4,6,8", "latent_dim": 2}
    assert described(values, set(values)) == "MNIST, even digits · 2-D · 10 epochs"
    assert described(values, {"digits"}) == "MNIST, even digits"
    assert described(values, set()) == ""
