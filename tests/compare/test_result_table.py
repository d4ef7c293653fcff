"""Results as tables in memory: types, which rows count, means over seeds worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.compare.result_table import TableError, narrowed, scored, summarised_by, typed
from core.metrics.evaluation import Scoring
from core.setting.setting import FIELDS, Setting
from core.studies import results
from core.studies.results import COLUMNS

STUDY = Path(__file__).resolve().parents[2] / "studies" / "results" / "headline.csv"


def row(acc: float | str, seed: int = 0, **changes: str) -> dict[str, str]:
    """A row of a results file, all of it text."""
    known = results.row(Setting(seed=seed), "grid", "heldout", Scoring(), {})
    texts = {name: "" if value is None else str(value) for name, value in known.items()}
    return {**texts, "status": "done", "acc": str(acc), "nmi": "0.5", **changes}


def test_numbers_are_numbers() -> None:
    frame = typed([row(0.9), row("", seed=1, nmi="what", training_seconds="1e3")])
    assert list(frame.columns) == list(COLUMNS)
    assert frame["latent_dim"].tolist() == [3, 3]
    assert frame["latent_dim"].dtype == np.int64
    assert frame["digits"][0] == "0,2,4,6,8"
    assert frame["acc"].isna().tolist() == [False, True]
    assert frame["nmi"].isna().tolist() == [False, True]
    assert frame["training_seconds"][1] == 1000
    assert typed([]).empty
    assert typed([row("inf")])["acc"].isna().all()


def test_fields_younger_than_the_file_have_their_default() -> None:
    old = row(0.9)
    del old["elastic"], old["trained_on"]
    frame = typed([old, row(0.9, seed=1)])
    assert frame["elastic"].tolist() == [0.0, 0.0]
    assert frame["trained_on"].tolist() == ["train", "train"]


def test_failed_rows_do_not_count_and_the_last_of_equal_ones_does() -> None:
    rows = [row(0.1), row(0.2), row("", seed=1, status="failed"), row(0.3, split="train")]
    assert scored(typed(rows))["acc"].tolist() == [0.2, 0.3]


def test_means_and_deviations_by_hand() -> None:
    rows = [row(a, s) for s, a in enumerate((0.7, 0.8, 0.9))]
    rows += [row(0.5, 0, regularizer="l1:weight=0.1")]
    table, notes = summarised_by(typed(rows), ["regularizer"], ["acc", "nmi"])
    assert list(table.columns) == ["regularizer", "n", "acc", "acc_std", "nmi", "nmi_std"]
    assert table["regularizer"].tolist() == ["none", "l1:weight=0.1"]
    assert table["n"].tolist() == [3, 1]
    np.testing.assert_allclose(table["acc"], [0.8, 0.5])
    np.testing.assert_allclose(table["acc_std"], [0.1, np.nan])  # (0.01 + 0 + 0.01) / 2, its root
    assert notes == []


def test_the_worst_seed_is_of_the_first_score_and_knows_which_way_is_better() -> None:
    rows = [row(a, s, reconstruction_mse=str(a / 10)) for s, a in enumerate((0.7, 0.8, 0.9))]
    both = ["acc", "reconstruction_mse"]
    table, _ = summarised_by(typed(rows), ["regularizer"], both, worst=True)
    assert list(table)[2:] == ["acc", "acc_std", "acc_worst", "reconstruction_mse",
                               "reconstruction_mse_std"]  # fmt: skip
    assert table["acc_worst"].tolist() == [0.7]
    table, _ = summarised_by(typed(rows), ["regularizer"], both[::-1], worst=True)
    assert table["reconstruction_mse_worst"].tolist() == [0.09]


def test_what_else_was_averaged_over_is_said() -> None:
    rows = [row(0.7), row(0.9, latent_dim="2"), row("", seed=1)]
    table, notes = summarised_by(typed(rows), ["regularizer"], ["acc"])
    assert table["acc"].tolist() == [pytest.approx(0.8)]
    assert notes == [
        "means are also over rows that differ in latent_dim (3, 2)",
        "acc is undefined in 1 of 3 rows, left out of its means",
    ]
    assert summarised_by(typed(rows[:2]), ["latent_dim"], ["acc"])[1] == []


def test_splits_and_ways_to_score_are_never_averaged() -> None:
    rows = [row(0.7), row(0.9, split="train"), row(0.5, clustering="gmm")]
    table, _ = summarised_by(typed(rows), ["regularizer"], ["acc"])
    assert table[["split", "clustering", "acc"]].to_numpy().tolist() == [
        ["heldout", "kmeans", 0.7], ["train", "kmeans", 0.9], ["heldout", "gmm", 0.5],
    ]  # fmt: skip


def test_a_narrow_table_keeps_what_rows_differ_in() -> None:
    frame = typed([row(0.7), row(0.9, seed=3, split="train")]).assign(cited=[False, True])
    assert list(narrowed(frame, ["acc"]).columns) == [
        "regularizer",
        "seed",
        "split",
        "cited",
        "acc",
    ]
    assert list(narrowed(frame.head(1), ["acc"]).columns) == ["regularizer", "cited", "acc"]


@pytest.mark.parametrize(
    ("by", "metrics"),
    [
        pytest.param(["seed"], ["acc"], id="by seed there is nothing to average"),
        pytest.param(["regularizer"], ["accuracy"], id="no such score"),
        pytest.param(["regularizer", "acc"], ["acc"], id="by a score"),
        pytest.param([], ["acc"], id="by nothing"),
        pytest.param(["regularizer"], [], id="no score"),
    ],
)
def test_other_names_are_refused(by: list[str], metrics: list[str]) -> None:
    with pytest.raises(TableError, match="must be some of"):
        summarised_by(typed([row(0.5)]), by, metrics)


def test_the_order_of_rows_changes_no_mean() -> None:
    frame = scored(typed(results.read(STUDY)))
    by = ["regularizer", "digits"]
    one, _ = summarised_by(frame, by, ["acc", "ari"])
    other, _ = summarised_by(frame.sample(frac=1, random_state=1), by, ["acc", "ari"])
    pd.testing.assert_frame_equal(one.sort_values(by, ignore_index=True),
                                  other.sort_values(by, ignore_index=True))  # fmt: skip
    assert one["n"].sum() == len(frame) == 28
    assert set(FIELDS) < set(frame.columns)
